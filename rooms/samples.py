"""The rooms: lists, people, settings."""

from copy import copy

from core.sample import Sample, page_of, refused

from .forms import DeletionForm, InviteForm, RoleForm, RoomNameForm, SettingsForm
from .models import Membership
from .unread.marks import Mark

Role = Membership.Role
MARKS = {
    "none": Mark(),
    "news": Mark(news=12),
    "one": Mark(news=1),
    "news and calls": Mark(news=12, calls=2),
    "calls": Mark(news=1, calls=1),
    "direct": Mark(news=3, calls=3, is_direct=True),
    "muted": Mark(is_muted=True),
    "muted, with a call": Mark(calls=1, is_muted=True),
    "many": Mark(news=100, calls=100),
}


def samples(cast):
    return [*homes(cast), *lists(cast), *headers(cast), *people(cast), *ways(cast)]


def homes(cast):
    def home(state, form, rooms=cast.other_rooms, archived=False, **changes):
        context = {"form": form, "rooms": page_of(rooms, size=3), "archived": archived} | changes
        return Sample("rooms/home.html", state, context, reader=cast.ana)

    yield home("yours and others", RoomNameForm())
    yield home("empty", RoomNameForm(), rooms=[], memberships=[])
    yield home("archived", RoomNameForm(), rooms=[cast.attic], archived=True)
    yield home("none archived", RoomNameForm(), rooms=[], archived=True)
    form = RoomNameForm({"name": "Den"})
    yield home("name refused", refused(form, name=form.fields["name"].error_messages["taken"]))


def lists(cast):
    for room in cast.rooms:
        context = {"room": room, "can_join": room.can_be_joined}
        yield Sample("rooms/_room.html", room.name, context, "list", cast.ana)
    for state, mark in MARKS.items():
        context = {"room": cast.lobby, "mark": mark}
        yield Sample("rooms/_room.html", state, context, "list", cast.ana)
        yield Sample("rooms/_mark.html", state, {"mark": mark}, "plain")
    yield Sample("rooms/_sidebar.html", "rooms", {"room": cast.lobby}, "plain", cast.ana)
    yield Sample("rooms/_sidebar.html", "a member", {}, "plain", cast.bruno)
    yield Sample("rooms/_sidebar.html", "empty", {"memberships": []}, "plain", cast.ana)
    yield Sample("rooms/_rooms.html", "rooms", {"room": cast.lobby}, "plain", cast.ana)
    yield Sample("rooms/rooms_changed.html", "pushed", {"room": cast.lobby}, "plain", cast.ana)
    for state, number in (("first", 1), ("middle", 2), ("last", 3)):
        page = page_of(range(9), number, 3)
        yield Sample("rooms/_pages.html", state, {"page": page}, "plain")
    for state, mark in MARKS.items():
        context = {"room_id": 1, "mark": mark}
        yield Sample("rooms/_unread.html", state, context, "plain")
        yield Sample("rooms/unread_changed.html", state, context, "plain")
    for state, calls in (("none", 0), ("some", 3), ("many", 128)):
        yield Sample("rooms/_calls.html", state, {"calls": calls}, "code")
        yield Sample("rooms/_calls_number.html", state, {"calls": calls}, "plain")
        yield Sample("rooms/calls_changed.html", state, {"calls": calls}, "code")


def headers(cast):
    for room in (cast.lobby, cast.attic, cast.long_room, cast.majlis):
        yield Sample("rooms/_room_header.html", room.name, {"room": room}, "plain", cast.ana)
    direct = {"room": cast.direct, "membership": cast.membership(cast.ana, cast.direct)}
    yield Sample("rooms/_room_header.html", "direct", direct, "plain", cast.ana)
    yield Sample("rooms/room_changed.html", "pushed", {"room": cast.lobby}, "plain")
    yield Sample("rooms/_open_sidebar.html", "in a browser", {}, "plain", cast.ana)
    for state, membership in (("an owner", cast.owner), ("previewing", None)):
        context = {"room": cast.lobby, "membership": membership}
        yield Sample("rooms/_room_tools.html", state, context, "plain", cast.ana)
        yield Sample("rooms/_room_menu.html", state, context, "plain", cast.ana)
    for current in ("room", "people", "settings", "leave"):
        tabs = {"room": cast.lobby, "membership": cast.owner, "current": current}
        yield Sample("rooms/_room_tabs.html", current, tabs, "plain", cast.ana)
    workspace = copy(cast.workspace)
    workspace.link_previews = True
    direct = {**direct, "workspace": workspace}
    yield Sample("rooms/_room_menu.html", "direct", direct, "plain", cast.ana)
    tabs = {**direct, "current": "previews"}
    yield Sample("rooms/_room_tabs.html", "direct", tabs, "plain", cast.ana)


def people(cast):
    for state, here in (("some", cast.people), ("one", [cast.ana]), ("nobody", [])):
        yield Sample("rooms/_people.html", state, {"people": here}, "plain")
    yield Sample("rooms/people_changed.html", "pushed", {"people": cast.people}, "plain")
    room = {"room": cast.lobby, "membership": cast.owner}
    for member in cast.others:
        state = f"{member.user.username}, {member.role}"
        yield Sample("rooms/_member.html", state, {**room, "member": member}, "list", cast.ana)

    def page(state, people=cast.others, **changes):
        context = {**room, "form": InviteForm(cast.lobby), "people": page_of(people, size=3)}
        return Sample("rooms/people.html", state, context | changes, reader=cast.ana)

    yield page("an owner's")
    yield page("reading along", membership=None)
    yield page("nobody", people=[], membership=None)
    form = InviteForm(cast.lobby, {"username": "nobody"})
    yield page("refused", form=refused(form, username=form.error_messages["unknown"]))
    form = RoleForm(initial={"role": Role.MEMBER})
    other = {**room, "other": cast.others[2], "form": form, "can_remove": True}
    yield Sample("rooms/person.html", "an owner's", other, reader=cast.ana)
    form = RoleForm({"role": "member"})
    form = refused(form, role=form.fields["role"].error_messages["last_owner"])
    refusal = other | {"other": cast.owner, "form": form, "can_remove": False}
    yield Sample("rooms/person.html", "refused", refusal, reader=cast.ana)


def ways(cast):
    def settings(state, room=cast.lobby, form=None, deletion=None):
        context = {
            "room": room,
            "membership": cast.membership(cast.ana, room, Role.OWNER),
            "form": form or SettingsForm.of(room),
            "deletion": deletion or DeletionForm(room),
        }
        return Sample("rooms/settings.html", state, context, reader=cast.ana)

    form = DeletionForm(cast.lobby, {"name": "lobbi"})
    yield settings("as it is")
    yield settings("archived", room=cast.attic)
    yield settings("name refused", form=refused(SettingsForm({"name": ""}), name="Empty."))
    yield settings("not deleted", deletion=refused(form, name=form.error_messages["different"]))
    for state, room, changes in (
        ("open", cast.lobby, {}),
        ("closed", cast.den, {}),
        ("the last one", cast.den, {"is_last": True}),
        ("an owner", cast.lobby, {"successor": cast.others[1]}),
    ):
        membership = cast.membership(cast.ana, room, Role.OWNER)
        context = {"room": room, "membership": membership, "successor": None, "is_last": False}
        yield Sample("rooms/leave.html", state, context | changes, reader=cast.ana)
