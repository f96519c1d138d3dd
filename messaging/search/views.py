"""The search page."""

from django.db.models import F, Q
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import read_only, throttling
from rooms.access import room_and_membership
from rooms.models import Membership, Room

from ..message.listing import first_position, gather
from ..message.models import Message
from .files import having_files, newest_named
from .forms import SearchForm, SearchPlaceForm
from .index import mark, newest_holding
from .operators import NO_LIMITS

RESULTS_A_PAGE = 30
READ_WHOLE = 1_000  # messages of a room in which a day is not looked up
ASKS = {"q", "from", "day_after", "day_before", "has"}  # what an address with a search has


@never_cache
@require_safe
def search(request):
    place = SearchPlaceForm(request.GET)
    if not place.is_valid():
        return render(request, "400.html", status=400)
    slug, before = place.cleaned_data["room"], place.cleaned_data["before"]
    within, membership = room_and_membership(request, slug) if slug else (None, None)
    rooms = [] if within else rooms_of(request.user)
    form = SearchForm(request.GET if ASKS & set(request.GET) else None, request.user, rooms)

    page = {"form": form, "within": within, "membership": membership, "viewer": request.user}
    is_asked = form.is_valid() and not read_only.is_head()
    if is_asked and throttling.allow(form, "search", request.user, field="q"):
        asked = form.cleaned_data
        page |= results(request.user, asked["q"], within, before, asked["limits"])

    status = 422 if form.errors else 200
    return throttling.answer(
        form, render(request, "messaging/search/search.html", page, status=status)
    )


def rooms_of(user):
    """Return (address, title) of the rooms that `user` can choose from."""
    memberships = Membership.objects.for_sidebar(user)
    return [(membership.room.slug, membership.title) for membership in memberships]


def results(user, terms, within=None, before=None, limits=NO_LIMITS):
    """Return the newest messages with all `terms` within `limits`, in the rooms `user` can see.

    `older_than` is the value of `before` for the next page, if there are more.
    """
    rooms = rooms_within(user, within, limits)
    messages = Message.objects.filter(deleted_at__isnull=True)
    if limits.since is not None:
        messages = messages.filter(created_at__gte=limits.since)
    if limits.until is not None:
        messages = messages.filter(created_at__lt=limits.until)
    messages = having_files(messages.for_display().select_related("room"), limits.files)
    count = RESULTS_A_PAGE + 1
    if terms or limits.tags:
        messages = _of_rooms(messages, rooms)
        asked = (terms, limits.tags, count, before)
        found = {message.pk: message for message in newest_named(messages, *asked)}
        found |= {message.pk: message for message in newest_holding(messages, *asked)}
        found = [found[pk] for pk in sorted(found, reverse=True)[:count]]
    elif room := only_room(rooms, is_few=within or limits.rooms):
        found = list(newest_of(messages, room, limits, before)[:count])
    elif limits.since or limits.until:
        found = list(newest_between(messages, rooms, before)[:count])
    else:
        found = list(newest_in(messages, rooms, before)[:count])
    shown, has_more = found[:RESULTS_A_PAGE], found[RESULTS_A_PAGE:]

    gather(shown, user)
    for message in shown:
        message.body_html = mark(message.body_html, terms)
    return {"found": shown, "older_than": shown[-1].pk if has_more else None}


def rooms_within(user, within, limits):
    """Return the rooms to search: a query, or SQLite would read whole rooms first."""
    rooms = Room.objects.visible_to(user)
    if within is not None:
        rooms = rooms.filter(pk=within.pk)
    return rooms.filter(pk__in=limits.rooms) if limits.rooms else rooms


def only_room(rooms, is_few):
    """Return the room if there is only one; look only if there are few."""
    found = list(rooms[:2]) if is_few else []
    return found[0] if len(found) == 1 else None


def newest_of(messages, room, limits, before):
    """Return `messages` of one room from the newest on, and before the id `before` unless None."""
    messages = messages.filter(room=room).order_by("-position")
    if room.last_position > READ_WHOLE and limits.since is not None:
        messages = messages.filter(position__gte=first_position(room, limits.since))
    if room.last_position > READ_WHOLE and limits.until is not None:
        messages = messages.filter(position__lt=first_position(room, limits.until))
    return messages if before is None else messages.filter(pk__lt=before)


def newest_in(messages, rooms, before):
    """Return `messages` of several rooms from the newest on, as `newest_of` does."""
    if before is not None:
        messages = messages.filter(pk__lt=before)
    return _of_rooms(messages, rooms).order_by("-pk")


def newest_between(messages, rooms, before):
    """Return `messages` of several rooms, limited to some days, by their time, the newest first.

    By time, because its index begins at an old day without reading what is newer. Ids need not be
    in the same order. `before` is the id of the last message of the previous page, or None.
    """
    last = Message.objects.filter(room__in=rooms, pk=before).first()
    if last is not None:
        earlier = Q(created_at__lt=last.created_at) | Q(pk__lt=last.pk)
        messages = messages.filter(earlier, created_at__lte=last.created_at)
    elif before is not None:  # a message that is gone, or in a room that is now hidden
        messages = messages.filter(pk__lt=before)
    return _of_rooms(messages, rooms).order_by("-created_at", "-pk")


def _of_rooms(messages, rooms):
    # An expression: with an index of rooms SQLite would read and sort all their messages.
    return messages.alias(room_number=F("room_id") + 0).filter(room_number__in=rooms)
