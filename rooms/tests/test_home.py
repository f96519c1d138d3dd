"""The home page: your rooms, other rooms, and texts for empty lists."""

import pytest
from django.core.cache import cache

from rooms import views
from rooms.actions import archive_room, create_room, join_room
from rooms.direct.actions import open_direct_room
from rooms.models import Room
from rooms.sidebar.actions import mute_room

QUERIES = 4  # session and user, count of rooms, rooms, one's own


def names(soup, selector="#others ~ .list bdi"):
    return [name.get_text() for name in soup.select(selector)]


def test_your_rooms_are_listed_apart_from_other_open_rooms(client_of, lobby, den, bruno, eve, page):
    create_room(eve, "Garden", topic="What grows")
    soup = page(client_of(bruno).get("/"))
    assert names(soup, "#yours ~ .list a bdi") == ["Den", "Lobby"]
    assert names(soup, "#others ~ .list bdi") == ["Garden", "What grows"]


def test_another_room_says_how_many_people_belong_to_it(client_of, lobby, eve, page):
    row = page(client_of(eve).get("/")).select_one(f"#room-{lobby.pk}")
    assert row.select_one(".list-help").get_text() == "2 members"
    assert row.select_one("form")["action"] == "/rooms/lobby/join/"


def marks(soup, room):
    """What the row of the page and the list beside it say of `room`; both have the same words."""
    row = soup.select_one(f"#main #room-{room.pk} .room-unread")
    return [
        [(one["class"], one.get_text()) for one in mark.find_all("span", recursive=False)]
        for mark in (row or soup.new_tag("span"), soup.select_one(f"#sidebar #unread-{room.pk}"))
    ]


def test_an_unread_room_says_how_many_messages_are_new(client_of, lobby, bruno, page):
    Room.objects.update(last_position=3)
    soup = page(client_of(bruno).get("/"))
    assert marks(soup, lobby) == [[(["unread-news"], "3 new")]] * 2
    ids = [one["id"] for one in soup.select("[id]")]
    assert len(ids) == len(set(ids))


def test_calls_are_counted_as_calls_in_the_row_too(client_of, ana, bruno, page):
    room = open_direct_room(ana, bruno)
    Room.objects.update(last_position=2)
    soup = page(client_of(bruno).get("/"))
    assert marks(soup, room) == [[(["unread-calls"], "2 new")]] * 2


@pytest.mark.parametrize("address", ["/", "/switch/?q=lob"])
def test_a_muted_room_is_gray_and_counts_mentions_only(client_of, lobby, bruno, page, address):
    Room.objects.update(last_position=3)
    mute_room(lobby.membership_of(bruno))
    soup = page(client_of(bruno).get(address))
    assert marks(soup, lobby) == [[], []]
    row = soup.select_one(f"#main #room-{lobby.pk} .list-text")
    assert row.select_one("a")["class"] == ["room-muted"]
    assert "muted" in row.get_text()


def test_a_read_room_has_no_mark(client_of, lobby, bruno, page):
    soup = page(client_of(bruno).get("/"))
    assert marks(soup, lobby) == [[], []]


def test_an_empty_list_says_so(client_of, eve, page):
    soup = page(client_of(eve).get("/"))
    assert [line.get_text() for line in soup.select(".nothing")] == [
        "You are not in any rooms yet. Create one, or join a public room. All rooms",
        "There are no other open rooms. New room",
    ]
    archived = page(client_of(eve).get("/?archived"))
    assert archived.select(".nothing")[-1].get_text() == "No room has been archived. Open rooms"


def test_an_archived_room_is_listed_apart(client_of, lobby, eve, bruno, page):
    archive_room(lobby)
    assert names(page(client_of(eve).get("/"))) == []
    assert names(page(client_of(eve).get("/?archived"))) == ["Lobby"]
    assert page(client_of(bruno).get("/")).select("#sidebar .sidebar-rooms a") == []


def test_an_archived_closed_room_is_listed_for_its_members_only(client_of, den, eve, bruno, page):
    archive_room(den)
    assert names(page(client_of(eve).get("/?archived"))) == []
    assert names(page(client_of(bruno).get("/?archived"))) == ["Den"]


def test_a_long_list_has_pages(client_of, ana, eve, page, monkeypatch):
    monkeypatch.setattr(views, "ROOMS_PER_PAGE", 2)
    for name in ("One", "Three", "Two"):
        create_room(ana, name)
    soup = page(client_of(eve).get("/"))
    assert names(soup) == ["One", "Three"]
    assert soup.select_one(".pages [rel=next]")["href"] == "?page=2"
    assert names(page(client_of(eve).get("/?page=2"))) == ["Two"]


@pytest.mark.parametrize("number", ["0", "-1", "NaN", "٣", str(2**63)])
def test_a_missing_page_shows_the_nearest(client_of, lobby, eve, page, number):
    assert names(page(client_of(eve).get("/", {"page": number}))) == ["Lobby"]


def test_markup_in_names_and_topics_is_text(client_of, ana, eve, page):
    create_room(ana, "<script>alert(1)</script>", topic='<img src=x onerror="alert(1)">')
    soup = page(client_of(eve).get("/"))
    assert names(soup) == ["<script>alert(1)</script>", '<img src=x onerror="alert(1)">']
    assert soup.select("#main script, #main img") == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_run_the_same_queries_however_many_rooms(
    client_of, ana, bruno, count, django_assert_num_queries
):
    for n in range(count):
        join_room(create_room(ana, f"Mine {n}"), bruno)
        create_room(ana, f"Other {n}")
    cache.clear()
    client = client_of(bruno)
    client.get("/")
    with django_assert_num_queries(QUERIES):
        client.get("/")


def test_a_visitor_is_redirected_to_the_login(client, lobby):
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/")


def test_reading_the_list_changes_nothing(client_of, lobby, eve):
    client_of(eve).get("/rooms/", {"name": "Kitchen"})
    assert list(Room.objects.values_list("name", flat=True)) == ["Lobby"]
