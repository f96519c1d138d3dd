"""Pin and unpin a message, and the pinned messages of a room."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import throttling
from core.views import require
from rooms.access import room_and_membership

from ..message.access import message_and_membership
from ..message.acts import answer
from ..message.models import opens_day
from .forms import PinForm
from .models import Pin


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pin(request, pk):
    message, membership = message_and_membership(request, pk)
    if message.is_deleted:
        raise Http404
    require(membership and membership.can_pin)

    form = PinForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.save(message, by=request.user):
        return answer(request, message, membership)

    pin = Pin.objects.filter(message=message).select_related("pinned_by").first()
    page = {"message": message, "room": message.room, "pin": pin, "form": form}
    template = "messaging/pins/_asking.html" if request.htmx else "messaging/pins/pin.html"
    page = render(request, template, page, status=422 if form.errors else 200)
    return throttling.answer(form, page)


@never_cache
@require_safe
def pinned(request, slug):
    room, membership = room_and_membership(request, slug)

    pins = list(Pin.objects.filter(room=room).for_display())
    above = None
    for pin in pins:
        pin.message.opens_day = opens_day(pin.message.created_at, above)
        above = pin.message.created_at

    page = {"room": room, "membership": membership, "pins": pins, "viewer": request.user}
    return render(request, "messaging/pins/pinned.html", page)
