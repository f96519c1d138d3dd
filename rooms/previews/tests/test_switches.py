"""Where links have previews: the switch of the workspace, and the choice of each room."""

import pytest
from django.core.exceptions import PermissionDenied

from rooms.direct.actions import make_room, open_direct_room
from rooms.models import Room
from rooms.previews.actions import choose_previews
from rooms.previews.queries import may_show_previews, shows_previews
from users.actions import save_workspace

SETTINGS = {"name": "Lobby", "topic": "", "kind": "open"}


@pytest.fixture
def switched_on(ana, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        save_workspace(by=ana, link_previews=True)


@pytest.fixture
def talk(ana, bruno):
    return open_direct_room(ana, bruno)


def shown_in(room):
    """Return True if `room` shows previews: with and without asking the database, alike."""
    room = Room.objects.get(pk=room.pk)
    assert may_show_previews(room) == shows_previews(room)
    return shows_previews(room)


def submitted(page, response):
    """The fields of the settings as a browser sends them back."""
    inputs = page(response).select("#settings input[name]")
    return {
        field["name"]: field.get("value", "on")
        for field in inputs
        if field.get("type") not in ("radio", "checkbox") or field.has_attr("checked")
    }


def test_they_are_off_at_first_everywhere(lobby, den, talk):
    for room in (lobby, den, talk):
        Room.objects.filter(pk=room.pk).update(link_previews=True)
    assert not any(map(shown_in, (lobby, den, talk)))


def test_in_a_workspace_with_them_public_rooms_have_them_and_no_others(
    lobby, den, talk, switched_on
):
    assert [shown_in(room) for room in (lobby, den, talk)] == [True, False, False]


def test_an_administrator_turns_them_on_and_off_on_the_page_of_the_workspace(
    client_of, ana, bruno, lobby, page, django_capture_on_commit_callbacks
):
    client = client_of(ana)
    fields = {"name": "Casa", "signup": "open", "language": "en", "time_zone": "UTC"}
    for sent, is_on in (({"link_previews": "on"}, True), ({}, False)):
        with django_capture_on_commit_callbacks(execute=True):
            client.post("/workspace/", fields | sent)
        assert shown_in(lobby) is is_on
    assert client_of(bruno).post("/workspace/", fields).status_code == 403
    field = page(client.get("/workspace/")).select_one("[name=link_previews]")
    assert not field.has_attr("checked")
    about = page(client.get("/workspace/")).select_one(f"#{field['aria-describedby']}").text
    assert "nobody's browser contacts it" in about


def test_an_owner_turns_them_off_in_a_public_room(client_of, ana, lobby, page, switched_on):
    client = client_of(ana)
    form = submitted(page, client.get("/rooms/lobby/settings/"))
    assert form.pop("link_previews") == "on"
    client.post("/rooms/lobby/settings/", form)
    assert not shown_in(lobby)


def test_an_owner_turns_them_on_in_a_private_room(client_of, ana, den, page, switched_on):
    client = client_of(ana)
    form = submitted(page, client.get("/rooms/den/settings/"))
    assert "link_previews" not in form
    client.post("/rooms/den/settings/", form | {"link_previews": "on"})
    assert shown_in(den)
    assert submitted(page, client.get("/rooms/den/settings/"))["link_previews"] == "on"


def test_a_room_that_becomes_private_has_none_any_more(client_of, ana, lobby, page, switched_on):
    client = client_of(ana)
    form = submitted(page, client.get("/rooms/lobby/settings/"))
    for changes in ({"link_previews": ""}, {"link_previews": "on"}, {"kind": "closed"}):
        before = submitted(page, client.get("/rooms/lobby/settings/"))
        form = {name: value for name, value in (before | changes).items() if value}
        client.post("/rooms/lobby/settings/", form)
    assert not shown_in(lobby)


def test_a_page_of_an_earlier_release_leaves_the_choice_alone(client_of, ana, lobby, switched_on):
    client_of(ana).post("/rooms/lobby/settings/", SETTINGS | {"topic": "Guests"})
    lobby.refresh_from_db()
    assert (lobby.topic, lobby.link_previews) == ("Guests", None)


def test_anybody_in_a_conversation_chooses_for_everybody_in_it(
    client_of, ana, bruno, talk, page, switched_on
):
    address = f"/rooms/{talk.slug}/previews/"
    response = client_of(bruno).post(address, {"link_previews": "on"}, follow=True)
    assert page(response).select_one(".alert-success") and shown_in(talk)
    box = page(client_of(ana).get(address)).select_one("[name=link_previews]")
    assert box.has_attr("checked")
    client_of(ana).post(address, {})
    assert not shown_in(talk)


def test_the_page_of_a_conversation_is_linked_and_says_if_it_has_no_effect(
    client_of, ana, talk, page, switched_on
):
    address = f"/rooms/{talk.slug}/previews/"
    people = page(client_of(ana).get(f"/rooms/{talk.slug}/people/"))
    assert people.select_one(f".tabs a[href='{address}']")
    assert "turned off in this workspace" not in client_of(ana).get(address).text
    save_workspace(by=ana, link_previews=False)
    assert "turned off in this workspace" in client_of(ana).get(address).text


def test_in_a_room_of_many_its_members_do_not_choose(client_of, bruno, lobby, den):
    assert client_of(bruno).post("/rooms/lobby/previews/", {}).status_code == 403
    with pytest.raises(PermissionDenied):
        choose_previews(den, True, by=bruno)


def test_an_administrator_does_not_choose_for_others(ana, bruno, eve):
    with pytest.raises(PermissionDenied):
        choose_previews(open_direct_room(bruno, eve), True, by=ana)


def test_a_conversation_that_becomes_a_room_keeps_its_choice(ana, bruno, eve, switched_on):
    for others, allows in (((bruno,), False), ((bruno, eve), True)):
        room = open_direct_room(ana, *others)
        choose_previews(room, allows, by=bruno)
        make_room(room, ana, f"Project {allows}")
        assert shown_in(room) is allows
