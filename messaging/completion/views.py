"""The suggestions below a field in which a name is typed."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import rate_limits, read_only, throttling
from rooms.access import require, room_and_membership

from ..commands.wording import offered
from .forms import CompletionForm
from .queries import people_like, rooms_like


@never_cache
@require_safe
def complete(request, slug):
    room, membership = room_and_membership(request, slug)
    require(membership and membership.can_post)
    form = CompletionForm(request.GET)
    if not form.is_valid():
        return HttpResponse(status=422)
    if not read_only.is_active() and (wait := rate_limits.take_often("complete", request.user)):
        return throttling.refusal(request, wait)

    sign, words = form.cleaned_data["q"][0], form.cleaned_data["q"][1:]
    if sign in "@＠":
        kind, found = "people", people_like(room, request.user, words)
    elif sign in "#＃":
        kind, found = "rooms", rooms_like(request.user, words)
    else:
        kind, found = "commands", offered(membership, words)
    page = {"found": found, "kind": kind, "room": room}
    return render(request, "messaging/completion/_suggestions.html", page)
