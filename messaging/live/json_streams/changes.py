"""Read the changes of a room from the database, and draw them as JSON."""

import json
from typing import NamedTuple

from rooms.access_revisions import Revisions, revisions
from rooms.models import Room

from ...message.broadcasts import changed_since
from ...message.representation import represent_change

# Line ends for some programs that read lines, though neither for JSON nor for the stream.
_ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "\x85\u2028\u2029"}


class Change(NamedTuple):
    """The newest state of a message, as JSON; `revision` is that of its last change."""

    message_id: int
    revision: int
    json: str


class Changes(NamedTuple):
    """Changes in the order of revisions; `revision` is what their reader has afterwards.

    `access` was read after them: they may be sent to who has been checked up to there.
    """

    changes: list[Change]
    revision: int
    access: Revisions


def read(room_id: int, cursor: int, until: int | None = None) -> Changes:
    """Return the first changes after revision `cursor`, up to `until` if it is given.

    The room is read first, and revisions are committed in order, so nothing is missed.
    """
    room = Room.objects.get(pk=room_id)
    revision, messages, _complete = changed_since(room, cursor, until=until)
    changes = [
        Change(message.pk, message.revision, as_line(represent_change(message, room)))
        for message in messages
    ]
    return Changes(changes, max(revision, cursor), revisions([room_id])[room_id])


def as_line(value: object) -> str:
    """Return `value` as JSON on one line, whatever its reader takes for the end of one."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.translate(_ESCAPES)
