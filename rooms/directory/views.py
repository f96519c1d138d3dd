"""The form for a new room."""

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import throttling
from core.views import sent

from ..naming import NameRefused
from .actions import create_new_room
from .forms import NewRoomForm
from .near_names import has_name, near_rooms

MAX_NAME = 60  # letters that are compared with other names


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    shown = {name: request.GET[name] for name in ("name", "kind") if name in request.GET}
    form = NewRoomForm(sent(request), initial=shown)
    name = (form["name"].value() or "")[:MAX_NAME]
    near = near_rooms(request.user, name) if name else []
    if form.is_valid() and (form.is_confirmed() or is_clear(name, near)):
        try:
            return redirect(create_new_room(request.user, **form.settings()))
        except NameRefused as error:
            form.refuse(error)

    form.ask_about(name)
    status = 422 if form.errors else 200
    page = {"form": form, "near": near}
    response = render(request, "rooms/directory/new.html", page, status=status)
    return throttling.answer(form, response)


def is_clear(name, near):
    """Return True if nothing need be asked: no name is near, or the name itself is taken."""
    return not near or any(has_name(room, name) for room in near)
