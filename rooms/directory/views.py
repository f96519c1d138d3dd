"""The directory of rooms, and the form for a new one."""

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import throttling
from core.views import page_of, sent

from .. import views
from ..naming import NameRefused
from ..sidebar.views import is_allowed
from .actions import create_new_room
from .forms import DirectoryForm, NewRoomForm
from .near_names import has_name, near_rooms
from .queries import listed_rooms

ROOMS_PER_PAGE = 50
MAX_NAME = 60  # letters that are compared with other names


@require_http_methods(["GET", "HEAD", "POST"])
def rooms(request):
    """Show the directory. By POST, join the room of a name or create it."""
    return views.join_or_create(request) if request.method == "POST" else directory(request)


@never_cache
@require_safe
def directory(request):
    form = DirectoryForm(request.GET)
    is_valid = form.is_valid()
    words = form.cleaned_data["q"] if is_valid else ""
    if words and not is_allowed(form, request.user):
        words = ""

    archived = "archived" in request.GET
    found = listed_rooms(request.user, archived, words)
    page = {
        "form": form,
        "words": words,
        "archived": archived,
        "rooms": page_of(request, found, ROOMS_PER_PAGE),
    }
    status = 422 if form.errors else 200
    response = render(request, "rooms/directory/directory.html", page, status=status)
    return throttling.answer(form, response)


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
