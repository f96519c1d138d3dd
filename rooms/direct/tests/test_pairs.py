"""Direct rooms: for two people only, each of whom sees the other's name as the title."""

import pytest

from messaging.message.actions import post_message
from rooms.actions import create_room
from rooms.direct.actions import open_direct_room
from rooms.models import Room
from users.models import User

QUERIES = 3  # session and user, one's rooms with their titles, count of the others


@pytest.fixture
def talk(begun, ana, bruno):
    return begun(ana, bruno)


def test_talking_to_somebody_opens_the_one_room_of_the_two(client_of, ana, bruno):
    there = client_of(ana).post(f"/people/{bruno.pk}/talk/")["Location"]
    back = client_of(bruno).post(f"/people/{ana.pk}/talk/")["Location"]
    assert there == back == Room.objects.get().get_absolute_url()
    assert set(Room.objects.get().members.all()) == {ana, bruno}


def test_its_address_does_not_reveal_its_people(talk):
    assert (len(talk.slug), talk.slug.isalnum()) == (24, True)


def test_each_sees_it_under_the_others_name(client_of, talk, ana, bruno, page):
    User.objects.filter(pk=bruno.pk).update(display_name="Bruno B.")
    shown = [
        page(client_of(person).get("/")).select_one("#sidebar .sidebar-rooms bdi").get_text()
        for person in (ana, bruno)
    ]
    assert shown == ["Bruno B.", "ana"]
    header = page(client_of(ana).get(talk.get_absolute_url())).select_one("#room-header h1")
    assert header.get_text(strip=True) == "Bruno B."


@pytest.mark.parametrize("count", [1, 3])
def test_the_titles_in_the_list_cost_no_query_each(
    client_of, ana, lobby, crowd, begun, count, django_assert_num_queries
):
    for person in crowd(lobby, count):
        begun(ana, person)
    client = client_of(ana)
    client.get("/")
    with django_assert_num_queries(QUERIES):
        client.get("/")


def test_eve_opens_no_page_of_it(client_of, talk, eve, page):
    client = client_of(eve)
    doors = ["", "people/", "leave/", "settings/"]
    assert [client.get(talk.get_absolute_url() + door).status_code for door in doors] == [404] * 4
    assert client.post(talk.get_absolute_url() + "join/").status_code == 404
    assert page(client.get("/")).select(".list-row") == []


def test_nobody_is_invited_into_it_and_nobody_leaves_it(client_of, talk, ana, eve):
    client, path = client_of(ana), talk.get_absolute_url()
    assert client.post(f"{path}people/", {"username": "eve"}).status_code == 403
    assert client.post(f"{path}leave/").status_code == 403
    assert talk.memberships.count() == 2


def test_nobody_renames_archives_or_deletes_it(client_of, talk, ana):
    client, path = client_of(ana), talk.get_absolute_url()
    doors = ["", "archive/", "restore/", "delete/"]
    assert [client.post(f"{path}settings/{door}", {"name": "x"}).status_code for door in doors] == [
        403
    ] * 4
    assert talk.name == "ana, bruno"


def test_an_administrator_moderates_nothing_in_it(talk, ana, bruno):
    membership = talk.membership_of(ana)
    assert (membership.can_manage, membership.can_moderate) == (False, False)
    assert membership.can_remove(talk.membership_of(bruno)) is False


def test_its_name_cannot_be_taken_beforehand(client_of, ana, bruno, eve):
    low, high = sorted([ana.pk, bruno.pk])
    create_room(eve, f"direct:{low}-{high}")
    room = open_direct_room(ana, bruno)
    assert (room.kind, room.membership_of(eve)) == ("direct", None)


def test_nobody_talks_to_somebody_deactivated_or_to_nobody(client_of, ana, bruno):
    User.objects.filter(pk=bruno.pk).update(is_active=False)
    client = client_of(ana)
    statuses = [client.post(f"/people/{pk}/talk/").status_code for pk in (bruno.pk, 999, 2**63)]
    assert statuses == [404] * 3
    assert not Room.objects.exists()


def test_a_get_request_opens_no_direct_room(client_of, ana, bruno):
    assert client_of(ana).get(f"/people/{bruno.pk}/talk/").status_code == 405
    assert not Room.objects.exists()


def test_opening_it_notifies_nobody_and_the_first_message_both(rechecked, ana, bruno):
    assert rechecked(open_direct_room, ana, bruno) == set()
    room = open_direct_room(ana, bruno)
    assert rechecked(post_message, room, ana, "hello", "1") == {ana.pk, bruno.pk}
    assert rechecked(post_message, room, bruno, "hi", "2") == set()
