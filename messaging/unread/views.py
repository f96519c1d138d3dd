"""The page of what is new, and marking messages as read and unread."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import flash, read_only, throttling
from core.views import require
from rooms.access import room_and_membership
from rooms.reading import positions

from ..message.access import message_and_membership
from .forms import AllReadForm, ReadForm
from .queries import add_messages, news_of

ROOMS_A_PAGE = 40


@never_cache
@require_safe
def unread(request):
    news = news_of(request.user)
    page = Paginator(news, ROOMS_A_PAGE).get_page(request.GET.get("page"))
    add_messages(page, request.user)

    shown = [(each.membership.room_id, each.membership.room.last_position) for each in news]
    up_to = " ".join(f"{room_id}:{position}" for room_id, position in shown)
    context = {"rooms": page, "positions": up_to, "viewer": request.user}
    return render(request, "messaging/unread/unread.html", context)


@require_POST
@throttling.limited("mark")
def read(request, slug):
    room, membership = room_and_membership(request, slug)
    require(membership)
    form = ReadForm(request.POST)
    if not form.is_valid():
        return render(request, "400.html", status=422)

    position = min(form.cleaned_data["position"], room.last_position)
    positions.mark_read(membership, position)
    if request.htmx:
        return HttpResponse()
    return redirect("messaging:unread" if form.cleaned_data["back"] == "unread" else room)


@never_cache
@require_safe
def seen(request, slug):
    """Mark what a page without scripts has shown as read: the page asks for it as a picture."""
    _room, membership = room_and_membership(request, slug)
    require(membership)
    form = ReadForm(request.GET)
    if not form.is_valid():
        return render(request, "400.html", status=400)

    # A link to this address, which others could write, marks nothing.
    is_picture = request.headers.get("Sec-Fetch-Dest", "image") == "image"
    if is_picture and not read_only.is_active():
        position, since = form.cleaned_data["position"], form.cleaned_data["since"] or 0
        positions.mark_read(membership, position, since)
    return HttpResponse(status=204)


@require_POST
@throttling.limited("mark")
def read_all(request):
    form = AllReadForm(request.POST)
    if not form.is_valid():
        return render(request, "400.html", status=422)

    up_to = form.cleaned_data["positions"]
    positions.mark_all_read(
        positions.Read(room_id, request.user.pk, position) for room_id, position in up_to.items()
    )
    return redirect("messaging:unread")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@throttling.limited("mark")
def mark_unread(request, pk):
    message, membership = message_and_membership(request, pk)
    require(membership)

    if request.method != "POST":
        page = {"message": message, "room": message.room}
        return render(request, "messaging/unread/mark_unread.html", page)
    if not positions.mark_unread(membership, message.position):
        flash.error(request, "nothing_unread")
    return redirect("messaging:unread")
