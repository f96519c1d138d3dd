"""Django's admin changes rooms through the same actions as the pages."""

import pytest

from rooms.actions import create_room, end_membership, open_direct_room
from rooms.models import Room
from rooms.moderation.actions import ban_person
from users.actions import deactivate

PAGES = "/admin/rooms/"


@pytest.mark.parametrize("path", ["room/", "membership/"])
def test_eve_finds_no_admin(client_of, lobby, eve, path):
    assert client_of(eve).get(PAGES + path).status_code == 302


@pytest.mark.parametrize("path", ["room/", "membership/"])
def test_direct_rooms_are_not_in_the_admin(client_of, ana, bruno, lobby, path, page):
    open_direct_room(ana, bruno)
    rows = page(client_of(ana).get(PAGES + path)).select("#result_list tbody tr")
    assert [row for row in rows if "ana, bruno" in row.get_text()] == []
    assert len(rows) == {"room/": 1, "membership/": 2}[path]


def test_rooms_are_archived_and_brought_back(client_of, ana, lobby):
    client = client_of(ana)
    for action, archived in (("archive", True), ("restore", False)):
        client.post(f"{PAGES}room/", {"action": action, "_selected_action": lobby.pk})
        lobby.refresh_from_db()
        assert (lobby.is_archived, lobby.revision) == (archived, 1 if archived else 2)


def test_an_ownerless_room_gets_an_owner(client_of, ana, eve):
    room = create_room(eve, "Attic", kind="closed")
    end_membership(room.membership_of(eve))
    data = {"room": room.pk, "user": eve.pk, "role": "member"}
    assert client_of(ana).post(f"{PAGES}membership/add/", data).status_code == 302
    assert room.membership_of(eve).role == "owner"


def test_the_last_owner_stays_one(client_of, ana, lobby):
    membership = lobby.membership_of(ana)
    path = f"{PAGES}membership/{membership.pk}/change/"
    response = client_of(ana).post(path, {"role": "member"})
    assert response.status_code == 200
    assert lobby.membership_of(ana).role == "owner"


@pytest.mark.parametrize(
    ("shut_out", "said"),
    [
        (lambda room, eve, ana: ban_person(room, eve, ana), "This person is banned from the room."),
        (lambda room, eve, ana: deactivate(eve, by=ana), "This person is deactivated."),
    ],
)
def test_a_deactivated_person_is_not_added_and_the_form_says_so(
    shut_out, said, client_of, ana, eve, lobby, page
):
    shut_out(lobby, eve, ana)
    data = {"room": lobby.pk, "user": eve.pk, "role": "member"}
    response = client_of(ana).post(f"{PAGES}membership/add/", data)
    assert page(response).select_one(".errorlist li").text == said
    assert lobby.membership_of(eve) is None


def test_a_role_is_changed_and_a_membership_ended(client_of, ana, bruno, lobby):
    client, path = client_of(ana), f"{PAGES}membership/{lobby.membership_of(bruno).pk}/"
    client.post(f"{path}change/", {"role": "moderator"})
    assert lobby.membership_of(bruno).role == "moderator"
    client.post(f"{path}delete/", {"post": "yes"})
    assert lobby.membership_of(bruno) is None


def test_a_room_is_deleted_for_everybody(client_of, ana, bruno, lobby, rechecked):
    client = client_of(ana)
    path = f"{PAGES}room/{lobby.pk}/delete/"
    assert rechecked(client.post, path, {"post": "yes"}) == {ana.pk, bruno.pk}
    assert not Room.objects.exists()
