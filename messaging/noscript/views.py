"""The two iframes of a room's page without JavaScript: the live log, and the composer.

They are separate documents, so that sending does not reload the log, and the log does not disturb
typing.
"""

from functools import partial

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csp import get_nonce
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.csp import CSP
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import flash, read_only, throttling
from rooms.access import require, room_and_membership
from rooms.actions import mark_read
from rooms.models import Room
from rooms.presence.queries import people_in
from users.languages import language_of

from ..conversation.history import Window
from ..conversation.reading_mode import SECONDS, ReadingForm, remember
from ..drafts.models import Draft
from ..live import connection_limits
from ..live.responses.lasting import LastingResponse
from ..message.composer import composer_for, keep_for_later, scheduling_address, show_answered
from ..message.submit import submit
from .patches import PLACES
from .read_positions import read_positions
from .stream import Stream

# WebKit shows nothing of a response before its first 512 bytes, others before 1 KiB.
FIRST_CHUNK = 2048
SECONDS_AFTER_A_CUT = 30

_POLICY = {**settings.SECURE_CSP, "frame-ancestors": [CSP.SELF]}


def framed(view):
    """Allow pages of this site to show the response of `view` in an iframe."""
    return xframe_options_sameorigin(csp_override(_POLICY)(view))


@framed
@require_safe
def live(request, slug):
    room = get_object_or_404(Room.objects.visible_to(request.user), slug=slug)
    membership = room.membership_of(request.user)
    if "begin" in request.GET:
        page = {"room": room, "membership": membership}
        return render(request, "messaging/noscript/live_begin.html", page)
    address = request.META["REMOTE_ADDR"]
    person = request.user.pk
    if not connection_limits.has_room(
        person, address, connection_limits.open_elsewhere([person])[person]
    ):
        return throttling.refusal(request, SECONDS_AFTER_A_CUT)

    room.refresh_from_db(fields=["revision", "last_position"])
    window = Window.of(room, membership, newest=True)
    # A stream goes on with "unread" after its user has marked the room as unread elsewhere.
    is_reading = window.follows_read and "unread" not in request.GET
    if is_reading and window.has_news and not read_only.is_active():
        mark_read(membership, window.last)

    page = {
        "room": room,
        "membership": membership,
        "window": window,
        "people": people_in(room),
        "viewer": request.user,
        "places": PLACES,
    }
    opening = render_to_string("messaging/noscript/live.html", page, request).ljust(FIRST_CHUNK)
    if read_only.is_active() or shows_only_what_is_whole(request):
        response = HttpResponse(opening, headers={"Refresh": str(SECONDS)})
    else:
        stream = Stream(
            cursor=window.revision,
            floor=window.floor,
            nonce=str(get_nonce(request)),
            offer=getattr(request, "scope", {}).get("extensions", {}).get("tertulia.push"),
            note_read=read_positions.note if is_reading else None,
            room_id=room.pk,
            user=request.user,
            session_key=request.session.stored_key,
            language=language_of(request.user),
            zone=timezone.get_current_timezone(),
        )
        go_on = partial(connection_limits.counted, address, stream.go_on)
        response = LastingResponse(opening, go_on)
        # Counts from the end of the response; leaves time for a restart if the response was cut.
        response["Refresh"] = str(SECONDS_AFTER_A_CUT)
    response["Cache-Control"] = "no-store, no-transform"
    return response


def shows_only_what_is_whole(request):
    """Return True for HTTP/1.0 text browsers, which render nothing until the response ends.

    Proxies use HTTP/1.0 too, but they send X-Forwarded-For.
    """
    return (
        getattr(request, "scope", {}).get("http_version") == "1.0"
        and "HTTP_X_FORWARDED_FOR" not in request.META
    )


@framed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def compose(request, slug):
    room, membership = room_and_membership(request, slug)

    if {"keep", "later"} & request.POST.keys():
        require(membership and membership.can_post)
        composer = keep_for_later(request, membership)
        is_done, status = not composer.errors, 422
    elif request.method == "POST":
        submission = submit(membership, request.POST, request.FILES)
        composer, is_done = submission.form, submission.is_accepted
        if submission.done:
            flash.success(request, "command_done", sentence=submission.done)
        status = submission.status
    else:
        composer = composer_for(request, room, Draft.objects.of(request.user, room))
        is_done, status = False, 200

    if is_done:
        # With "#body" the browser focuses the field.
        url = f"{reverse('messaging:compose', args=[room.slug])}#body"
        if "later" in request.POST:
            url = scheduling_address(room, request.POST)
        return HttpResponse(status=303, headers={"Location": url})
    show_answered(composer, room)
    page = {"room": room, "membership": membership, "composer": composer, "viewer": request.user}
    return throttling.answer(
        composer, render(request, "messaging/noscript/compose.html", page, status=status)
    )


@require_POST
def choose_reading(request, slug):
    room = get_object_or_404(Room.objects.visible_to(request.user), slug=slug)
    form = ReadingForm(request.POST)
    response = redirect(room)
    if form.is_valid():
        remember(response, form.cleaned_data["reading"])
    return response
