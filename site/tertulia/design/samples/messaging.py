"""The conversation."""

import re

from django.contrib.auth.models import AnonymousUser

from messaging.conversation.reading_mode import Reading
from messaging.message.forms import EditForm, MessageForm
from messaging.message.submit import REFUSALS, refuse

from .. import cast
from ..drawing import Sample
from .forms import refused

NOT_YET_SENT = "This was typed while the connection was away, and is sent when it is back."
TOO_LONG = "Make this shorter: it has 8,001 characters, and 8,000 is the most."


def samples():
    return [*messages(), *pushes(), *parts(), *rooms(), *pages(), *streams()]


def messages():
    states = {
        "another's": cast.others_message,
        "own": cast.own,
        "going on": cast.continued,
        "edited": cast.edited,
        "deleted": cast.deleted,
        "long": cast.long_message,
        "lists, quotes and links": cast.rich,
        "code": cast.code,
        "right to left": cast.right_to_left,
        "emoji": cast.emoji,
    }
    template, stage = "messaging/_message.html", "conversation"
    pushed = {"message": cast.others_message, "is_author": True, "can_moderate": True}
    yield Sample(template, "as it is pushed", pushed, stage)
    for state, message in states.items():
        rights = {"is_author": message.author == cast.ana, "can_moderate": True}
        yield Sample(template, state, {"message": message, **rights}, stage, cast.ana)
    plain = {"message": cast.own, "is_author": False, "can_moderate": False}
    yield Sample(template, "for a member", plain, stage, cast.bruno)
    own = {"message": cast.own, "viewer": cast.ana}
    form = own | {"form": EditForm(initial={"body": cast.own.body})}
    yield Sample("messaging/message/_edit.html", "being edited", form, stage, cast.ana)
    form = own | {"form": refused(EditForm({"body": ""}), body=TOO_LONG)}
    yield Sample("messaging/message/_edit.html", "refused", form, stage, cast.ana)
    yield Sample("messaging/message/_delete.html", "asking", {"message": cast.own}, stage, cast.ana)


def pushes():
    stage = "code"
    fragments = {"fragments": ["…"], "revision": 13}
    yield Sample("messaging/message/message_changed.html", "messages", fragments, stage)
    yield Sample(
        "messaging/message/message_changed.html",
        "nothing new",
        fragments | {"fragments": []},
        stage,
    )
    yield Sample(
        "messaging/message/message_sent.html", "sent", {"nonce": "a", "next_nonce": "b"}, stage
    )
    form = refused(MessageForm({"body": "x"}), body=TOO_LONG, nonce="Missing.")
    yield Sample("messaging/message/message_refused.html", "by its form", {"form": form}, "plain")
    for code in REFUSALS:
        form = refuse(MessageForm({"body": "x", "nonce": "n"}), code)
        yield Sample("messaging/message/message_refused.html", code, {"form": form}, "plain")
    typists = {"typists": [(2, "Bruno"), (4, cast.layla.name)]}
    yield Sample("messaging/live/typing_changed.html", "two people", typists, "plain")


def parts():
    room = {"room": cast.lobby, "viewer": cast.ana}
    window = {"window": cast.window()}
    typists = {"typists": [(2, "Bruno")]}
    yield Sample("messaging/live/_cursor.html", "in the page", {"revision": 12}, "code")
    yield Sample("messaging/live/_typing.html", "somebody", typists, "plain")
    yield Sample("messaging/live/_typing.html", "nobody", {"typists": []}, "plain")
    yield Sample("messaging/conversation/_yours.html", "a member", {"viewer": cast.bruno}, "code")
    yours = {"viewer": cast.ana, "membership": cast.owner}
    yield Sample("messaging/conversation/_yours.html", "a moderator", yours, "code")
    yield Sample("messaging/conversation/_older.html", "there are some", window, "plain")
    first = {"window": cast.window([cast.message("The first", position=1)])}
    yield Sample("messaging/conversation/_older.html", "there are none", first, "plain")
    middle = {"window": cast.window(last_position=9_000), **room}
    yield Sample("messaging/conversation/_newer.html", "there are some", middle, "plain")
    yield Sample("messaging/conversation/_newer.html", "on to the newest", window | room, "plain")
    seen = cast.window(read_position=cast.edited.position - 1)
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
    may = {"room": cast.lobby, "membership": cast.member}
    yield Sample("messaging/conversation/_write_link.html", "a member", may, "plain", cast.bruno)
    yield from composers()


READINGS = {
    "no choice": Reading(),
    "live": Reading("live", is_kept=False),
    "plain": Reading("plain"),
    "refreshing": Reading("refresh", 20, is_kept=False),
}


def composers():
    def composer(state, form, membership=cast.member, room=cast.lobby):
        context = {"room": room, "membership": membership, "viewer": cast.bruno, "composer": form}
        return Sample("messaging/message/_composer.html", state, context, "plain", cast.bruno)

    archived = cast.membership(cast.bruno, cast.attic)
    yield composer("empty", fresh())
    yield composer("not yet sent", fresh(NOT_YET_SENT))
    yield composer("right to left", fresh(cast.ARABIC))
    yield composer("refused", refused(MessageForm({"body": "x" * 90, "nonce": "n"}), body=TOO_LONG))
    yield composer("not a member", fresh(), membership=None)
    yield composer("archived", fresh(), membership=archived, room=cast.attic)


def fresh(body=""):
    return MessageForm(initial={"nonce": "n", "body": body})


def rooms():
    yield room_page("talk")
    yield room_page("what is new", window=cast.window(read_position=cast.edited.position - 1))
    yield room_page("empty", room=cast.empty_room, window=cast.window([], last_position=0))
    yield room_page("not yet sent", composer=fresh(NOT_YET_SENT))
    yield room_page("offline", after=saying("lost"))
    yield room_page("logged out", after=saying("login"))
    yield room_page("over", after=saying("over"))
    refusal = refused(MessageForm({"body": "x" * 90, "nonce": "n"}), body=TOO_LONG)
    yield room_page("refused", composer=refusal)
    middle = cast.window(last_position=9_000, is_now=False, read_position=9_000)
    yield room_page("in the middle of history", window=middle)
    newer = cast.window([], last_position=cast.emoji.position, is_after=True, is_now=False)
    yield room_page("nothing newer", window=newer)
    yield room_page("reading along", reader=cast.layla, membership=None, people=[])
    yield room_page("archived", room=cast.attic)
    yield room_page("direct", room=cast.direct)
    alone = cast.membership(cast.ana, cast.direct)
    alone.has_deactivated = True
    yield room_page("direct, the other deactivated", room=cast.direct, membership=alone)
    yield room_page("long names", room=cast.long_room, people=cast.people * 3)
    yield room_page("right to left", room=cast.majlis, language="ar")
    for state, reading in READINGS.items():
        if reading.mode:
            yield room_page(f"without scripts: {state}", reading=reading)


def room_page(state, reader=cast.ana, room=cast.lobby, **changes):
    options = {key: changes.pop(key) for key in ("after", "reading", "language") if key in changes}
    context = {
        "room": room,
        "membership": cast.membership(reader, room, "owner"),
        "window": cast.window(),
        "people": cast.people,
        "composer": fresh(),
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


def pages():
    own = {"message": cast.own, "room": cast.lobby, "viewer": cast.ana}
    form = EditForm(initial={"body": cast.own.body})
    yield Sample("messaging/message/edit.html", "a page", {**own, "form": form}, reader=cast.ana)
    yield Sample("messaging/message/delete.html", "a page", own, reader=cast.ana)

    day = {"room": cast.lobby, "title": "Lobby", "day": cast.NOON.date()}
    day |= {"day_before": cast.NOON.date(), "day_after": None, "viewer": AnonymousUser()}
    for state, messages, after in (("talk", cast.talk, 9), ("empty", [], None)):
        context = day | {"messages": messages, "continued_after": after}
        yield Sample("messaging/conversation/transcript.html", state, context, reader=cast.ana)


def streams():
    room = {"room": cast.lobby, "viewer": cast.bruno, "people": cast.people}
    member = {**room, "membership": cast.member, "window": cast.window()}
    yield Sample("messaging/noscript/live_begin.html", "begin", room, reader=cast.bruno)
    yield Sample("messaging/noscript/live.html", "talk", member, reader=cast.bruno)
    empty = member | {"window": cast.window([], last_position=0)}
    yield Sample("messaging/noscript/live.html", "empty", empty, reader=cast.bruno)
    new = member | {"window": cast.window(read_position=cast.edited.position - 1)}
    yield Sample("messaging/noscript/live.html", "what is new", new, reader=cast.bruno)
    copy = {"element": "message-1", "fragment": "…", "number": 1, "position": 1}
    yield Sample("messaging/noscript/live_changed.html", "a message", copy, "code")
    people = {"element": "people", "fragment": "…", "number": 2, "position": None}
    yield Sample("messaging/noscript/live_changed.html", "who is here", people, "code")
    yield Sample("messaging/noscript/live_pulse.html", "alive", {"beat": "odd"}, "code")
    for reason in (None, "restart", "login", "gone", "elsewhere"):
        ending = {"reason": reason, "seconds": 5}
        yield Sample("messaging/noscript/live_ended.html", reason or "asked again", ending, "code")
    for state, form, membership in (
        ("empty", fresh(), cast.member),
        ("no longer a member", refused(MessageForm({"body": NOT_YET_SENT})), None),
    ):
        frame = room | {"membership": membership, "composer": form}
        yield Sample("messaging/noscript/compose.html", state, frame, reader=cast.bruno)
