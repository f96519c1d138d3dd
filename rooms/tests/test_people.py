"""Members of a room: inviting, removing and roles."""

import pytest

from rooms import views
from rooms.actions import archive_room, end_membership, join_room
from rooms.models import Membership
from rooms.tests.roles import make
from users.actions import deactivate
from users.models import User

OWNER, MODERATOR, MEMBER = Membership.Role.OWNER, Membership.Role.MODERATOR, Membership.Role.MEMBER
QUERIES = 6  # session and user, room, membership, count of people, people, one's rooms


def role_of(room, user):
    membership = room.membership_of(user)
    return membership and membership.role


@pytest.fixture
def carmen(workspace):
    """An owner who is not an administrator."""
    return User.objects.create_user("carmen", "carmen@example.com")


def test_a_room_whose_only_owner_is_deactivated_gets_another(den, ana, bruno, carmen):
    make(den, carmen, OWNER)
    den.memberships.filter(user=ana).update(role=MEMBER)
    deactivate(carmen, by=ana)
    assert [role_of(den, user) for user in (ana, bruno)].count(OWNER) == 1
    make(den, bruno, OWNER)
    make(den, ana, OWNER)
    deactivate(bruno, by=ana)  # not the only owner: nobody else's role changes
    assert den.memberships.filter(role=OWNER, user__is_active=True).count() == 1


def test_the_people_of_a_room_are_listed_with_their_roles(client_of, lobby, eve, page):
    make(lobby, eve, MODERATOR)
    soup = page(client_of(eve).get("/rooms/lobby/people/"))
    rows = [
        [part.get_text() for part in row.select("a bdi, .badge")]
        for row in soup.select("li[data-person]")
    ]
    assert rows == [["ana", "Owner"], ["eve", "Moderator"], ["bruno"]]


def test_eve_sees_who_is_in_an_open_room_but_manages_nothing(client_of, lobby, eve, page):
    soup = page(client_of(eve).get("/rooms/lobby/people/"))
    actions = [form["action"] for form in soup.select("#main form")]
    assert [action.split("/")[-2] for action in actions] == ["talk", "talk", "join"]
    ways = [link.get_text() for link in soup.select(".tabs a")]
    assert ways == ["Conversation", "People", "Search"]


def test_no_address_of_a_person_is_in_the_list(client_of, lobby, eve):
    assert "@example.com" not in client_of(eve).get("/rooms/lobby/people/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_runs_the_same_queries_however_many_people(
    client_of, lobby, ana, crowd, count, django_assert_num_queries
):
    crowd(lobby, count)
    client = client_of(ana)
    client.get("/rooms/lobby/people/")
    with django_assert_num_queries(QUERIES):
        client.get("/rooms/lobby/people/")


def test_a_long_list_has_pages(client_of, lobby, bruno, page, monkeypatch):
    monkeypatch.setattr(views, "PEOPLE_PER_PAGE", 1)
    soup = page(client_of(bruno).get("/rooms/lobby/people/?page=2"))
    assert [name.get_text() for name in soup.select("li[data-person] a bdi")] == ["bruno"]


# Inviting


@pytest.mark.parametrize("name", ["eve", "EVE", "@eve", " eve "])
def test_a_member_invites_somebody_into_an_open_room(client_of, lobby, bruno, eve, name):
    response = client_of(bruno).post("/rooms/lobby/people/", {"username": name})
    assert response["Location"] == "/rooms/lobby/people/"
    assert role_of(lobby, eve) == "member"


def test_a_member_invites_nobody_into_a_closed_room(client_of, den, bruno, eve, page):
    client = client_of(bruno)
    assert page(client.get("/rooms/den/people/")).select("#id_username") == []
    assert client.post("/rooms/den/people/", {"username": "eve"}).status_code == 403
    assert role_of(den, eve) is None


def test_a_moderator_invites_somebody_into_a_closed_room(client_of, den, bruno, eve):
    make(den, bruno, MODERATOR)
    client_of(bruno).post("/rooms/den/people/", {"username": "eve"})
    assert role_of(den, eve) == "member"


def test_eve_does_not_invite_herself(client_of, lobby, den, eve):
    client = client_of(eve)
    statuses = [
        client.post(f"/rooms/{slug}/people/", {"username": "eve"}).status_code
        for slug in ("lobby", "den")
    ]
    assert statuses == [403, 404]
    assert role_of(den, eve) is None


def test_nobody_is_invited_into_an_archived_room(client_of, lobby, ana, eve):
    archive_room(lobby)
    assert client_of(ana).post("/rooms/lobby/people/", {"username": "eve"}).status_code == 403
    assert role_of(lobby, eve) is None


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nobody", "There is nobody here with that username."),
        ("bruno", "This person is already in the room."),
        ("\0", "Null characters are not allowed."),
    ],
)
def test_an_impossible_invitation_is_refused_with_the_text_kept(
    client_of, lobby, ana, page, name, sentence
):
    response = client_of(ana).post("/rooms/lobby/people/", {"username": name})
    soup = page(response)
    assert response.status_code == 422
    assert soup.select_one("#id_username_error li").get_text() == sentence
    assert soup.select_one("#id_username")["value"] == name


def test_a_deactivated_person_cannot_be_invited(client_of, lobby, ana, eve, page):
    User.objects.filter(pk=eve.pk).update(is_active=False)
    assert client_of(ana).post("/rooms/lobby/people/", {"username": "eve"}).status_code == 422
    assert role_of(lobby, eve) is None


# Removing


@pytest.mark.parametrize(
    ("actor", "target", "allowed"),
    [
        (OWNER, OWNER, True),
        (OWNER, MODERATOR, True),
        (OWNER, MEMBER, True),
        (MODERATOR, OWNER, False),
        (MODERATOR, MODERATOR, False),
        (MODERATOR, MEMBER, True),
        (MEMBER, MEMBER, False),
    ],
)
def test_who_may_remove_whom(client_of, den, carmen, bruno, actor, target, allowed):
    make(den, carmen, actor)
    make(den, bruno, target)
    response = client_of(carmen).post(f"/rooms/den/people/{bruno.pk}/remove/")
    assert response.status_code == (302 if allowed else 403)
    assert (role_of(den, bruno) is None) == allowed


def test_eve_removes_nobody(client_of, lobby, den, eve, bruno):
    client = client_of(eve)
    assert client.post(f"/rooms/lobby/people/{bruno.pk}/remove/").status_code == 403
    assert client.post(f"/rooms/den/people/{bruno.pk}/remove/").status_code == 404
    assert role_of(den, bruno) == role_of(lobby, bruno) == "member"


def test_a_moderator_does_not_remove_an_administrator(client_of, den, ana, carmen, bruno):
    make(den, ana, MEMBER)
    make(den, carmen, OWNER)
    make(den, bruno, MODERATOR)
    assert client_of(bruno).post(f"/rooms/den/people/{ana.pk}/remove/").status_code == 403


def test_nobody_removes_themselves(client_of, den, ana):
    assert client_of(ana).post(f"/rooms/den/people/{ana.pk}/remove/").status_code == 403
    assert role_of(den, ana) == "owner"


def test_an_administrator_removes_the_last_owner_and_the_room_keeps_one(client_of, ana, carmen):
    from rooms.actions import create_room

    room = create_room(carmen, "Attic")
    join_room(room, ana)
    client_of(ana).post(f"/rooms/attic/people/{carmen.pk}/remove/")
    assert role_of(room, ana) == "owner"


def test_a_removed_person_opens_no_page_of_a_closed_room(client_of, den, ana, bruno):
    client = client_of(bruno)
    client_of(ana).post(f"/rooms/den/people/{bruno.pk}/remove/")
    doors = ["", "people/", "leave/", "settings/"]
    assert [client.get(f"/rooms/den/{door}").status_code for door in doors] == [404] * 4


def test_removal_reaches_open_pages_at_once(rechecked, den, bruno):
    assert rechecked(end_membership, den.membership_of(bruno)) == {bruno.pk}


def test_a_get_request_removes_nobody(client_of, den, ana, bruno):
    assert client_of(ana).get(f"/rooms/den/people/{bruno.pk}/remove/").status_code == 405
    assert role_of(den, bruno) == "member"


@pytest.mark.parametrize("pk", [0, 999, 2**63, 2**70])
def test_an_unknown_person_is_not_found(client_of, den, ana, pk):
    assert client_of(ana).get(f"/rooms/den/people/{pk}/").status_code == 404
    assert client_of(ana).post(f"/rooms/den/people/{pk}/remove/").status_code == 404


# Roles


@pytest.mark.parametrize("role", [MODERATOR, OWNER])
def test_an_owner_changes_a_role(client_of, den, carmen, bruno, role):
    make(den, carmen, OWNER)
    response = client_of(carmen).post(f"/rooms/den/people/{bruno.pk}/", {"role": role})
    assert response["Location"] == "/rooms/den/people/"
    assert role_of(den, bruno) == role


def test_an_administrator_who_is_a_member_counts_as_an_owner(client_of, den, ana, bruno, carmen):
    make(den, carmen, OWNER)
    make(den, ana, MEMBER)
    client_of(ana).post(f"/rooms/den/people/{bruno.pk}/", {"role": MODERATOR})
    assert role_of(den, bruno) == MODERATOR


def test_an_administrator_who_is_no_member_manages_nothing(client_of, ana, carmen):
    from rooms.actions import create_room

    create_room(carmen, "Attic")
    create_room(carmen, "Cellar", kind="closed")
    client = client_of(ana)
    assert client.get("/rooms/attic/settings/").status_code == 403
    assert client.get("/rooms/cellar/settings/").status_code == 404


@pytest.mark.parametrize("role", [MEMBER, MODERATOR])
def test_nobody_but_an_owner_changes_a_role(client_of, den, bruno, carmen, role):
    make(den, bruno, role)
    make(den, carmen, MEMBER)
    response = client_of(bruno).post(f"/rooms/den/people/{carmen.pk}/", {"role": OWNER})
    assert response.status_code == 403
    assert role_of(den, carmen) == MEMBER


def test_nobody_makes_themselves_an_owner(client_of, den, bruno, eve):
    path = f"/rooms/den/people/{bruno.pk}/"
    assert client_of(bruno).post(path, {"role": OWNER}).status_code == 403
    assert client_of(eve).post(path, {"role": OWNER}).status_code == 404
    assert role_of(den, bruno) == MEMBER


def test_a_moderator_is_shown_what_moderators_do(client_of, den, bruno, carmen, page):
    make(den, bruno, MODERATOR)
    make(den, carmen, MEMBER)
    soup = page(client_of(bruno).get(f"/rooms/den/people/{carmen.pk}/"))
    assert [form["id"] for form in soup.select("#main form")] == ["mute", "remove", "ban"]


def test_the_last_owner_stays_one_and_is_told_why(client_of, den, ana, page):
    response = client_of(ana).post(f"/rooms/den/people/{ana.pk}/", {"role": MEMBER})
    error = page(response).select_one("#id_role_error li")
    assert response.status_code == 422
    assert error.get_text() == "A room needs an owner. Make somebody else an owner first."
    assert role_of(den, ana) == OWNER


def test_the_only_member_stays_the_owner(client_of, den, ana, bruno):
    end_membership(den.membership_of(bruno))
    client_of(ana).post(f"/rooms/den/people/{ana.pk}/", {"role": MEMBER})
    assert role_of(den, ana) == OWNER


def test_one_of_two_owners_may_become_a_member(client_of, den, ana, bruno):
    make(den, bruno, OWNER)
    client_of(ana).post(f"/rooms/den/people/{ana.pk}/", {"role": MEMBER})
    assert role_of(den, ana) == MEMBER


def test_an_unknown_role_is_refused(client_of, den, ana, bruno):
    response = client_of(ana).post(f"/rooms/den/people/{bruno.pk}/", {"role": "emperor"})
    assert (response.status_code, role_of(den, bruno)) == (422, MEMBER)
