"""Favourites, own sections and muted rooms: the list of one person, whatever others do."""

import pytest

from messaging.message.actions import post_message
from rooms.actions import create_room, join_room, open_direct_room
from rooms.models import Membership
from rooms.sidebar import actions, forms


def listed(soup):
    """Return the list of rooms as [(heading, names)], without empty groups."""
    groups = soup.select("#rooms .sidebar-group")
    return [
        (next(group.h2.stripped_strings), [name.get_text() for name in group.select("li bdi")])
        for group in groups
        if group.select("li")
    ]


@pytest.fixture
def settings_of(client_of, bruno, page):
    """Return a function that posts to a page of the Lobby as Bruno and returns his list."""

    def post(name, **data):
        client = client_of(bruno)
        response = client.post(f"/rooms/lobby/{name}/", data)
        assert response.status_code == 302, response.status_code
        return listed(page(client.get("/")))

    return post


def test_the_list_has_groups_in_order_each_by_name(client_of, ana, bruno, eve, lobby, den, page):
    for name in ("zebra", "Ágora", "apple"):
        join_room(create_room(ana, name), bruno)
    post_message(open_direct_room(bruno, eve), eve, "Hello", "1")
    actions.favourite_room(den.membership_of(bruno))
    actions.move_to_section(lobby.membership_of(bruno), "Work")
    assert listed(page(client_of(bruno).get("/"))) == [
        ("Favourites", ["Den"]),
        ("Work", ["Lobby"]),
        ("Rooms", ["Ágora", "apple", "zebra"]),
        ("Direct messages", ["eve"]),
    ]


@pytest.mark.parametrize("times", [1, 2])
def test_a_favourite_is_first_until_it_is_undone(settings_of, lobby, den, times):
    for _ in range(times):
        marked = settings_of("favourite")
    assert marked == [("Favourites", ["Lobby"]), ("Rooms", ["Den"])]
    for _ in range(times):
        undone = settings_of("unfavourite")
    assert undone == [("Rooms", ["Den", "Lobby"])]


def test_a_muted_room_says_so_until_it_is_undone(client_of, bruno, lobby, page):
    client = client_of(bruno)
    for name, words in (("mute", ["muted"]), ("mute", ["muted"]), ("unmute", [])):
        client.post(f"/rooms/lobby/{name}/")
        soup = page(client.get("/"))
        assert [word.get_text() for word in soup.select("#rooms li .visually-hidden")] == words
        assert len(soup.select("#rooms .sidebar-muted")) == len(words)


def test_an_act_leads_to_the_settings_or_back_to_the_room(client_of, bruno, lobby):
    client = client_of(bruno)
    assert client.post("/rooms/lobby/favourite/")["Location"] == "/rooms/lobby/list/"
    assert client.post("/rooms/lobby/mute/", {"back": "room"})["Location"] == "/rooms/lobby/"
    elsewhere = client.post("/rooms/lobby/mute/", {"back": "https://example.com"})
    assert elsewhere["Location"] == "/rooms/lobby/list/"


def test_only_ones_own_list_changes(settings_of, client_of, ana, lobby, page):
    settings_of("favourite")
    settings_of("list", section="Work")
    assert listed(page(client_of(ana).get("/"))) == [("Rooms", ["Lobby"])]


def test_a_section_is_named_once_whatever_its_case_and_spaces(settings_of, bruno, lobby, den):
    actions.move_to_section(den.membership_of(bruno), "My work")
    assert settings_of("list", section="  my   WORK ") == [("My work", ["Den", "Lobby"])]
    assert settings_of("list", section="") == [("My work", ["Den"]), ("Rooms", ["Lobby"])]


@pytest.mark.parametrize("name", ["x" * 41, "invisible\u200b", "a\x00b"])
def test_a_section_that_cannot_be_is_refused_and_kept_in_the_field(
    client_of, bruno, lobby, page, name
):
    response = client_of(bruno).post("/rooms/lobby/list/", {"section": name})
    field = page(response).select_one("#main [name=section]")
    assert response.status_code == 422
    assert field["value"].replace("\x00", "") == name.replace("\x00", "")
    assert lobby.membership_of(bruno).section == ""


def test_a_person_has_a_bounded_number_of_sections(client_of, ana, lobby, page, monkeypatch):
    monkeypatch.setattr(forms, "MAX_SECTIONS", 2)
    for name in ("One", "Two"):
        actions.move_to_section(create_room(ana, name).membership_of(ana), f"In {name}")
    client = client_of(ana)
    refused = client.post("/rooms/lobby/list/", {"section": "In three"})
    assert page(refused).select_one(".field-errors").get_text(strip=True) == (
        "You have 2 sections already. Choose one of them."
    )
    options = [option["value"] for option in page(refused).select("#sections option")]
    assert (refused.status_code, options) == (422, ["In One", "In Two"])
    assert client.post("/rooms/lobby/list/", {"section": "In two"}).status_code == 302


def test_every_change_reaches_the_persons_open_pages_once(rechecked, lobby, bruno):
    membership = lobby.membership_of(bruno)
    for act in (actions.favourite_room, actions.mute_room, actions.unmute_room):
        assert rechecked(act, membership) == {bruno.pk}
        assert rechecked(act, membership) == set()
    assert rechecked(actions.move_to_section, membership, "Work") == {bruno.pk}


def test_an_act_after_leaving_does_nothing(rechecked, lobby, bruno):
    membership = lobby.membership_of(bruno)
    Membership.objects.filter(pk=membership.pk).delete()
    assert rechecked(actions.favourite_room, membership) == set()


def test_markup_in_a_section_is_text(settings_of, client_of, bruno, lobby, page):
    settings_of("list", section="<img src=x>")
    soup = page(client_of(bruno).get("/rooms/lobby/list/"))
    assert soup.select("#rooms img, #main img") == []
    assert listed(soup)[0][0] == "<img src=x>"


@pytest.mark.parametrize("count", [1, 6])
def test_the_settings_run_the_same_queries_however_many_rooms(
    client_of, ana, count, django_assert_num_queries, lobby
):
    for n in range(count):
        actions.move_to_section(create_room(ana, f"Room {n}").membership_of(ana), f"S {n}")
    client = client_of(ana)
    client.get("/rooms/lobby/list/")
    with django_assert_num_queries(5):
        client.get("/rooms/lobby/list/")
