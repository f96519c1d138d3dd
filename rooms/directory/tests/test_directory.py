"""The directory: every room that one may see, with search, member counts and last activity."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.message.actions import Draft, post_messages
from messaging.models import Message
from rooms.actions import archive_room, create_room, open_direct_room
from rooms.directory import pages
from rooms.models import Room


@pytest.fixture
def rows(client_of, page):
    """Return a function that returns the directory as somebody sees it: {name: row}."""

    def listed(user, **query):
        soup = page(client_of(user).get("/rooms/", query))
        return {row.bdi.get_text(): row for row in soup.select("#directory > li")}

    return listed


def test_it_lists_open_rooms_and_ones_own_closed_ones(rows, lobby, den, ana, bruno, eve):
    open_direct_room(bruno, ana)
    assert list(rows(eve)) == ["Lobby"]
    assert list(rows(bruno)) == ["Den", "Lobby"]


def test_only_open_rooms_that_one_is_not_in_can_be_joined(rows, lobby, den, bruno, eve):
    assert rows(eve)["Lobby"].form["action"] == "/rooms/lobby/join/"
    assert [row.select("form") for row in rows(bruno).values()] == [[], []]


def test_a_row_tells_members_and_when_something_was_last_said(rows, lobby, ana, eve):
    assert rows(eve)["Lobby"].select("time") == []
    post_messages(lobby, [Draft(ana, "Hello", "1"), Draft(ana, "Bye", "2")])
    Message.objects.update(created_at=timezone.now() - timedelta(hours=3, minutes=12))
    row = rows(eve)["Lobby"]
    assert row.select_one("time").get_text(strip=True).replace("\xa0", " ") == "active 3 hours ago"
    assert "2 members" in row.get_text()


@pytest.mark.parametrize("words", ["agora", "ÁGORA", "pub ago", "CAFÉ", "cafe"])
def test_the_search_is_for_names_and_topics_whatever_case_and_accents(rows, lobby, ana, words):
    create_room(ana, "Ágora pública", topic="Un café")
    assert list(rows(ana, q=words)) == ["Ágora pública"]


def test_the_search_does_not_find_hidden_rooms(rows, den, eve, client_of, page):
    assert rows(eve, q="den") == {}
    soup = page(client_of(eve).get("/rooms/", {"q": "den"}))
    assert soup.select_one("#main .nothing a")["href"] == "/rooms/new/?name=den"


def test_archived_rooms_have_a_tab_that_keeps_the_search(client_of, rows, lobby, ana, eve, page):
    archive_room(lobby)
    assert (list(rows(eve)), list(rows(eve, archived=""))) == ([], ["Lobby"])
    soup = page(client_of(eve).get("/rooms/", {"q": "lob", "archived": ""}))
    assert [tab["href"] for tab in soup.select("#main .tabs a")] == ["?q=lob", "?q=lob&archived="]
    assert soup.select("#directory form") == []


def test_a_long_directory_has_pages_that_keep_the_search(client_of, ana, eve, page, monkeypatch):
    monkeypatch.setattr(pages, "ROOMS_PER_PAGE", 2)
    for n in range(3):
        create_room(ana, f"Tea {n}")
    soup = page(client_of(eve).get("/rooms/", {"q": "tea"}))
    assert soup.select_one(".pages [rel=next]")["href"] == "?q=tea&page=2"


@pytest.mark.parametrize("words", ["x" * 61, "\u202e"])
def test_words_that_no_name_has_are_refused_with_a_sentence(client_of, lobby, eve, words, page):
    response = client_of(eve).get("/rooms/", {"q": words})
    assert response.status_code == 422
    assert page(response).select_one("#main .field-errors").get_text(strip=True)


@pytest.mark.parametrize("count", [1, 4])
def test_it_runs_the_same_queries_however_many_rooms(
    client_of, ana, eve, count, django_assert_num_queries
):
    for n in range(count):
        post_messages(create_room(ana, f"Tea {n}"), [Draft(ana, "Hello", f"{n}")])
    client = client_of(eve)
    client.get("/rooms/")
    with django_assert_num_queries(5):  # one is for somebody without rooms: what is due
        client.get("/rooms/")
    with django_assert_num_queries(6):
        client.get("/rooms/", {"q": "tea"})


def test_looking_creates_nothing(client_of, lobby, eve):
    client_of(eve).get("/rooms/", {"name": "Kitchen"})
    client_of(eve).get("/rooms/new/", {"name": "Kitchen"})
    assert list(Room.objects.values_list("name", flat=True)) == ["Lobby"]
