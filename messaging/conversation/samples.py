"""The page of a room, its parts, and the transcript of a day."""

import re

from django.contrib.auth.models import AnonymousUser

from core.sample import Sample, refused

from ..message.forms import ComposerForm
from .reading_mode import Reading, ReadingSettingsForm
from .welcome import Welcome

READINGS = {
    "no choice": Reading(),
    "live": Reading("live", is_kept=False),
    "plain": Reading("plain"),
    "refreshing": Reading("refresh", 20, is_kept=False),
}


def samples(cast):
    return [*parts(cast), *room_pages(cast), *transcripts(cast), *live_parts(cast)]


def parts(cast):
    room = {"room": cast.lobby, "viewer": cast.ana}
    window = {"window": cast.window()}
    yours = {"viewer": cast.bruno, "membership": cast.membership(cast.bruno, cast.lobby)}
    yield Sample("messaging/conversation/_yours.html", "a member", yours, "code")
    yield Sample("messaging/conversation/_yours.html", "previewing", {"viewer": cast.bruno}, "code")
    yours = {"viewer": cast.ana, "membership": cast.owner}
    yield Sample("messaging/conversation/_yours.html", "a moderator", yours, "code")
    yield Sample("messaging/conversation/_older.html", "there are some", window, "plain")
    first = {"window": cast.window([cast.message("The first", position=1)])}
    yield Sample("messaging/conversation/_older.html", "there are none", first, "plain")
    middle = {"window": cast.window(last_position=9_000), **room}
    yield Sample("messaging/conversation/_newer.html", "there are some", middle, "plain")
    yield Sample("messaging/conversation/_newer.html", "there are none", window | room, "plain")
    seen = cast.window(read_position=cast.edited.position - 1)
    for state, unread in (
        ("some", seen),
        ("elsewhere", cast.window(last_position=9_000, read_position=8_920)),
    ):
        bar = {"window": unread, **room}
        yield Sample("messaging/conversation/_new_bar.html", state, bar, "conversation", cast.ana)
    run = {"window": seen, "viewer": cast.ana, "membership": cast.owner}
    yield Sample(
        "messaging/conversation/_run.html", "with what is new", run, "conversation", cast.ana
    )
    for state, is_after in (("older", False), ("newer", True)):
        part = cast.window([cast.others_message, cast.own], is_after=is_after)
        history = {"window": part, "membership": cast.owner, **room}
        yield Sample(
            "messaging/conversation/_history.html", state, history, "conversation", cast.ana
        )
    for state, reading in READINGS.items():
        modes = {"room": cast.lobby, **window}
        yield Sample(
            "messaging/conversation/_reading_modes.html",
            state,
            modes,
            "plain",
            cast.ana,
            reading=reading,
        )
    for state, others, is_first in (
        ("a newcomer", cast.people[1:], False),
        ("nobody here", [], False),
        ("an administrator", [], True),
    ):
        welcome = {"welcome": Welcome(others, is_first), "room": cast.lobby}
        yield Sample(
            "messaging/conversation/_welcome.html", state, welcome, "conversation", cast.bruno
        )
    settings = {"form": ReadingSettingsForm(initial={"reading": ""})}
    page = "messaging/conversation/reading_settings.html"
    yield Sample(page, "automatic", settings, reader=cast.ana)
    may = {"room": cast.lobby, "membership": cast.member}
    yield Sample("messaging/conversation/_write_link.html", "a member", may, "plain", cast.bruno)


def room_pages(cast):
    yield room_page(cast, "talk")
    yield room_page(cast, "what is new", window=cast.window(read_position=cast.edited.position - 1))
    yield room_page(cast, "empty", room=cast.empty_room, window=cast.window([], last_position=0))
    yield room_page(cast, "not yet sent", composer=cast.composer(cast.NOT_YET_SENT))
    yield room_page(cast, "offline", after=saying("lost"))
    yield room_page(cast, "logged out", after=saying("login"))
    yield room_page(cast, "over", after=saying("over"))
    refusal = refused(ComposerForm({"body": "x" * 90, "nonce": "n"}), body=cast.TOO_LONG)
    yield room_page(cast, "refused", composer=refusal)
    middle = cast.window(last_position=9_000, is_now=False, read_position=9_000)
    yield room_page(cast, "in the middle of history", window=middle)
    newer = cast.window([], last_position=cast.emoji.position, is_after=True, is_now=False)
    yield room_page(cast, "nothing newer", window=newer)
    yield room_page(cast, "reading along", reader=cast.layla, membership=None, people=[])
    yield room_page(cast, "archived", room=cast.attic)
    yield room_page(cast, "direct", room=cast.direct)
    alone = cast.membership(cast.ana, cast.direct)
    alone.deactivated_names = cast.bruno.name
    yield room_page(cast, "direct, the other deactivated", room=cast.direct, membership=alone)
    yield room_page(cast, "long names", room=cast.long_room, people=cast.people * 3)
    yield room_page(cast, "right to left", room=cast.majlis, language="ar")
    for state, reading in READINGS.items():
        if reading.mode:
            yield room_page(cast, f"without scripts: {state}", reading=reading)


def room_page(cast, state, reader=None, room=None, **changes):
    reader, room = reader or cast.ana, room or cast.lobby
    options = {key: changes.pop(key) for key in ("after", "reading", "language") if key in changes}
    context = {
        "room": room,
        "membership": cast.membership(reader, room, "owner"),
        "window": cast.window(),
        "people": cast.people,
        "composer": cast.composer(),
        "viewer": reader,
    }
    return Sample(
        "messaging/conversation/room.html", state, context | changes, reader=reader, **options
    )


def saying(state):
    """Return what puts the sentence for this state of the connection where the script does."""

    def after(html):
        sentence = re.search(rf'data-{state}="([^"]*)"', html)
        return re.sub(r'(id="connection"[^>]*>)', rf"\1{sentence[1] if sentence else ''}", html)

    return after


def transcripts(cast):
    day = {"room": cast.lobby, "title": "Lobby", "day": cast.NOON.date()}
    day |= {"day_before": cast.NOON.date(), "day_after": None, "viewer": AnonymousUser()}
    for state, messages, after in (("talk", cast.talk, 9), ("empty", [], None)):
        context = day | {"messages": messages, "continued_after": after}
        yield Sample("messaging/conversation/transcript.html", state, context, reader=cast.ana)


def live_parts(cast):
    """What `messaging.live` keeps current in the page."""
    one, two = [(2, "Bruno")], [(2, "Bruno"), (4, cast.layla.name)]
    yield Sample("messaging/live/typing_changed.html", "two people", {"typists": two}, "plain")
    refused = {"sentences": [cast.TOO_LONG]}
    yield Sample("messaging/live/act_refused.html", "refused", refused, "plain")
    yield Sample("messaging/live/act_refused.html", "done", {"sentences": []}, "code")
    yield Sample("messaging/live/_cursor.html", "in the page", {"revision": 12}, "code")
    yield Sample("messaging/live/_typing.html", "somebody", {"typists": one}, "plain")
    yield Sample("messaging/live/_typing.html", "nobody", {"typists": []}, "plain")
