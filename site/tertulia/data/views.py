"""Downloads of exports: a room, for those who manage it, and a user's own data."""

from typing import NamedTuple

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import rate_limits, read_only, throttling
from core.threads import in_page
from messaging.live.access_queries import close_codes
from rooms.access import managed_room
from rooms.models import Membership

from . import exports

TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
}


@never_cache
@require_safe
def room(request, slug, kind):
    room, _membership = managed_room(request, slug)

    match kind:
        case "json":
            pieces = exports.room_json(room)
        case "csv":
            pieces = exports.room_csv(room)
        case "html":
            zone = request.user.time_zone or request.workspace.time_zone
            pieces = exports.room_html(room, request.LANGUAGE_CODE, zone)

    pieces = while_managed(pieces, visit_of(request, room))
    return download(request, pieces, f"{room.slug}.{kind}", TYPES[kind])


@never_cache
@require_safe
def person(request):
    pieces = exports.person_json(request.user)

    return download(request, pieces, f"{request.user.username}.json", TYPES["json"])


def visit_of(request, room):
    """Return the Visit of a request: its room, user and session."""
    return Visit(
        room.pk,
        request.user.pk,
        request.session.stored_key,
        request.user.get_session_auth_hash(),
    )


class Visit(NamedTuple):
    room_id: int
    user_id: int
    session_key: str
    auth_hash: str


def while_managed(pieces, visit):
    """Yield `pieces` for as long as the user can manage the room.

    A long export takes a while, and a user who loses the right to read the room must not receive
    the rest. The file is then incomplete.
    """
    for piece in pieces:
        if not is_managed(visit):
            return
        yield piece


def is_managed(visit):
    memberships = Membership.objects.select_related("room", "user")
    membership = memberships.filter(room=visit.room_id, user=visit.user_id).first()
    return bool(membership and membership.can_manage) and close_codes([visit])[visit] is None


def download(request, pieces, name, content_type):
    """Return `pieces`, a generator of strings, as a download; rate-limited per user."""
    wait = 0 if read_only.is_head() else rate_limits.take("export", request.user)
    if wait:
        return throttling.refusal(request, wait)
    response = StreamingHttpResponse(streamed(pieces), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Accel-Buffering"] = "no"
    return response


async def streamed(pieces):
    """Yield the items of a generator that runs queries, each computed in a page thread."""
    next_piece = in_page(next)
    while (piece := await next_piece(pieces, None)) is not None:
        yield piece
