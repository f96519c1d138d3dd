"""Opening a room at the first unread message, and what a page counts as read."""

import pytest

from messaging.conversation.history import READ_ABOVE
from messaging.conversation.tests.test_page import QUERIES
from messaging.message.actions import Draft, delete_message, post_messages
from messaging.models import Message
from rooms.actions import join_room, open_direct_room
from rooms.models import Membership

CHROME = {"headers": {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0"}}
LYNX = {"headers": {"user-agent": "Lynx/2.9.0dev.12 libwww-FM/2.14"}}


@pytest.fixture
def talk():
    """Return a function that posts numbered messages."""

    def post(room, author, count):
        room.refresh_from_db()
        first = room.last_position + 1
        numbers = range(first, first + count)
        return post_messages(room, [Draft(author, f"message {n}", f"talk-{n}") for n in numbers])

    return post


@pytest.fixture
def opened(client_of, page):
    """Return a function that opens an address and returns (positions, position of the line)."""

    def open_page(person, address, **options):
        soup = page(client_of(person).get(address, **options))
        line = soup.select_one("#new")
        shown = [int(message["data-position"]) for message in soup.select(".message")]
        return shown, line and int(line["data-position"])

    return open_page


def pointer(room, person):
    membership = Membership.objects.get(room=room, user=person)
    return membership.last_read_position, membership.own_unread


def read_until(room, person, position):
    Membership.objects.filter(room=room, user=person).update(last_read_position=position)


@pytest.mark.parametrize(("unread", "first"), [(3, 151), (44, 151), (45, 151), (46, 150)])
def test_the_newest_page_is_shown_if_the_first_unread_message_is_on_it(
    opened, lobby, ana, bruno, talk, unread, first
):
    talk(lobby, ana, 200)
    read_until(lobby, bruno, 200 - unread)
    shown, line = opened(bruno, "/rooms/lobby/", **CHROME)
    assert (shown, line) == (list(range(first, first + 50)), 201 - unread)


@pytest.mark.parametrize("unread", [80, 140, 200])
def test_many_unread_messages_open_at_the_first_with_a_few_read_ones_above(
    opened, lobby, ana, bruno, talk, unread
):
    talk(lobby, ana, 200)
    read_until(lobby, bruno, 200 - unread)
    shown, line = opened(bruno, "/rooms/lobby/", **CHROME)
    assert line == 201 - unread
    first = max(line - READ_ABOVE, 1)
    assert shown == list(range(first, min(first + 50, 201)))


def test_a_text_browser_starts_there_too_however_few_are_unread(opened, lobby, ana, bruno, talk):
    talk(lobby, ana, 200)
    read_until(lobby, bruno, 190)
    shown, line = opened(bruno, "/rooms/lobby/", **LYNX)
    assert (shown, line) == (list(range(186, 201)), 191)


def test_a_page_without_scripts_counts_as_read_and_the_rest_does_not(
    client_of, page, lobby, ana, bruno, talk
):
    talk(lobby, ana, 200)
    read_until(lobby, bruno, 60)
    client = client_of(bruno)
    reached = []
    address = "/rooms/lobby/"
    while address:
        soup = page(client.get(address, **LYNX))
        reached.append(pointer(lobby, bruno)[0])
        link = soup.select_one("#newer a")
        address = link and f"/rooms/lobby/{link['href']}"
    assert reached == [105, 155, 200]


def test_a_page_that_reports_what_was_seen_counts_as_nothing_by_itself(
    client_of, page, lobby, ana, bruno, talk
):
    talk(lobby, ana, 200)
    read_until(lobby, bruno, 60)
    client = client_of(bruno)
    soup = page(client.get("/rooms/lobby/", **CHROME))
    assert pointer(lobby, bruno) == (60, 0)
    client.get(soup.select_one("noscript img")["src"])
    assert pointer(lobby, bruno) == (105, 0)


@pytest.mark.parametrize("address", ["?newest=1", "?around=190", "?before=201", "?after=150"])
def test_what_was_skipped_is_not_read(client_of, lobby, ana, bruno, talk, address):
    talk(lobby, ana, 200)
    read_until(lobby, bruno, 60)
    client_of(bruno).get(f"/rooms/lobby/{address}", **LYNX)
    client_of(bruno).get("/rooms/lobby/live/")
    assert pointer(lobby, bruno) == (60, 0)


def test_what_one_sends_without_scripts_is_shown_although_much_is_unread(
    client_of, page, lobby, ana, bruno, talk
):
    talk(lobby, ana, 200)
    read_until(lobby, bruno, 60)
    client = client_of(bruno)
    response = client.post("/rooms/lobby/messages/", {"body": "I am here", "nonce": "n"})
    soup = page(client.get(response["Location"], **LYNX))
    assert soup.select(".message-body")[-1].get_text(strip=True) == "I am here"
    assert pointer(lobby, bruno) == (60, 1)


def test_a_page_in_history_does_not_reload_by_itself(client_of, lobby, ana, bruno, talk):
    talk(lobby, ana, 200)
    read_until(lobby, bruno, 60)
    client = client_of(bruno)
    assert "Refresh" not in client.get("/rooms/lobby/?refresh=20")
    assert client.get("/rooms/lobby/?refresh=20&newest=1")["Refresh"] == "20"


def test_ones_own_messages_between_are_not_the_first_unread(opened, lobby, ana, bruno, talk):
    talk(lobby, ana, 100)
    talk(lobby, bruno, 2)
    talk(lobby, ana, 60)
    Membership.objects.filter(user=bruno).update(last_read_position=100, own_unread=2)
    shown, line = opened(bruno, "/rooms/lobby/", **CHROME)
    assert (shown[0], line) == (96, 103)


def test_a_page_full_of_ones_own_messages_is_skipped(opened, lobby, ana, bruno, talk):
    talk(lobby, ana, 10)
    talk(lobby, bruno, 70)
    talk(lobby, ana, 60)
    Membership.objects.filter(user=bruno).update(last_read_position=10, own_unread=70)
    shown, line = opened(bruno, "/rooms/lobby/", **CHROME)
    assert (shown[0], line) == (76, 81)


def test_a_deleted_message_is_not_the_first_unread(opened, lobby, ana, bruno, talk):
    messages = talk(lobby, ana, 100)
    read_until(lobby, bruno, 20)
    for message in messages[20:23]:
        delete_message(message, by=ana)
    _shown, line = opened(bruno, "/rooms/lobby/", **CHROME)
    assert line == 24


def test_unread_messages_that_are_all_deleted_are_nothing_new(opened, lobby, ana, bruno, talk):
    messages = talk(lobby, ana, 62)
    read_until(lobby, bruno, 60)
    for message in messages[60:]:
        delete_message(message, by=ana)
    shown, line = opened(bruno, "/rooms/lobby/", **CHROME)
    assert (shown[-1], line) == (62, None)


def test_somebody_who_joins_has_read_what_was_said_before(opened, lobby, ana, eve, talk):
    talk(lobby, ana, 100)
    join_room(lobby, eve)
    assert opened(eve, "/rooms/lobby/", **CHROME) == (list(range(51, 101)), None)
    talk(lobby, ana, 60)
    shown, line = opened(eve, "/rooms/lobby/", **CHROME)
    assert (shown[0], line) == (96, 101)


def test_somebody_who_previews_an_open_room_sees_the_newest(opened, lobby, ana, eve, talk):
    talk(lobby, ana, 100)
    assert opened(eve, "/rooms/lobby/", **CHROME) == (list(range(51, 101)), None)
    assert not Membership.objects.filter(room=lobby, user=eve).exists()


def test_the_first_message_of_a_direct_room_is_new(opened, ana, bruno, talk):
    room = open_direct_room(ana, bruno)
    talk(room, ana, 3)
    assert opened(bruno, room.get_absolute_url(), **CHROME) == ([1, 2, 3], 1)


def test_the_room_opens_with_as_many_queries_wherever_the_first_unread_is(
    client_of, lobby, ana, bruno, django_assert_num_queries
):
    count = 5_000
    lobby.last_position = lobby.revision = count
    lobby.save(update_fields=["last_position", "revision"])
    Message.objects.bulk_create(
        Message(
            room=lobby, author=ana, body="x", body_html="<p>x</p>", position=n, revision=n, nonce=n
        )
        for n in range(1, count + 1)
    )
    client = client_of(bruno)
    for read in (count, count - 10, count - 3_000, 1):
        read_until(lobby, bruno, read)
        client.get("/rooms/lobby/", **CHROME)
        with django_assert_num_queries(QUERIES):
            client.get("/rooms/lobby/", **CHROME)
