"""The directory of rooms, and the form for a new one."""

from core.sample import Sample, page_of, refused

from ..forms import RoomNameForm
from .forms import DirectoryForm, NewRoomForm


def samples(cast):
    return [*directories(cast), *rows(cast), *new_rooms(cast)]


def directories(cast):
    context = {"form": RoomNameForm()}
    yield Sample("rooms/_find_or_create.html", "empty", context, "plain", cast.ana)

    def directory(state, rooms, words="", archived=False, form=None):
        form = form or DirectoryForm({"q": words})
        page = {"form": form, "words": words, "archived": archived, "rooms": page_of(rooms, size=3)}
        page["naming"] = RoomNameForm()
        return Sample("rooms/directory/directory.html", state, page, reader=cast.ana)

    yield directory("rooms", listed(cast))
    yield directory("found", listed(cast)[:1], words="lob")
    yield directory("nothing found", [], words="aviary")
    yield directory("empty", [])
    yield directory("archived", listed(cast)[1:2], archived=True)
    yield directory("none archived", [], archived=True)
    form = refused(DirectoryForm({"q": "x"}), q="You're doing that too fast.")
    yield directory("too fast", listed(cast), form=form)


def listed(cast):
    """Return rooms as `listed_rooms` does."""
    rooms = [cast.den, cast.attic, *cast.other_rooms]
    for room in rooms:
        room.is_mine, room.active_at = room is cast.den, cast.NOON
    cast.attic.active_at = None
    return rooms


def rows(cast):
    for room in listed(cast)[:3]:
        yield Sample("rooms/directory/_row.html", room.name, {"room": room}, "list", cast.ana)


def new_rooms(cast):
    def new_room(state, form, near=()):
        page = {"form": form, "near": list(near)}
        return Sample("rooms/directory/new.html", state, page, reader=cast.ana)

    yield new_room("empty", NewRoomForm())
    yield new_room("a near name", NewRoomForm(initial={"name": "Gardens"}), listed(cast)[3:4])
    form = NewRoomForm({"name": "Den", "kind": "closed", "topic": "Ours"})
    yield new_room("refused", refused(form, name=form.fields["name"].error_messages["taken"]))
