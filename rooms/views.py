"""The rooms themselves: the list, and what is set about each."""

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from . import actions
from .forms import RoomNameForm
from .models import Room


@never_cache
@require_safe
def home(request):
    return render(request, "rooms/home.html", page_of(request, RoomNameForm()))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rooms(request):
    form = RoomNameForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        room, _created = actions.join_or_create_room(request.user, form.cleaned_data["name"])
        if room is not None:
            return redirect(room)
        form.add_error("name", "taken")
    status = 422 if form.is_bound else 200
    return render(request, "rooms/home.html", page_of(request, form), status=status)


def page_of(request, form):
    return {
        "others": Room.objects.visible_to(request.user).active().exclude(members=request.user),
        "form": form,
    }
