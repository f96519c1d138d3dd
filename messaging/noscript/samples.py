"""The stream, and the composer in a frame of its own."""

from core.sample import Sample, refused

from ..message.forms import ComposerForm
from .patches import PLACES


def samples(cast):
    return [*streams(cast), *composers(cast)]


def streams(cast):
    room = {"room": cast.lobby, "viewer": cast.bruno, "people": cast.people, "places": PLACES}
    member = {**room, "membership": cast.member, "window": cast.window()}
    yield Sample("messaging/noscript/live_begin.html", "begin", room, reader=cast.bruno)
    yield Sample("messaging/noscript/live.html", "talk", member, reader=cast.bruno)
    empty = member | {"window": cast.window([], last_position=0)}
    yield Sample("messaging/noscript/live.html", "empty", empty, reader=cast.bruno)
    new = member | {"window": cast.window(read_position=cast.edited.position - 1)}
    yield Sample("messaging/noscript/live.html", "what is new", new, reader=cast.bruno)
    shown = member | {"window": cast.window(read_position=cast.edited.position - 1, is_now=False)}
    shown["reports_itself"] = True
    yield Sample("messaging/noscript/_seen.html", "something new", shown, "code")
    copy = {"element": "message-1", "fragment": "…", "places": [1, 4]}
    yield Sample("messaging/noscript/live_changed.html", "a message", copy, "code")
    people = {"element": "people", "fragment": "…", "places": []}
    yield Sample("messaging/noscript/live_changed.html", "who is here", people, "code")
    yield Sample("messaging/noscript/live_pulse.html", "alive", {"beat": "odd"}, "code")
    for reason in (None, "unread", "restart", "login", "gone", "elsewhere"):
        ending = {"reason": reason, "seconds": 5}
        yield Sample("messaging/noscript/live_ended.html", reason or "asked again", ending, "code")


def composers(cast):
    room = {"room": cast.lobby, "viewer": cast.bruno, "people": cast.people}
    for state, form, membership in (
        ("empty", cast.composer(), cast.member),
        ("no longer a member", refused(ComposerForm({"body": cast.NOT_YET_SENT})), None),
    ):
        frame = room | {"membership": membership, "composer": form}
        yield Sample("messaging/noscript/compose.html", state, frame, reader=cast.bruno)
