"""Invite links to a room, for members of the workspace and for newcomers."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms.actions import end_membership
from rooms.invitations.actions import invite_to_room
from rooms.moderation.actions import ban_person
from users.actions import save_workspace
from users.models import Invitation, User

NEWCOMER = {
    "display_name": "Clara Ruiz",
    "username": "clara",
    "email": "clara@example.com",
    "password1": "correct horse",
    "password2": "correct horse",
}


@pytest.fixture
def members_invite(ana):
    save_workspace(ana, members_may_invite=True)


def link_to(room, author, **limits):
    _invitation, token = invite_to_room(room, author, **limits)
    return f"/invitations/{token}/"


def test_a_link_is_created_and_shown_once(ana, den, client_of, page):
    client = client_of(ana)
    answer = page(client.post("/rooms/den/invite/", {"days": "3", "uses": "2"}))
    address = answer.select_one("#new-invitation input")["value"]
    assert "/invitations/" in address
    again = page(client.get("/rooms/den/invite/"))
    assert not again.select("#new-invitation")
    assert "For 2 more people" in again.select_one(".list-row").text


def test_a_newcomer_reads_who_invites_into_what_and_joins_the_room(ana, den, client, page):
    save_workspace(ana, signup="invite")
    address = link_to(den, ana, uses=1)
    said = page(client.get(address)).select_one("#invited-by").text.split()
    assert " ".join(said) == "ana invites you to Den in Casa."
    client.post(address, NEWCOMER)
    clara = User.objects.get(username="clara")
    assert (clara.name, den.membership_of(clara) is not None) == ("Clara Ruiz", True)
    assert client.get(address).status_code == 410


def test_an_invitation_without_a_room_says_who_invites(ana, client, client_of, page):
    answer = page(client_of(ana).post("/invitations/", {"days": "3", "uses": "2"}))
    address = answer.select_one("#new-invitation input")["value"]
    assert page(client.get(address)).select_one("#invited-by").text.split() == [
        *("ana", "invites", "you", "to", "Casa.")
    ]


def test_a_member_of_the_workspace_joins_by_a_button(ana, eve, den, client_of, page):
    address, client = link_to(den, ana, uses=1), client_of(eve)
    form = page(client.get(address)).select_one("form[action$='/join/']")
    assert den.membership_of(eve) is None  # opening a link changes nothing
    assert client.post(form["action"]).headers["Location"] == "/rooms/den/"
    assert den.membership_of(eve)
    assert Invitation.objects.get().uses_left == 0


def test_a_member_of_the_room_uses_nothing_up(ana, bruno, den, client_of):
    address = link_to(den, ana, uses=1)
    assert client_of(bruno).post(f"{address}join/").headers["Location"] == "/rooms/den/"
    assert Invitation.objects.get().uses_left == 1


def test_somebody_banned_does_not_come_back_by_a_link(ana, bruno, den, client_of):
    address = link_to(den, ana, uses=5)
    ban_person(den, bruno, ana)
    assert client_of(bruno).post(f"{address}join/").status_code == 403
    assert den.membership_of(bruno) is None
    assert Invitation.objects.get().uses_left == 5


def test_a_link_dies_with_its_authors_right_to_invite(
    ana, bruno, eve, lobby, members_invite, client, client_of
):
    address = link_to(lobby, bruno, days=3, uses=5)
    end_membership(lobby.membership_of(bruno))
    assert client_of(eve).post(f"{address}join/").status_code == 403
    client.post(address, NEWCOMER)
    clara = User.objects.get(username="clara")  # has the account alone
    assert lobby.membership_of(clara) is None


def test_members_invite_only_if_the_workspace_lets_them(ana, bruno, lobby, client_of, page):
    client = client_of(bruno)
    assert client.get("/invitations/").status_code == 403
    assert not page(client.get("/rooms/lobby/invite/")).select("form.card")
    with pytest.raises(PermissionDenied):
        invite_to_room(lobby, bruno)
    save_workspace(ana, members_may_invite=True)
    assert page(client.get("/rooms/lobby/invite/")).select("form.card")
    answer = page(client.post("/invitations/", {"days": "3", "uses": "2"}))
    assert answer.select_one("#new-invitation input")["value"]


def test_members_see_and_revoke_their_own_links_only(ana, bruno, lobby, members_invite, client_of):
    link_to(lobby, ana), link_to(lobby, bruno, days=3, uses=2)
    anas, brunos = Invitation.objects.order_by("pk")
    client = client_of(bruno)
    assert client.post(f"/rooms/lobby/invite/{anas.pk}/revoke/").status_code == 404
    assert client.post(f"/invitations/{anas.pk}/revoke/").status_code == 404
    assert client.post(f"/rooms/lobby/invite/{brunos.pk}/revoke/").status_code == 302
    assert list(Invitation.objects.usable()) == [anas]


@pytest.mark.parametrize("fields", [{"days": "31", "uses": "1"}, {"days": "", "uses": ""}])
def test_members_links_are_limited(bruno, members_invite, lobby, client_of, page, fields):
    for path in ("/invitations/", "/rooms/lobby/invite/"):
        response = client_of(bruno).post(path, fields)
        assert response.status_code == 422
        assert page(response).select(".field-errors")
    assert not Invitation.objects.exists()


def test_turning_members_invitations_off_revokes_them(ana, bruno, lobby, members_invite, client):
    address, kept = link_to(lobby, bruno, days=3, uses=5), link_to(lobby, ana)
    save_workspace(ana, members_may_invite=False)
    assert client.get(address).status_code == 410
    assert client.get(kept).status_code == 200


def test_the_page_takes_a_constant_number_of_queries(
    ana, lobby, client_of, django_assert_num_queries
):
    client = client_of(ana)
    link_to(lobby, ana)
    client.get("/rooms/lobby/invite/")
    with CaptureQueriesContext(connection) as one:
        client.get("/rooms/lobby/invite/")
    for _again in range(3):
        link_to(lobby, ana)
    with django_assert_num_queries(len(one)):
        client.get("/rooms/lobby/invite/")
