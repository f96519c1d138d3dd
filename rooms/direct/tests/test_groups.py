"""Conversations of several people: the same people share the same room, and nobody is added."""

import pytest
from django.core.exceptions import PermissionDenied

from messaging.message.actions import post_message
from rooms import actions
from rooms.direct.actions import open_direct_room
from rooms.models import Membership, Room
from users.models import User
from users.tests.test_names_at_once import at_once


def titles(room):
    memberships = Membership.objects.filter(room=room).with_title().select_related("room", "user")
    return {membership.user.username: membership.title for membership in memberships}


def test_the_same_people_share_one_room_in_any_order(ana, bruno, carmen):
    room = open_direct_room(ana, bruno, carmen)
    assert open_direct_room(carmen, ana, bruno) == open_direct_room(bruno, carmen, ana, ana) == room
    assert room.name_key == f"DIRECT:{ana.pk}-{bruno.pk}-{carmen.pk}"
    assert open_direct_room(ana, bruno) != room


def test_each_sees_the_names_of_the_others(ana, bruno, carmen, davi):
    User.objects.filter(pk=davi.pk).update(display_name="Ågot")
    shown = titles(open_direct_room(ana, bruno, carmen, davi))
    assert shown["ana"] == "bruno, carmen, Ågot"
    assert shown["davi"] == "ana, bruno, carmen"


def test_a_long_title_is_shortened_to_three_names(ana, bruno, make_people):
    room = open_direct_room(ana, bruno, *make_people("carmen", "davi", "emma", "fay"))
    assert titles(room)["ana"] == "bruno, carmen, davi +2"
    assert titles(room)["fay"] == "ana, bruno, carmen +2"


def test_right_to_left_names_keep_their_order(ana, bruno, make_people):
    [layla] = make_people("layla")
    User.objects.filter(pk=layla.pk).update(display_name="ليلى")
    room = open_direct_room(ana, bruno, layla)
    assert titles(room) == {
        "ana": "bruno, \u2068ليلى\u2069",
        "bruno": "ana, \u2068ليلى\u2069",
        "layla": "ana, bruno",
    }


def test_alone_it_is_ones_notes(client_of, ana, bruno, page):
    address = client_of(ana).post(f"/people/{ana.pk}/talk/")["Location"]
    room = page(client_of(ana).get(address))
    assert room.select_one("#room-header h1").get_text(strip=True) == "Notes"
    assert client_of(bruno).get(address).status_code == 404
    assert client_of(ana).post(f"/people/{ana.pk}/talk/")["Location"] == address


@pytest.mark.django_db(transaction=True)
def test_people_who_open_it_at_once_get_the_same_room(ana, bruno, carmen):
    for round in range(10):
        Room.objects.all().delete()
        orders = [(ana, bruno, carmen), (bruno, carmen, ana), (carmen, ana, bruno)]
        rooms = at_once(*(lambda people=people: open_direct_room(*people) for people in orders))
        assert {room.pk for room in rooms} == {Room.objects.get().pk}, round
        assert Membership.objects.count() == 3


def test_ten_people_share_no_conversation(ana, make_people):
    with pytest.raises(PermissionDenied):
        open_direct_room(ana, *make_people(*(f"person{n}" for n in range(9))))
    assert not Room.objects.exists()


def test_nobody_is_added_by_any_action(ana, bruno, eve, begun):
    room = begun(ana, bruno)
    for add in (
        lambda: actions.join_room(room, eve),
        lambda: actions.join_room(room, eve, by=ana),
        lambda: actions.join_room(room, eve, by=eve),
        lambda: actions.add_member(room, eve, Membership.Role.MEMBER, by=ana),
    ):
        with pytest.raises(PermissionDenied):
            add()
    assert room.memberships.count() == 2


def test_newcomers_join_no_conversation(ana, bruno, eve, begun):
    room = begun(ana, bruno)
    Room.objects.filter(pk=room.pk).update(joins_newcomers=True)
    actions.join_newcomer_rooms(eve)
    assert room.memberships.count() == 2


def test_the_administrators_pages_add_nobody(client_of, ana, bruno, eve, begun):
    room = begun(ana, bruno)
    fields = {"room": room.pk, "user": eve.pk, "role": "member"}
    response = client_of(ana).post("/admin/rooms/membership/add/", fields)
    assert response.status_code in {200, 302, 403}
    assert room.memberships.count() == 2


def test_its_people_page_says_that_nobody_is_added(client_of, ana, bruno, carmen, eve, begun, page):
    room = begun(ana, bruno, carmen)
    client = client_of(bruno)
    shown = page(client.get(f"/rooms/{room.slug}/people/"))
    assert "Nobody is added" in shown.select_one("#nobody-added").text
    assert len(shown.select("#main .list-row")) == 3
    again = shown.select_one("#nobody-added a")["href"]
    chosen = page(client.get(again)).select("#chosen input[checked]")
    assert {int(box["value"]) for box in chosen} == {ana.pk, bruno.pk, carmen.pk}
    assert client_of(eve).get(f"/rooms/{room.slug}/people/").status_code == 404


def test_nobody_manages_leaves_or_invites(client_of, ana, bruno, carmen, begun):
    room = begun(ana, bruno, carmen)
    membership = room.membership_of(ana)
    assert not (membership.can_manage or membership.can_moderate or membership.can_leave)
    assert not membership.can_remove(room.membership_of(bruno))
    for door in ("leave", "invite", "people"):
        response = client_of(ana).post(f"/rooms/{room.slug}/{door}/", {"username": "eve"})
        assert response.status_code == 403, door


def test_a_deactivated_person_is_named_above_the_composer(
    client_of, ana, bruno, carmen, begun, page
):
    room = begun(ana, bruno, carmen)
    User.objects.filter(pk=bruno.pk).update(is_active=False)
    shown = page(client_of(ana).get(room.get_absolute_url()))
    assert "bruno is deactivated" in shown.select_one("#deactivated").text
    User.objects.filter(pk=carmen.pk).update(is_active=False)
    shown = page(client_of(ana).get(room.get_absolute_url()))
    assert "bruno, carmen are deactivated" in shown.select_one("#deactivated").text


@pytest.mark.parametrize("count", [1, 40])
def test_forty_conversations_in_the_sidebar_cost_no_query_each(
    client_of, ana, bruno, lobby, crowd, begun, count, django_assert_num_queries
):
    for person in crowd(lobby, count):
        begun(ana, bruno, person)
    client = client_of(ana)
    client.get("/")
    with django_assert_num_queries(3):
        client.get("/")


@pytest.mark.parametrize(
    "address",
    [
        "/rooms/{}/",
        "/rooms/{}/people/",
        "/rooms/{}/make-room/",
        "/rooms/{}/transcript/",
        "/rooms/{}/notifications/",
        "/rooms/{}/compose/",
        "/rooms/{}/live/?begin",
        "/search/?room={}",
        "/search/?q=hello",
        "/mentions/",
    ],
)
def test_every_page_calls_it_by_the_others_names(
    client_of, ana, bruno, carmen, begun, address, page
):
    room = begun(bruno, ana, carmen)
    post_message(room, bruno, "@ana", "2")
    response = client_of(ana).get(address.format(room.slug))
    assert response.status_code == 200
    document = page(response)
    for list_of_rooms in document.select("#sidebar"):
        list_of_rooms.decompose()
    assert "bruno, carmen" in str(document)
    assert room.name not in str(document)


def test_a_mail_calls_it_by_the_others_names(ana, bruno, carmen, begun):
    room = begun(bruno, ana, carmen)
    assert Membership.objects.titles(ana, [room.pk]) == {room.pk: "bruno, carmen"}
