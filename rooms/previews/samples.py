"""The choice of a conversation whether its links have previews."""

from copy import copy

from core.sample import Sample

from .forms import PreviewsForm


def samples(cast):
    on = copy(cast.workspace)
    on.link_previews = True
    for state, workspace, allows in (
        ("off everywhere", cast.workspace, False),
        ("off", on, False),
        ("on", on, True),
    ):
        context = {
            "room": cast.direct,
            "membership": cast.membership(cast.ana, cast.direct),
            "form": PreviewsForm(initial={"link_previews": allows}),
            "workspace": workspace,
        }
        yield Sample("rooms/previews/previews.html", state, context, reader=cast.ana)
