"""Bans, mutes, and the log of a room."""

from datetime import UTC, datetime

from core.sample import Sample, page_of

from .forms import BanForm
from .models import Sanction

# So far in the future that somebody muted until then is muted whenever the gallery is opened.
FAR = datetime(2100, 1, 1, 12, tzinfo=UTC)


def samples(cast):
    return [*bans(cast), *logs(cast)]


def bans(cast):
    room = {"room": cast.lobby, "membership": cast.owner}
    banned = [
        Sanction(pk=pk, room=cast.lobby, user=user, banned_at=cast.NOON)
        for pk, user in enumerate((cast.eve, cast.max_long), 1)
    ]
    for sanction in banned:
        context = {"sanction": sanction, "room": cast.lobby}
        yield Sample(
            "rooms/moderation/_ban.html", sanction.user.username, context, "list", cast.ana
        )
    for state, rows in (("some", banned), ("none", [])):
        context = {**room, "sanctions": page_of(rows), "form": BanForm(cast.owner)}
        yield Sample("rooms/moderation/bans.html", state, context, reader=cast.ana)
    muted = cast.membership(cast.bruno, cast.lobby)
    muted.muted_until = FAR
    yield Sample("rooms/_member.html", "muted", {**room, "member": muted}, "list", cast.ana)


def logs(cast):
    room = {"room": cast.lobby, "membership": cast.owner}
    for state, rows in (("some", cast.audit_entries), ("none", [])):
        context = room | {"entries": page_of(rows)}
        yield Sample("rooms/moderation/log.html", state, context, reader=cast.ana)
