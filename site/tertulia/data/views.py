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
from users.sessions.visits import visit_of

from . import exported_files, exports

TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "zip": "application/zip",
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
        case "zip":
            text = exports.room_json(room)
            pieces = exported_files.zipped(f"{room.slug}.json", text, room=room)

    pieces = while_managed(pieces, Visit(room.pk, *visit_of(request)))
    return download(request, pieces, f"{room.slug}.{kind}", TYPES[kind])


@never_cache
@require_safe
def person(request):
    pieces = exports.person_json(request.user)

    return download(request, pieces, f"{request.user.username}.json", TYPES["json"])


@never_cache
@require_safe
def person_zip(request):
    """Send the user's own data with their files."""
    name = f"{request.user.username}.json"

    pieces = exported_files.zipped(name, exports.person_json(request.user), owner=request.user)
    return download(request, pieces, f"{request.user.username}.zip", TYPES["zip"])


class Visit(NamedTuple):
    """Who downloads the export of a room: see `users.sessions.visits`."""

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
    """Return `pieces`, a generator of strings or bytes, as a download; rate-limited per user."""
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
