"""The page of what is new in all rooms."""

import pytest

from messaging.message.actions import Draft, delete_message, post_messages
from rooms.actions import archive_room, create_room, join_room, open_direct_room
from rooms.models import Membership


@pytest.fixture
def rooms(ana, bruno):
    """Return a function that makes rooms of Ana and Bruno, each with new messages of Ana."""

    def make(count, messages=2):
        made = [create_room(ana, f"Room {n}") for n in range(count)]
        for room in made:
            join_room(room, bruno)
            post_messages(room, [Draft(ana, f"new {n}", f"{room.pk}-{n}") for n in range(messages)])
        return made

    return make


@pytest.fixture
def unread_page(client_of, page):
    return lambda person: page(client_of(person).get("/unread/"))


def names(soup):
    return [link.get_text(strip=True) for link in soup.select(".news h2 a")]


def test_every_room_with_something_new_is_there_the_newest_first(rooms, bruno, unread_page):
    rooms(3)
    soup = unread_page(bruno)
    assert names(soup) == ["Room 2", "Room 1", "Room 0"]
    assert [each.get_text(" ", strip=True) for each in soup.select(".news-count")] == (
        ["2 new messages"] * 3
    )


def test_rooms_that_call_come_first_and_then_the_newest_call(rooms, ana, bruno, say, unread_page):
    made = rooms(4)
    say(made[1], ana, "@bruno, look")
    direct = open_direct_room(ana, bruno)
    say(direct, ana, "psst")
    say(made[0], ana, "@bruno, look here")
    say(made[3], ana, "nothing special")
    soup = unread_page(bruno)
    assert names(soup) == ["Room 0", "ana", "Room 1", "Room 3", "Room 2"]
    assert soup.select_one(".badge-call").get_text(" ", strip=True) == "1 mention"


def test_the_first_new_messages_are_shown_and_the_others_counted(rooms, bruno, unread_page):
    rooms(1, messages=9)
    soup = unread_page(bruno)
    texts = [body.get_text(strip=True) for body in soup.select(".news .message-body")]
    assert texts == ["new 0", "new 1", "new 2"]
    assert soup.select_one(".news-more a").get_text(" ", strip=True).startswith("6 more")
    assert soup.select_one(".news-more a")["href"] == "/rooms/room-0/"


def test_neither_ones_own_nor_deleted_messages_are_shown(lobby, ana, bruno, say, unread_page):
    gone = say(lobby, ana, "gone")
    say(lobby, bruno, "mine")
    say(lobby, ana, "hers")
    delete_message(gone, by=ana)
    texts = [body.get_text(strip=True) for body in unread_page(bruno).select(".message-body")]
    assert texts == ["hers"]


def test_a_muted_room_is_there_only_if_it_calls(rooms, ana, bruno, say, unread_page):
    made = rooms(2)
    Membership.objects.filter(user=bruno).update(room_muted=True)
    assert names(unread_page(bruno)) == []
    say(made[0], ana, "@bruno, look")
    assert names(unread_page(bruno)) == ["Room 0"]


def test_archived_rooms_and_rooms_of_others_are_not_there(rooms, ana, bruno, eve, unread_page):
    made = rooms(2)
    archive_room(made[0], ana)
    assert names(unread_page(bruno)) == ["Room 1"]
    assert names(unread_page(eve)) == []


def test_somebody_who_has_read_everything_is_told_so(bruno, unread_page):
    soup = unread_page(bruno)
    [nothing] = soup.select(".nothing")
    assert nothing.select_one("a.button")["href"] == "/"
    assert soup.select("main form") == []


def test_one_room_is_marked_as_read_and_one_comes_back(rooms, bruno, client_of, unread_page):
    rooms(2)
    form = unread_page(bruno).select_one("#news-" + str(_room("Room 1").pk) + " form")
    fields = {field["name"]: field["value"] for field in form.select("input[value]")}
    response = client_of(bruno).post(form["action"], fields)
    assert response["Location"] == "/unread/"
    assert names(unread_page(bruno)) == ["Room 0"]


def _room(name):
    return Membership.objects.filter(room__name=name).first().room


def test_all_rooms_are_marked_as_read_up_to_what_the_page_knew(
    rooms, ana, bruno, say, client_of, unread_page
):
    made = rooms(3)
    form = unread_page(bruno).select_one("form[action='/unread/read/']")
    say(made[1], ana, "since then")
    positions = form.select_one("[name=positions]")["value"]
    client_of(bruno).post("/unread/read/", {"positions": positions})
    assert names(unread_page(bruno)) == ["Room 1"]


@pytest.mark.parametrize("positions", ["", "x", "1:", "1:-1", "1:2 3"])
def test_positions_that_are_none_are_refused(client_of, bruno, positions):
    response = client_of(bruno).post("/unread/read/", {"positions": positions})
    assert response.status_code == 422


@pytest.mark.parametrize("count", [1, 40])
def test_the_page_runs_the_same_queries_however_many_rooms_are_unread(
    rooms, bruno, client_of, django_assert_num_queries, count
):
    rooms(count)
    client = client_of(bruno)
    client.get("/unread/")
    with django_assert_num_queries(4):  # session and user, what is new, messages, rooms
        client.get("/unread/")
