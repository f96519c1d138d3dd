"""Marking messages as read and as unread."""

import asyncio

import pytest

from core.threads import in_database
from messaging.message.actions import delete_message
from messaging.tests import said
from rooms.actions import join_room
from rooms.models import Membership
from rooms.reading.positions import Read, mark_all_read, mark_read, mark_unread
from users.models import User

ROOM = "/rooms/lobby/"


@pytest.fixture
def membership(lobby, bruno, say, ana):
    """Bruno's, after ten messages of Ana that he has read."""
    for n in range(10):
        say(lobby, ana, f"message {n}")
    membership = lobby.membership_of(bruno)
    mark_read(membership, 10)
    return membership


def pointer(membership):
    membership.refresh_from_db()
    return membership.last_read_position, membership.own_unread


def unread(user):
    return [membership.unread for membership in Membership.objects.for_sidebar(user)]


def test_a_message_and_all_after_it_become_unread(client_of, lobby, bruno, membership):
    message = lobby.messages.get(position=4)
    response = client_of(bruno).post(f"/messages/{message.pk}/unread/")
    assert response["Location"] == "/unread/"
    assert pointer(membership) == (3, 0)
    assert unread(bruno) == [7]


def test_ones_own_messages_after_it_stay_read(lobby, ana, bruno, say, membership):
    say(lobby, bruno, "mine")
    say(lobby, ana, "hers")
    assert mark_unread(lobby.membership_of(bruno), 9)
    assert pointer(membership) == (8, 1)
    assert unread(bruno) == [3]


def test_from_ones_own_message_on_the_next_of_somebody_else_is_unread(
    lobby, ana, bruno, say, membership
):
    say(lobby, bruno, "mine")
    say(lobby, ana, "hers")
    mark_read(membership, 12)
    assert mark_unread(lobby.membership_of(bruno), 11)
    assert pointer(membership) == (11, 0)


def test_after_the_last_message_of_others_nothing_can_be_unread(
    client_of, lobby, bruno, say, page, membership
):
    mine = say(lobby, bruno, "mine")
    client = client_of(bruno)
    client.post(f"/messages/{mine.pk}/unread/")
    assert pointer(membership) == (11, 0)
    assert len(page(client.get("/unread/")).select(".alert")) == 1


def test_a_deleted_message_cannot_be_unread(lobby, ana, bruno, membership):
    delete_message(lobby.messages.get(position=10), by=ana)
    assert not mark_unread(lobby.membership_of(bruno), 10)
    assert mark_unread(lobby.membership_of(bruno), 9)
    assert pointer(membership) == (8, 0)


def test_marking_as_unread_never_marks_as_read(lobby, ana, bruno, say, membership):
    mark_unread(lobby.membership_of(bruno), 2)
    mark_unread(lobby.membership_of(bruno), 8)
    assert pointer(membership) == (1, 0)


def test_a_moderator_marks_for_themselves_alone(client_of, lobby, ana, bruno, membership):
    message = lobby.messages.get(position=4)
    client_of(bruno).post(f"/messages/{message.pk}/unread/")
    assert unread(ana) == [0]


def test_a_page_that_was_open_before_does_not_mark_it_read(lobby, bruno, membership):
    mark_unread(lobby.membership_of(bruno), 4)
    mark_read(membership, 10, since=10)
    assert pointer(membership) == (3, 0)
    mark_read(membership, 10, since=3)
    assert pointer(membership) == (10, 0)


def test_a_room_is_read_up_to_the_position_that_the_page_has_shown(
    client_of, lobby, bruno, membership
):
    mark_unread(lobby.membership_of(bruno), 2)
    client = client_of(bruno)
    assert client.post(f"{ROOM}read/", {"position": 5})["Location"] == ROOM
    assert pointer(membership) == (5, 0)
    client.post(f"{ROOM}read/", {"position": 10**9, "back": "unread"})
    assert pointer(membership) == (10, 0)


@pytest.mark.parametrize("position", ["", "-1", "x", str(2**63)])
def test_a_position_that_is_none_marks_nothing(client_of, lobby, bruno, membership, position):
    mark_unread(lobby.membership_of(bruno), 2)
    assert client_of(bruno).post(f"{ROOM}read/", {"position": position}).status_code == 422
    assert pointer(membership) == (1, 0)


@pytest.mark.parametrize(
    "headers", [{"Sec-Purpose": "prefetch"}, {"Purpose": "preview"}, {"Sec-Fetch-Dest": "document"}]
)
def test_only_a_page_that_is_shown_marks_what_it_shows(
    client_of, lobby, bruno, membership, headers
):
    mark_unread(lobby.membership_of(bruno), 2)
    address = f"{ROOM}seen/?position=10&since=1"
    client_of(bruno).get(address, headers=headers)
    client_of(bruno).head(address)
    assert pointer(membership) == (1, 0)
    client_of(bruno).get(address, headers={"Sec-Fetch-Dest": "image"})
    assert pointer(membership) == (10, 0)


@pytest.mark.django_db(transaction=True)
async def test_an_open_page_stops_reporting_when_its_user_marks_the_room_unread(
    arrive, lobby, ana, bruno
):
    page = await arrive(bruno, lobby)
    await said.say(lobby, ana, "one", "two", "three")
    await page.sees("one", "two", "three")
    await page.send(seen=3, since=0)
    for _attempt in range(100):
        if await in_database(unread)(bruno) == [0]:
            break
        await asyncio.sleep(0.05)
    membership = await in_database(lobby.membership_of)(bruno)
    await in_database(mark_unread)(membership, 2)
    await page.until(lambda page: any('id="since"' in html for html in page.taken))
    await page.send(seen=3, since=0)
    await asyncio.sleep(1.2)  # it would be stored at most once a second
    assert await in_database(unread)(bruno) == [2]


def test_what_a_crowd_has_read_is_stored_at_once(lobby, ana, say, django_assert_num_queries):
    crowd = [User.objects.create_user(f"reader-{n}", f"{n}@example.com") for n in range(20)]
    for person in crowd:
        join_room(lobby, person)
    for n in range(4):
        say(lobby, ana, f"message {n}")
    mine = lobby.membership_of(crowd[0])
    say(lobby, crowd[0], "mine")
    ahead = lobby.membership_of(crowd[1])
    mark_read(ahead, 5)
    # A transaction, one statement for most, and four for those who have written since they read.
    with django_assert_num_queries(7):
        mark_all_read([Read(lobby.pk, person.pk, 3) for person in crowd])
    read = dict(lobby.memberships.values_list("user", "last_read_position"))
    assert {read[person.pk] for person in crowd if person != crowd[1]} == {3}
    mine.refresh_from_db()
    ahead.refresh_from_db()
    assert (mine.own_unread, ahead.last_read_position) == (1, 5)
