"""Joining and leaving rooms; a room with members keeps an owner."""

import pytest

from rooms.actions import archive_room, end_membership, join_newcomer_rooms, join_room
from rooms.models import Membership, Room

OWNER, MODERATOR = Membership.Role.OWNER, Membership.Role.MODERATOR


def roles(room):
    return dict(room.memberships.values_list("user__username", "role"))


def test_eve_joins_an_open_room(client_of, lobby, eve):
    assert client_of(eve).post("/rooms/lobby/join/")["Location"] == "/rooms/lobby/"
    assert roles(lobby)["eve"] == "member"


def test_eve_cannot_join_a_closed_room_and_does_not_learn_of_it(client_of, den, eve):
    client = client_of(eve)
    closed, missing = (client.post(f"/rooms/{slug}/join/") for slug in ("den", "no-such"))
    assert (closed.status_code, missing.status_code) == (404, 404)
    assert "eve" not in roles(den)


def test_nobody_joins_an_archived_room(client_of, lobby, eve):
    archive_room(lobby)
    assert client_of(eve).post("/rooms/lobby/join/").status_code == 403
    assert "eve" not in roles(lobby)


def test_a_get_request_joins_no_room(client_of, lobby, eve):
    assert client_of(eve).get("/rooms/lobby/join/").status_code == 405
    assert "eve" not in roles(lobby)


def test_joining_notifies_the_new_members_pages(rechecked, lobby, eve):
    assert rechecked(join_room, lobby, eve) == {eve.pk}
    assert rechecked(join_room, lobby, eve) == set()


def test_leaving_asks_for_confirmation_and_the_question_changes_nothing(
    client_of, lobby, bruno, page
):
    form = page(client_of(bruno).get("/rooms/lobby/leave/")).select_one("form.card")
    assert (form["action"], form["method"]) == ("/rooms/lobby/leave/", "post")
    assert roles(lobby) == {"ana": "owner", "bruno": "member"}


def test_leaving_leads_home(client_of, lobby, bruno):
    assert client_of(bruno).post("/rooms/lobby/leave/")["Location"] == "/"
    assert roles(lobby) == {"ana": "owner"}


def test_who_left_a_closed_room_does_not_see_it_any_more(client_of, den, bruno):
    client = client_of(bruno)
    client.post("/rooms/den/leave/")
    assert client.get("/rooms/den/people/").status_code == 404


def test_leaving_reaches_open_pages_at_once(rechecked, lobby, bruno):
    assert rechecked(end_membership, lobby.membership_of(bruno)) == {bruno.pk}


def test_eve_cannot_leave_a_room_that_she_is_not_in(client_of, lobby, den, eve):
    client = client_of(eve)
    for method in (client.get, client.post):
        assert method("/rooms/lobby/leave/").status_code == 403
        assert method("/rooms/den/leave/").status_code == 404


def test_the_last_owner_hands_over_to_the_longest_standing_moderator(lobby, crowd, ana, rechecked):
    _first, second, third = crowd(lobby, 3)
    lobby.memberships.filter(user__in=[second, third]).update(role=MODERATOR)
    assert rechecked(end_membership, lobby.membership_of(ana)) == {ana.pk, second.pk}
    assert lobby.membership_of(second).role == OWNER
    assert lobby.membership_of(third).role == MODERATOR


def test_without_moderators_the_longest_standing_member_becomes_owner(
    client_of, lobby, crowd, ana, page
):
    crowd(lobby, 1)
    client = client_of(ana)
    question = page(client.get("/rooms/lobby/leave/")).select_one("form.card").get_text()
    assert "bruno becomes the owner of this room." in question
    client.post("/rooms/lobby/leave/")
    assert roles(lobby)["bruno"] == "owner"


def test_nobody_is_promoted_while_there_is_another_owner(lobby, bruno, ana, crowd):
    crowd(lobby, 1)
    lobby.memberships.filter(user=bruno).update(role=OWNER)
    end_membership(lobby.membership_of(ana))
    assert sorted(roles(lobby).values()) == ["member", "owner"]


def test_a_deactivated_owner_does_not_count(lobby, bruno, eve, ana):
    join_room(lobby, eve)
    for person, role in ((bruno, OWNER), (eve, "member")):
        lobby.memberships.filter(user=person).update(role=role)
    bruno.is_active = False
    bruno.save()
    end_membership(lobby.membership_of(ana))
    assert roles(lobby)["eve"] == "owner"


def test_the_last_one_of_a_closed_room_is_warned(client_of, den, bruno, ana, page):
    end_membership(den.membership_of(bruno))
    question = page(client_of(ana).get("/rooms/den/leave/")).select_one("form.card p").get_text()
    sentence = "You are the last member. After you leave, nobody can find this room."
    assert question == sentence


def test_joining_an_empty_room_makes_one_its_owner(lobby, ana, bruno, eve):
    end_membership(lobby.membership_of(bruno))
    end_membership(lobby.membership_of(ana))
    join_room(lobby, eve)
    assert roles(lobby) == {"eve": "owner"}


def test_new_people_join_the_rooms_for_newcomers(lobby, den, eve):
    Room.objects.filter(pk=lobby.pk).update(joins_newcomers=True)
    join_newcomer_rooms(eve)
    assert list(eve.rooms.values_list("name", flat=True)) == ["Lobby"]


@pytest.mark.parametrize("path", ["join", "leave"])
def test_without_a_token_nothing_is_done(lobby, bruno, path):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(bruno)
    assert client.post(f"/rooms/lobby/{path}/").status_code == 403
    assert roles(lobby) == {"ana": "owner", "bruno": "member"}
