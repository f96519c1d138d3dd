"""The page of a room, and posting to it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from core import flash, read_only, throttling
from core.conditional.drawn import drawn
from core.conditional.facts import is_kept, kept_by_browser, unchanged
from core.views import require
from rooms.access import room_and_membership
from rooms.actions import mark_read
from rooms.presence.queries import people_in
from rooms.sidebar.actions import note_visit
from users.languages import language_of

from ..message import broadcasts
from ..message.composer import (
    composer_with,
    keep_for_later,
    scheduling_address,
    show_answered,
    unsent_in,
)
from ..message.forms import CursorForm, new_nonce
from ..message.models import Message
from ..message.submit import submit
from .facts import facts_of
from .forms import PositionForm
from .history import Window
from .opening import opened_room, parts_of
from .reading_mode import read_by_choice, reports_itself
from .welcome import welcome_for


@gzip_page
@kept_by_browser
@require_safe
@read_by_choice
def room(request, slug):
    opened = opened_room(request, slug)
    room, membership, draft = parts_of(opened, request.user)
    position = PositionForm(request.GET)
    if not position.is_valid():
        return render(request, "400.html", status=400)

    starts_unread = bool(request.reading.mode)
    window = Window.of(room, membership, **position.cleaned_data, starts_unread=starts_unread)
    unsent = unsent_in(request, room, draft)
    people, nonce = people_in(room), new_nonce()
    composer = SimpleLazyObject(lambda: composer_with(unsent[0] | {"nonce": nonce}, unsent[1]))
    page = page_of(request, room, membership, window, composer, people, room.has_written)
    if request.htmx:
        return render(request, "messaging/conversation/_history.html", page)
    # A reload would take away what is being read or answered.
    if not window.is_newest or unsent[1]:
        request.reading = request.reading._replace(seconds=0)
    page["reports_itself"] = reports_itself(request)
    if window.has_news and not page["reports_itself"] and not read_only.is_active():
        mark_read(membership, window.last)
    if membership and not read_only.is_active():
        note_visit(membership)

    facts = facts_of(request, opened, unsent, page)
    if facts is None:
        return draw(request, page)
    if is_kept(request, facts.etag):
        return unchanged(request, facts.etag)
    response = drawn(request, facts, page, draw, nonce)
    response["ETag"] = facts.etag
    return response


def draw(request, page):
    return render(request, "messaging/conversation/room.html", page)


def page_of(request, room, membership, window, composer, people, has_written):
    """Return the context for the templates of a room's page. `people` are here now."""
    return {
        "room": room,
        "membership": membership,
        "window": window,
        "people": people,
        "welcome": welcome_for(request.user, room, membership, people, has_written),
        "composer": composer,
        "viewer": request.user,
    }


@require_POST
@read_by_choice
def post(request, slug):
    room, membership = room_and_membership(request, slug)
    if {"keep", "later"} & request.POST.keys():
        return keep(request, room, membership)
    has_unread = membership and membership.unread_until(room.last_position)
    submission = submit(membership, request.POST, request.FILES)
    require(not submission.is_forbidden)

    if not submission.is_accepted:
        return refusal_of(request, room, submission)
    if request.htmx:
        return HttpResponse(what_is_new(request, room, submission))
    if submission.done:
        flash.success(request, "command_done", sentence=submission.done)
    return redirect_to_composer(room, has_unread)


def keep(request, room, membership):
    """Keep the text as a draft: "Keep for later", for browsers without scripts, and "Send later".

    "Send later" leads on to the page that asks for the time.
    """
    require(membership and membership.can_post)
    composer = keep_for_later(request, membership)
    if not composer.errors and "later" in request.POST:
        url = scheduling_address(room, request.POST)
        return HttpResponse(status=303, headers={"Location": url})
    if not composer.errors:
        return redirect_to_composer(room, membership.unread_until(room.last_position))
    return refused_page(request, room, membership, composer, 422)


def refusal_of(request, room, submission):
    """Return the composer with its error for htmx, otherwise the whole page."""
    composer, status = submission.form, submission.status
    if request.htmx:
        refused = HttpResponse(broadcasts.render_refused(composer), status=status)
        return throttling.answer(composer, refused)
    return refused_page(request, room, submission.membership, composer, status)


def refused_page(request, room, membership, composer, status):
    """Return the page of the newest messages with `composer` and its errors."""
    show_answered(composer, room)
    room.refresh_from_db(fields=["revision", "last_position"])
    window = Window.of(room, membership, newest=True)
    has_written = Message.objects.filter(author=request.user).exists()
    people = people_in(room)
    page = page_of(request, room, membership, window, composer, people, has_written)
    response = render(request, "messaging/conversation/room.html", page, status=status)
    return throttling.answer(composer, response)


def what_is_new(request, room, submission):
    """Acknowledge a send from a page without a socket, and add all that the page has missed."""
    sent = broadcasts.render_sent(submission.form.cleaned_data["nonce"], submission.done)
    page = CursorForm(request.POST)
    if not page.is_valid():
        return sent
    _revision, changes, _all = broadcasts.changes_since(room.pk, page.cleaned_data["cursor"])
    return sent + changes["html"][language_of(request.user)]


def redirect_to_composer(room, has_unread):
    """Redirect to the composer of the room with 303 (RFC 9110, 15.4.4).

    The message that was sent is on the page, even if there are many unread ones above it.
    """
    newest = "?newest=1" if has_unread else ""
    return HttpResponse(
        status=303, headers={"Location": f"{room.get_absolute_url()}{newest}#compose"}
    )
