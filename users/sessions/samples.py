"""The list of somebody's sessions."""

from core.sample import Sample

from .models import Session


def samples(cast):
    here = Session(session_key="a", address="192.0.2.7", began_at=cast.NOON, seen_at=cast.NOON)
    there = Session(session_key="b", began_at=cast.NOON, seen_at=cast.NOON)
    rows = [
        {"session": here, "browser": "Firefox", "system": "Linux", "is_this": True},
        {"session": there, "browser": "", "system": "", "is_this": False},
    ]
    for state, shown in (("two", rows), ("this one", rows[:1])):
        yield Sample("users/sessions.html", state, {"rows": shown}, reader=cast.ana)
