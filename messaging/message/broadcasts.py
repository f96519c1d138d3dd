"""What the messages tell: fragments, rendered once a change and language, never once a reader."""

import random
import secrets
import time
from copy import copy
from functools import partial

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from core import events
from core.events import publish
from rooms.access_revisions import revisions
from rooms.broadcasts import access_of, render_room, room_group
from rooms.models import Room
from users.languages import languages_in_use, workspace_time_zone

from .forms import new_nonce
from .models import Message
from .rendering import render_message

BATCH = 100
# Stands for the fragments while what is around them is rendered; no text can hold it.
_FRAGMENTS = secrets.token_hex(16)
RESTART_SECONDS = 4, 8  # after which streams come back to a server that is restarted


def messages_changed(room, messages, first_revision, posted):
    """After the commit, push `messages` of `room` to everybody who reads it.

    `first_revision` is the first of the revisions that this change counted, `room.revision` the
    last; `posted` says whether anything in it is new, so that the room counts as unread.

    The event is about them as they are now: a later change in the same transaction may use them.
    """
    messages = [copy(message) for message in messages]
    room_id, revision = room.pk, room.revision
    room_changed = partial(
        events.room_changed,
        room=room_id,
        first=first_revision,
        revision=revision,
        access=access_of(room),
        posted=posted,
        authors=[message.author_id for message in messages],
    )

    def push():
        event = room_changed(at=time.time(), **render_changes(messages, revision))
        publish(room_group(room_id), event)

    # robust: what is stored stays stored, whatever happens to the telling of it.
    transaction.on_commit(push, robust=True)


def render_changes(messages, revision):
    """Return what brings a page up to `revision`: {"html": …, "cuts": …}, each by language.

    The HTML is the push of the sockets. The cuts say where in it each message stands, as (id,
    position, start, end), so that a stream shows the same fragments, and none is drawn twice.
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
    """Return what `message_changed.html` puts before and after the fragments."""
    context = {"fragments": [] if is_empty else [_FRAGMENTS], "revision": revision}
    html = render_to_string("messaging/message/message_changed.html", context)
    head, _fragments, tail = html.partition(_FRAGMENTS)
    return head, tail


def _cuts(start, messages, fragments):
    for message, fragment in zip(messages, fragments, strict=True):
        end = start + len(fragment)
        yield message.pk, message.position, start, end
        start = end


def changes_since(room_id, cursor, limit=BATCH):
    """Read what a page that has seen revision `cursor` of a room is missing.

    Return (revision, changes, complete): the revision that the page then has seen, what brings it
    there (as from `render_changes`, and the room's header; these alone when no message is missing,
    so that a page which asks always has an answer), and whether that was all. The room is read
    first: revisions commit in order, so whatever the second query adds is whole. The access
    revisions are read last, as `changes["access"]`: nothing of it was said after them.
    """
    room = Room.objects.get(pk=room_id)
    revision = room.revision
    messages = list(
        Message.objects.filter(room=room_id, revision__gt=cursor)
        .for_display()
        .order_by("revision")[:limit]
    )
    complete = len(messages) < limit
    if messages:
        newest = messages[-1].revision
        revision = max(revision, newest) if complete else newest
    messages.sort(key=lambda message: message.position)
    changes = render_changes(messages, revision)
    if not room.is_direct:  # that one goes by another name for each of its people
        for language, header in render_room(room).items():
            changes["html"][language] += header
    changes["access"] = revisions([room_id])[room_id]
    return revision, changes, complete


def render_sent(nonce):
    """Return the acknowledgement of the send with `nonce`, and the nonce for the next one."""
    context = {"nonce": nonce, "next_nonce": new_nonce()}
    return render_to_string("messaging/message/message_sent.html", context)


def render_refused(form):
    """Return why the text of `form`, a MessageForm, was not taken; it goes back to the composer."""
    return render_to_string("messaging/message/message_refused.html", {"form": form})


def render_typing(names):
    """Return the hint of who is typing; `names` is a list of (user id, name)."""
    return render_to_string("messaging/live/typing_changed.html", {"typists": names})


def render_stream_end(language, reason=None):
    """Return the last chunk of a stream: ask again, or a sentence that says why not to.

    `reason` is None, "restart", "login", "gone" or "elsewhere" (too many streams of one person).
    """
    context = {"reason": reason, "seconds": random.randint(*RESTART_SECONDS)}
    with translation.override(language):
        return render_to_string("messaging/noscript/live_ended.html", context)


def typing(membership):
    """Tell the readers of a room that somebody is typing. Droppable, and not stored."""
    room, user = membership.room, membership.user
    access = access_of(room)
    event = events.room_typing(room=room.pk, user=user.pk, name=user.name, access=access)
    publish(room_group(room.pk), event)
