"""Streams of server-sent events: the changes of a room, and where all rooms are."""

from functools import partial

from django import forms
from django.shortcuts import get_object_or_404

from core.forms import CountField
from messaging.live import connection_limits
from messaging.live.json_streams.room import RoomStream
from messaging.live.json_streams.rooms import RoomsStream
from messaging.live.responses.lasting import LastingResponse
from rooms.tokens.queries import rooms_of

from .authentication import program
from .problems import Problem, invalid, too_often

# When a program that has too many connections may ask again.
SECONDS_AFTER_TOO_MANY = 30


class CursorForm(forms.Form):
    since = CountField(required=False)


@program("read")
def of_room(request, slug):
    room = get_object_or_404(rooms_of(request.token), slug=slug)
    cursor = cursor_of(request)

    since = room.revision if cursor is None else cursor
    return streamed(request, RoomStream(room.pk, request.token, since, room.revision))


@program("read")
def of_all_rooms(request):
    return streamed(request, RoomsStream(request.token))


def cursor_of(request):
    """Return the revision after which a program goes on, or None for now.

    A program that reconnects sends the header; the address stays what it was at first.
    """
    last_id = request.headers.get("Last-Event-ID", "")
    form = CursorForm({"since": last_id} if last_id else request.GET)
    if form.is_valid():
        return form.cleaned_data["since"]
    if last_id:
        raise Problem(400, "invalid_cursor")
    raise invalid(form, parameter="*")


def streamed(request, stream):
    """Return `stream` as a response, unless its user or address has too many connections."""
    address, person = request.META["REMOTE_ADDR"], request.user.pk
    known = connection_limits.open_elsewhere([person])[person]
    if not connection_limits.has_room(person, address, known):
        raise too_often(SECONDS_AFTER_TOO_MANY)
    go_on = partial(connection_limits.counted, address, stream.go_on)
    content_type = "text/event-stream; charset=utf-8"
    return LastingResponse(stream.opening, go_on, content_type=content_type)
