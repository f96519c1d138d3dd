"""The page of help, and the short help at the composer."""

from core.sample import Sample

from .examples import OPERATORS, context


def samples(cast):
    yield Sample("messaging/help/help.html", "", context(), reader=cast.ana)
    yield Sample("messaging/help/_formatting.html", "", {}, "plain", cast.ana)
    signs = {"signs": OPERATORS[1]}
    yield Sample("messaging/help/_signs.html", "an operator", signs, "plain", cast.ana)
