"""The search page."""

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import read_only, throttling
from rooms.access import room_and_membership
from rooms.models import Room

from ..message.listing import gather
from ..message.models import Message
from .forms import SearchForm, SearchPlaceForm
from .index import holding, mark

RESULTS_A_PAGE = 30


@never_cache
@require_safe
def search(request):
    place = SearchPlaceForm(request.GET)
    if not place.is_valid():
        return render(request, "400.html", status=400)
    slug, before = place.cleaned_data["room"], place.cleaned_data["before"]
    within, membership = room_and_membership(request, slug) if slug else (None, None)
    form = SearchForm(request.GET if "q" in request.GET else None)

    page = {"form": form, "within": within, "membership": membership, "viewer": request.user}
    is_asked = form.is_valid() and not read_only.is_head()
    if is_asked and throttling.allow(form, "search", request.user, field="q"):
        page |= results(request.user, form.cleaned_data["q"], within, before)

    status = 422 if form.errors else 200
    return throttling.answer(
        form, render(request, "messaging/search/search.html", page, status=status)
    )


def results(user, terms, within=None, before=None):
    """Return the newest messages with all `terms`, in one room or in all that `user` can see.

    `older_than` is the value of `before` for the next page, if there are more.
    """
    rooms = Room.objects.visible_to(user)
    if within is not None:
        rooms = rooms.filter(pk=within.pk)
    # Not `room=within`: SQLite would read the whole room instead of the search results.
    messages = Message.objects.filter(room__in=rooms).for_display().select_related("room")
    if before is not None:
        messages = messages.filter(pk__lt=before)
    found = list(holding(messages, terms).order_by("-pk")[: RESULTS_A_PAGE + 1])
    shown, has_more = found[:RESULTS_A_PAGE], found[RESULTS_A_PAGE:]

    gather(shown, user)
    for message in shown:
        message.body_html = mark(message.body_html, terms)
    return {"found": shown, "older_than": shown[-1].pk if has_more else None}
