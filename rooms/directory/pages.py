"""The page of the directory, which answers GET where POST joins or creates a room."""

from django.shortcuts import render

from core import throttling
from core.views import page_of

from ..forms import RoomNameForm
from .forms import DirectoryForm
from .queries import listed_rooms

ROOMS_PER_PAGE = 50


def render_directory(request):
    """Return the directory: all rooms, or those with the words of `?q=`; `?archived` ones."""
    form = DirectoryForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    if words and not throttling.allow_often(form, "find", request.user, field="q"):
        words = ""

    archived = "archived" in request.GET
    rooms = page_of(request, listed_rooms(request.user, archived, words), ROOMS_PER_PAGE)
    page = {"form": form, "words": words, "archived": archived, "rooms": rooms}
    page["naming"] = RoomNameForm()
    status = 422 if form.errors else 200
    response = render(request, "rooms/directory/directory.html", page, status=status)
    return throttling.answer(form, response)
