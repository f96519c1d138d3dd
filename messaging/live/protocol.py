"""The protocol between pages and their sockets: parse, rate limit and handle frames.

Frames in, as htmx sends them: a JSON object of form fields with htmx's own "headers" beside them,
or the fields under "body". Frames out: HTML (htmx, https://htmx.org/extensions/ws/).
"""

import json
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import translation

from core.queries.prepared import Prepared
from core.rate_limits import Bucket
from rooms.models import Membership
from rooms.reading.positions import Read, mark_all_read

from ..message import broadcasts
from ..message.acts import Act, Asked
from ..message.forms import CursorForm, SeenForm
from ..message.models import Message
from ..message.submit import sentence_for
from .reader import Reader


def fields_of(text: str) -> dict[str, str]:
    """Return the form fields of a frame, {name: text}; raise ValueError if it is not a frame.

    htmx's "headers" and values that are not text are dropped: only form fields are used.
    """
    try:
        frame = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(frame, dict):
        raise ValueError("not an object")
    fields = frame["body"] if isinstance(frame.get("body"), dict) else frame
    return {name: value for name, value in fields.items() if isinstance(value, str)}


class FrameRateLimiter:
    """Limits the frames of a socket: a burst, then a few a second.

    Frames over the limit are refused; a socket that keeps sending them is closed.
    """

    BURST = 60
    PER_SECOND = 10
    MAX_REFUSED = 60

    __slots__ = ("_bucket", "_refused")

    def __init__(self) -> None:
        self._bucket = Bucket(self.BURST, self.PER_SECOND)
        self._refused = 0  # since the last frame that was allowed

    def allow(self) -> bool:
        """Count one frame; return False if it is over the limit."""
        if not settings.RATE_LIMITS:
            return True
        allowed = self._bucket.take()
        self._refused = 0 if allowed else self._refused + 1
        return allowed

    @property
    def is_first_refused(self) -> bool:
        """Return True if the last frame was over the limit and the one before was not."""
        return self._refused == 1

    @property
    def is_exhausted(self) -> bool:
        """Return True if too many frames in a row were over the limit: close the socket."""
        return self._refused > self.MAX_REFUSED


def cursor_of(fields: Mapping[str, str]) -> int | None:
    """Return the last revision that the page has, or None if it is not a number."""
    form = CursorForm(fields)
    return form.cleaned_data["cursor"] if form.is_valid() else None


def mark_seen(seen: Iterable[tuple[Reader, Mapping[str, str]]]) -> None:
    """Store how far the users of these readers have read, from the fields of a `SeenForm` each."""
    forms = [(reader, SeenForm(fields)) for reader, fields in seen]
    valid = [(reader, form.cleaned_data) for reader, form in forms if form.is_valid()]
    mark_all_read(
        Read(reader.room_id, reader.user_id, data["seen"], data["since"] or 0)
        for reader, data in valid
    )


def show_typing(user_id: int, room_id: int) -> None:
    """Show that a user is typing, if they may post."""
    membership = _membership(user_id, room_id)
    if membership is not None and membership.can_post:
        broadcasts.typing(membership)


def do_act(act: Act, asked: Asked, user_id: int, room_id: int, language: str) -> tuple[str, bool]:
    """Do `act` for a member; return (the push for the page, "" for none; True if it is refused).

    A message that is not in the room is refused like one that does not exist.
    """
    with translation.override(language):
        membership = _membership(user_id, room_id)
        messages = Message.objects.for_display().filter(room=room_id, deleted_at=None)
        message = messages.filter(pk=asked.message_id).first()
        if membership is None or message is None:
            return broadcasts.render_act_refused([sentence_for(membership, is_here=False)]), True
        message.room = membership.room
        try:
            answer = act(membership, message, asked.rest)
        except PermissionDenied:
            return broadcasts.render_act_refused([sentence_for(membership)]), True
        if answer is None or isinstance(answer, str):
            return answer or "", False
        sentences = [error for errors in answer.errors.values() for error in errors]
        return broadcasts.render_act_refused(sentences), True


def _membership(user_id: int, room_id: int) -> Membership | None:
    return _MEMBERSHIP.run(user=user_id, room=room_id).first()


_MEMBERSHIP = Prepared(
    lambda user, room: Membership.objects.select_related("room", "user").filter(
        user=user, room=room, user__is_active=True
    ),
    user=int,
    room=int,
)
