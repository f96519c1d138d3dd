"""Access tokens: their lists, a new one, and the form."""

from datetime import timedelta

from core.sample import Sample, refused
from users.models import Token
from users.tokens.tokens import PREFIX

from .forms import TokenForm

FOLDER = "rooms/tokens"
SECRET = PREFIX + "0123456789" * 3 + "AbCdEf"  # no token: its checksum is wrong


def samples(cast):
    tokens = [token(cast, 1), *_others(cast)]
    for each in tokens:
        yield Sample(f"{FOLDER}/_token.html", each.name, {"token": each}, "list", cast.ana)
    new = {"new": tokens[0], "secret": SECRET}
    yield Sample(f"{FOLDER}/_new.html", "just made", new, "plain", cast.ana)
    own = {"holder": cast.ana, "tokens": tokens, "new": None}
    form = _form(cast.ana, cast.rooms)
    template = f"{FOLDER}/tokens.html"
    yield Sample(template, "some", own | {"form": form}, reader=cast.ana)
    yield Sample(template, "just made", own | new | {"form": form}, reader=cast.ana)
    bots = {"holder": cast.bot, "tokens": [], "new": None}
    yield Sample(template, "of a bot", bots | {"form": _form(cast.bot, [])}, reader=cast.ana)
    form = refused(
        _form(cast.ana, cast.rooms, {"name": "Deploys"}),
        name="There is a token of this name already.",
        scopes="Choose at least one.",
    )
    yield Sample(template, "refused", own | {"form": form}, reader=cast.ana)


def token(cast, number, name="Deploys", **fields):
    fields = {
        "scopes": "read write",
        "created_at": cast.NOON,
        "expires_at": cast.NOON + timedelta(days=90),
    } | fields
    made = Token(pk=number, user=cast.ana, name=name, start=SECRET[:19], **fields)
    made.titles = []
    return made


def _others(cast):
    limited = token(cast, 2, "In two rooms", is_limited_to_rooms=True)
    limited.titles = [cast.lobby.name, cast.long_room.name, None]
    gone = token(cast, 3, "Its room is gone", is_limited_to_rooms=True)
    used = token(
        cast, 4, "نسخ احتياطي", used_at=cast.NOON, used_from="2001:db8::7", expires_at=None
    )
    return [limited, gone, used, token(cast, 5, "W" * 60, scopes="read write manage")]


def _form(holder, rooms, data=None):
    return TokenForm(holder, [(str(room.pk), room.name) for room in rooms], data)
