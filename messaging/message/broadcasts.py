"""Broadcast messages as fragments, rendered once per change and language, not per reader."""

import random
import secrets
import time
from copy import copy
from functools import partial

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import get_language

from core import events
from core.events import draw_in_order, publish
from rooms.access_revisions import revisions
from rooms.broadcasts import access_of, render_room, room_group
from rooms.models import Room
from users.languages import languages_in_use, workspace_time_zone

from .forms import new_nonce
from .models import Message
from .rendering import remembered, render_message

BATCH = 100
# Placeholders for what is put into rendered HTML; random, so no text contains them.
_FRAGMENTS, _REVISION, _NONCE, _NEXT_NONCE = (secrets.token_hex(16) for _ in range(4))
NEVER = 2**62  # a position that no room reaches
RESTART_SECONDS = 4, 8  # range after which streams reconnect to a restarted server


def messages_changed(room, messages, first_revision, posted, access=None):
    """Push `messages` of `room` to its readers after the commit.

    `first_revision` is the first revision of this change, `room.revision` the last. `posted` is
    True if any message is new, which makes the room unread. A change without news can wait (see
    `messaging.live.event_router`), but not a deletion. `access` is that of `access_of`, if known.

    The messages are copied, because a later change in the same transaction may modify them. They
    are rendered after the change is acknowledged.
    """
    messages = [copy(message) for message in messages]
    room_id, revision = room.pk, room.revision
    room_changed = partial(
        events.room_changed,
        room=room_id,
        first=first_revision,
        revision=revision,
        access=access or access_of(room),
        posted=posted,
        can_wait=not posted and not any(message.is_deleted for message in messages),
        authors=[message.author_id for message in messages],
    )

    def push():
        at = time.time()
        draw_in_order(lambda: draw(at))

    def draw(at):
        event = room_changed(at=at, **render_changes(messages, revision))
        publish(room_group(room_id), event)

    # robust: a failing push must not make the stored change look like a failure.
    transaction.on_commit(push, robust=True)


def render_changes(messages, revision):
    """Return the changes up to `revision` as {"html": …, "cuts": …}, each by language.

    The HTML is the push for sockets. The cuts are the (id, position, start, end) of each message
    in it, so that streams use the same fragments and none is rendered twice.
    """
    changes = {"html": {}, "cuts": {}}
    with timezone.override(workspace_time_zone()):
        for language in languages_in_use():
            with translation.override(language):
                fragments = [render_message(message) for message in messages]
                head, tail = _around_fragments(revision, is_empty=not fragments)
            changes["html"][language] = "".join([head, *fragments, tail])
            changes["cuts"][language] = list(_cuts(len(head), messages, fragments))
    return changes


def _around_fragments(revision, is_empty):
    """Return the parts of `message_changed.html` before and after the fragments."""
    context = {"fragments": [] if is_empty else [_FRAGMENTS], "revision": _REVISION}
    html = remembered(
        ("changed", is_empty, get_language()),
        lambda: render_to_string("messaging/message/message_changed.html", context),
    )
    head, _fragments, tail = html.replace(_REVISION, str(revision)).partition(_FRAGMENTS)
    return head, tail


def _cuts(start, messages, fragments):
    for message, fragment in zip(messages, fragments, strict=True):
        end = start + len(fragment)
        yield message.pk, message.position, start, end
        start = end


def changes_since(room_id, cursor, limit=BATCH):
    """Return the changes of a room after revision `cursor`.

    Return (revision, changes, complete): the revision that the page has afterwards, the changes as
    from `render_changes` together with the room's header, and True if no more changes follow. The
    header is included even if no message changed, so that the page always gets an answer. The room
    is read first: revisions are committed in order, so the messages of the second query are
    complete. The access revisions are read last, as `changes["access"]`: every message in
    `changes` is older than they are. `changes["revisions"]` are those of the messages, by id.
    """
    room = Room.objects.get(pk=room_id)
    revision, messages, complete = changed_since(room, cursor, limit)
    messages.sort(key=lambda message: message.position)
    changes = render_changes(messages, revision)
    for language, header in render_room(room).items():
        changes["html"][language] += header
    changes["revisions"] = {message.pk: message.revision for message in messages}
    changes["access"], changes["revision"] = revisions([room_id])[room_id], revision
    return revision, changes, complete


def changed_since(room, cursor, limit=BATCH, until=None):
    """Return (revision, messages, complete) of the changes after revision `cursor`.

    They are as in `changes_since`, in the order of revisions, up to revision `until` if it is
    given. `room` must have been read before.
    """
    revision = room.revision if until is None else until
    messages = Message.objects.filter(room=room, revision__gt=cursor)
    if until is not None:
        messages = messages.filter(revision__lte=until)
    messages = list(messages.for_display().order_by("revision")[:limit])
    complete = len(messages) < limit
    if messages:
        newest = messages[-1].revision
        revision = max(revision, newest) if complete else newest
    return revision, messages, complete


def render_sent(nonce, done=""):
    """Return the acknowledgement of the send with `nonce`, and the nonce for the next one.

    `done` is the sentence that says what a command did, if it was one.
    """
    if done:
        return _render_sent(nonce, new_nonce(), done)
    html = remembered(("sent", get_language()), lambda: _render_sent(_NONCE, _NEXT_NONCE))
    return html.replace(_NONCE, escape(nonce)).replace(_NEXT_NONCE, new_nonce())


def _render_sent(nonce, next_nonce, done=""):
    context = {"nonce": nonce, "next_nonce": next_nonce, "done": done}
    return render_to_string("messaging/message/message_sent.html", context)


def render_refused(form):
    """Return the composer with the text and the errors of `form`, a rejected MessageForm."""
    return render_to_string("messaging/message/message_refused.html", {"form": form})


def render_act_refused(sentences):
    """Return the line above the composer that says why an act was refused, empty for none."""
    return render_to_string("messaging/live/act_refused.html", {"sentences": sentences})


def render_typing(names):
    """Return the typing hint for `names`, a list of (user id, name)."""
    return render_to_string("messaging/live/typing_changed.html", {"typists": names})


def render_reading_stopped():
    """Return what makes a page of a room mark nothing as read any more (see `SeenForm`)."""
    return render_to_string("messaging/live/_since.html", {"since": NEVER, "pushed": True})


def render_stream_end(language, reason=None):
    """Return the last chunk of a stream: a refresh, or a sentence about why it ended.

    `reason` is None, "unread" (go on, but mark nothing as read), "restart", "login", "gone" or
    "elsewhere" (too many streams of one user).
    """
    context = {"reason": reason, "seconds": random.randint(*RESTART_SECONDS)}
    with translation.override(language):
        return render_to_string("messaging/noscript/live_ended.html", context)


def typing(membership):
    """Notify the readers of a room that a member is typing. Not stored; losing it is harmless."""
    room, user = membership.room, membership.user
    access = access_of(room)
    event = events.room_typing(
        room=room.pk, user=user.pk, name=user.name, revision=room.revision, access=access
    )
    publish(room_group(room.pk), event)
