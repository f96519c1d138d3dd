"""A conversation becomes a private room with the same messages and members."""

import pytest
from django.core.exceptions import PermissionDenied

from rooms.actions import create_room, join_room
from rooms.direct.actions import make_room, open_direct_room
from rooms.models import Room


@pytest.fixture
def talk(begun, ana, bruno, carmen):
    return begun(ana, bruno, carmen)


def test_the_page_says_who_will_see_what_was_said(client_of, talk, bruno, page):
    document = page(client_of(bruno).get(f"/rooms/{talk.slug}/make-room/"))
    readers = [row.get_text(strip=True) for row in document.select(".readers li")]
    assert readers[:3] == ["you", "ana", "carmen"]
    assert "invited into the room later" in readers[3]


def test_it_keeps_messages_members_and_address(client_of, talk, ana, bruno, carmen):
    response = client_of(bruno).post(f"/rooms/{talk.slug}/make-room/", {"name": "Project"})
    assert response["Location"] == f"/rooms/{talk.slug}/people/"
    room = Room.objects.get()
    assert (room.kind, room.name, room.pk, room.last_position) == ("closed", "Project", talk.pk, 1)
    roles = {member.user_id: member.role for member in room.memberships.all()}
    assert roles == {ana.pk: "member", bruno.pk: "owner", carmen.pk: "member"}
    assert "hello" in client_of(carmen).get(room.get_absolute_url()).text


def test_everybodys_list_is_pushed(rechecked, talk, ana, bruno, carmen):
    assert rechecked(make_room, talk, bruno, "Project") == {ana.pk, bruno.pk, carmen.pk}


def test_then_people_can_be_invited_and_the_same_people_talk_anew(talk, ana, bruno, carmen, eve):
    make_room(talk, bruno, "Project")
    join_room(talk, eve, by=bruno)
    assert open_direct_room(carmen, bruno, ana) != talk
    assert talk.memberships.count() == 4


def test_the_log_of_the_room_has_it(client_of, talk, bruno):
    make_room(talk, bruno, "Project")
    assert "made a conversation a room" in client_of(bruno).get(f"/rooms/{talk.slug}/log/").text


@pytest.mark.parametrize("name", ["Lobby", "LOBBY", "Lоbby", "", "x" * 61, "\u200b"])
def test_a_name_that_cannot_be_used_is_kept_in_the_field(client_of, talk, lobby, ana, name, page):
    response = client_of(ana).post(f"/rooms/{talk.slug}/make-room/", {"name": name})
    assert response.status_code == 422
    assert page(response).select(".field-errors li")
    talk.refresh_from_db()
    assert talk.is_direct and Room.objects.filter(kind="direct").count() == 1


def test_only_its_people_can(client_of, talk, ana, eve, lobby, begun):
    assert client_of(eve).post(f"/rooms/{talk.slug}/make-room/", {"name": "x"}).status_code == 404
    with pytest.raises(PermissionDenied):
        make_room(talk, eve, "Project")
    with pytest.raises(PermissionDenied):
        make_room(lobby, ana, "Project")
    with pytest.raises(PermissionDenied):
        make_room(open_direct_room(ana), ana, "Project")
    other = begun(eve, eve)
    with pytest.raises(PermissionDenied):  # Ana is an administrator, but not a member
        make_room(other, ana, "Project")


def test_it_happens_once(talk, ana, bruno):
    make_room(talk, bruno, "Project")
    with pytest.raises(PermissionDenied):
        make_room(Room.objects.get(pk=talk.pk), ana, "Other")
    assert Room.objects.get().name == "Project"


def test_a_room_of_the_name_of_a_hidden_one_is_taken(client_of, talk, bruno, carmen, eve):
    create_room(eve, "Secret", kind=Room.Kind.CLOSED)
    response = client_of(carmen).post(f"/rooms/{talk.slug}/make-room/", {"name": "secret"})
    assert response.status_code == 422
