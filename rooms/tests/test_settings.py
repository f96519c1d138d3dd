"""Settings, archiving and deletion of a room, by its owners only."""

import pytest
from django.core.cache import cache

from rooms.actions import archive_room, change_room, delete_room, restore_room
from rooms.models import Membership, Presence, Room

SETTINGS = {"name": "Lobby", "topic": "", "kind": "open"}


@pytest.fixture(autouse=True)
def fresh_limits(db):
    cache.clear()


@pytest.fixture
def reading(lobby, eve):
    """Eve, who is not a member, has the lobby open."""
    return Presence.objects.create(
        room=lobby, user=eve, connection="1", process="1", expires_at="2999-01-01T00:00Z"
    )


def header_events(published):
    """Return the (group, English fragment) pairs of the pushed headers."""
    return [
        (group, event["html"]["en"]) for group, event in published if event["type"] == "room.hint"
    ]


DOORS = ["settings/", "settings/archive/", "settings/restore/", "settings/delete/"]


@pytest.mark.parametrize("door", DOORS)
def test_eve_and_bruno_change_nothing(client_of, lobby, den, eve, bruno, door):
    data = {**SETTINGS, "name": "Mine"}
    assert client_of(eve).post(f"/rooms/den/{door}", data).status_code == 404
    assert client_of(eve).post(f"/rooms/lobby/{door}", data).status_code == 403
    assert client_of(bruno).post(f"/rooms/lobby/{door}", data).status_code == 403
    assert client_of(bruno).get("/rooms/lobby/settings/").status_code == 403
    assert set(Room.objects.values_list("name", "archived_at")) == {("Lobby", None), ("Den", None)}


def test_a_moderator_changes_no_settings(client_of, lobby, bruno):
    lobby.memberships.filter(user=bruno).update(role=Membership.Role.MODERATOR)
    assert client_of(bruno).post("/rooms/lobby/settings/", SETTINGS).status_code == 403


@pytest.mark.parametrize("door", DOORS[1:])
def test_a_get_request_changes_nothing(client_of, lobby, ana, door):
    assert client_of(ana).get(f"/rooms/lobby/{door}").status_code == 405


def test_the_form_shows_the_current_settings(client_of, den, ana, page):
    soup = page(client_of(ana).get("/rooms/den/settings/"))
    assert soup.select_one("#id_name")["value"] == "Den"
    assert soup.select_one("#settings [name=kind][checked]")["value"] == "closed"


def test_a_new_name_keeps_the_address(client_of, lobby, ana):
    data = {**SETTINGS, "name": "The  parlour", "topic": "Guests\nwelcome", "joins_newcomers": "on"}
    assert client_of(ana).post("/rooms/lobby/settings/", data)["Location"] == "/rooms/lobby/"
    lobby.refresh_from_db()
    assert (lobby.name, lobby.name_key, lobby.slug) == ("The parlour", "the parlour", "lobby")
    assert (lobby.topic, lobby.joins_newcomers) == ("Guests welcome", True)


def test_the_case_of_a_name_may_change(client_of, lobby, ana):
    client_of(ana).post("/rooms/lobby/settings/", {**SETTINGS, "name": "LOBBY"})
    lobby.refresh_from_db()
    assert lobby.name == "LOBBY"


@pytest.mark.parametrize("name", ["den", "DEN", "Ｄｅｎ"])
def test_another_rooms_name_is_refused_beside_the_field(client_of, lobby, den, ana, page, name):
    response = client_of(ana).post("/rooms/lobby/settings/", {**SETTINGS, "name": name})
    soup = page(response)
    assert response.status_code == 422
    assert soup.select_one("#id_name_error li").get_text() == "This name cannot be used."
    assert soup.select_one("h1").get_text() == "Lobby"
    lobby.refresh_from_db()
    assert (lobby.name, lobby.revision) == ("Lobby", 0)


@pytest.mark.parametrize("name", ["", "a\u200bb", "x" * 61])
def test_a_name_that_no_room_can_have_is_refused(client_of, lobby, ana, name):
    response = client_of(ana).post("/rooms/lobby/settings/", {**SETTINGS, "name": name})
    lobby.refresh_from_db()
    assert (response.status_code, lobby.name) == (422, "Lobby")


def test_a_topic_too_long_is_refused_with_the_text_kept(client_of, lobby, ana, page):
    response = client_of(ana).post("/rooms/lobby/settings/", {**SETTINGS, "topic": "x" * 201})
    assert response.status_code == 422
    assert page(response).select_one("#id_topic")["value"] == "x" * 201


def test_guessing_names_by_renaming_is_limited(client_of, lobby, den, ana):
    client = client_of(ana)
    data = {**SETTINGS, "name": "Den"}
    statuses = [client.post("/rooms/lobby/settings/", data).status_code for _ in range(21)]
    assert statuses == [422] * 20 + [429]


def test_a_room_cannot_be_made_direct(client_of, lobby, ana):
    response = client_of(ana).post("/rooms/lobby/settings/", {**SETTINGS, "kind": "direct"})
    lobby.refresh_from_db()
    assert (response.status_code, lobby.kind) == (422, "open")


def test_a_change_is_shown_at_once_and_counted(events, lobby, ana):
    published = events(change_room, lobby, ana, name="Parlour", topic="<b>Guests</b>", kind="open")
    [(group, html)] = header_events(published)
    assert group == f"room.{lobby.pk}"
    assert "<bdi>Parlour</bdi>" in html
    assert "<bdi>&lt;b&gt;Guests&lt;/b&gt;</bdi>" in html
    assert lobby.revision == 1


def test_saving_the_same_settings_publishes_nothing(events, lobby, ana):
    assert events(change_room, lobby, ana, name="Lobby", topic="", kind="open") == []
    assert lobby.revision == 0


def test_the_page_holds_the_header_that_is_pushed(client_of, lobby, bruno):
    from rooms.broadcasts import render_room

    pushed = render_room(lobby)["en"].replace(' hx-swap-oob="true"', "").strip()
    html = client_of(bruno).get("/rooms/lobby/").content.decode()
    assert html.count(pushed) == 1


def test_rendering_the_header_runs_no_query(lobby, django_assert_num_queries):
    from rooms.broadcasts import render_room

    render_room(lobby)
    with django_assert_num_queries(0):
        render_room(lobby)


def test_closing_a_room_ends_access_for_non_members(
    rechecked, client_of, lobby, ana, bruno, eve, reading
):
    assert rechecked(change_room, lobby, ana, kind="closed") == {ana.pk, bruno.pk, eve.pk}
    assert client_of(eve).get("/rooms/lobby/people/").status_code == 404


def test_archiving_reaches_everybody_and_shows_the_mark(events, lobby, ana, bruno, eve, reading):
    published = events(archive_room, lobby)
    people = {event["user"] for _group, event in published if event["type"] == "access.changed"}
    assert people == {ana.pk, bruno.pk, eve.pk}
    assert [
        html.count('<span class="badge">archived</span>') for _, html in header_events(published)
    ] == [1]


def test_an_archived_room_is_changed_only_after_it_is_restored(client_of, lobby, ana, page):
    client = client_of(ana)
    client.post("/rooms/lobby/settings/archive/")
    soup = page(client.get("/rooms/lobby/settings/"))
    assert [form["action"].split("/")[-2] for form in soup.select("#main form")] == [
        "restore",
        "delete",
    ]
    assert client.post("/rooms/lobby/settings/", SETTINGS).status_code == 403
    client.post("/rooms/lobby/settings/restore/")
    lobby.refresh_from_db()
    assert lobby.is_archived is False


def test_an_archived_room_takes_no_message(client_of, lobby, ana):
    archive_room(lobby)
    client_of(ana).post("/rooms/lobby/messages/", {"body": "Hello?", "nonce": "1"})
    assert lobby.messages.count() == 0


def test_archiving_twice_keeps_the_first_moment(lobby):
    archive_room(lobby)
    moment = lobby.archived_at
    archive_room(lobby)
    assert (lobby.archived_at, lobby.revision) == (moment, 1)
    restore_room(lobby)
    assert (lobby.archived_at, lobby.revision) == (None, 2)


@pytest.mark.parametrize("name", ["", "Lobbi", "yes"])
def test_deleting_requires_the_name(client_of, lobby, ana, page, name):
    response = client_of(ana).post("/rooms/lobby/settings/delete/", {"name": name})
    assert response.status_code == 422
    assert len(page(response).select("#deletion_name_error")) == 1
    assert Room.objects.filter(pk=lobby.pk).exists()


def test_a_deleted_room_is_gone(client_of, lobby, ana, bruno):
    assert (
        client_of(ana).post("/rooms/lobby/settings/delete/", {"name": "lobby"})["Location"] == "/"
    )
    assert not Room.objects.exists()
    assert client_of(bruno).get("/rooms/lobby/").status_code == 404


def test_deleting_reaches_open_pages_at_once(rechecked, lobby, ana, bruno, eve, reading):
    assert rechecked(delete_room, lobby) == {ana.pk, bruno.pk, eve.pk}


@pytest.mark.parametrize("slug", ["no-such", "x" * 81, "a%2Fb", "..%2f"])
def test_an_address_that_no_room_has_is_not_found(client_of, ana, slug):
    assert client_of(ana).get(f"/rooms/{slug}/settings/").status_code == 404
