"""Where people land: in the room they were in last, or in the room for newcomers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms.actions import archive_room, create_room, end_membership, join_room, open_direct_room
from rooms.models import Membership
from rooms.moderation.actions import ban_person
from rooms.sidebar.landing import landing_page
from users.models import User

PASSWORD = "correct horse"


@pytest.fixture
def newcomers_room(lobby):
    lobby.joins_newcomers = True
    lobby.save(update_fields=["joins_newcomers"])
    return lobby


def visits(user):
    return dict(
        Membership.objects.filter(user=user, visited_at__isnull=False).values_list(
            "room__name", "visited_at"
        )
    )


def log_in(client, login, **query):
    address = "/accounts/login/"
    return client.post(address, {"login": login, "password": PASSWORD}, query_params=query)[
        "Location"
    ]


def test_logging_in_leads_to_the_room_that_one_was_in_last(client, client_of, lobby, den, bruno):
    for slug in ("den", "lobby", "den"):
        client_of(bruno).get(f"/rooms/{slug}/")
    assert log_in(client, "bruno") == "/rooms/den/"


def test_an_address_that_one_asked_for_wins(client, lobby, bruno):
    assert log_in(client, "bruno", next="/search/") == "/search/"


def test_who_was_in_no_room_yet_lands_in_the_room_for_newcomers(newcomers_room, den, bruno):
    Membership.objects.filter(room=den).update(joined_at="2020-01-01T00:00Z")
    assert landing_page(bruno) == "/rooms/lobby/"


def test_nobody_lands_in_a_conversation_in_which_nothing_was_said(den, ana, bruno):
    Membership.objects.filter(room=open_direct_room(ana, bruno)).update(
        joined_at="2020-01-01T00:00Z"
    )
    assert landing_page(bruno) == "/rooms/den/"


def test_who_is_in_no_room_lands_on_the_list_of_rooms(client, lobby, eve):
    assert log_in(client, "eve") == "/"


@pytest.mark.parametrize("how", ["removed", "banned", "archived", "deleted"])
def test_who_lost_the_last_room_lands_in_the_next_best(client_of, lobby, den, ana, bruno, how):
    for slug in ("lobby", "den"):
        client_of(bruno).get(f"/rooms/{slug}/")
    if how == "removed":
        end_membership(den.membership_of(bruno), by=ana)
    elif how == "banned":
        ban_person(den, bruno, ana, "")
    elif how == "archived":
        archive_room(den)
    else:
        den.delete()
    assert landing_page(bruno) == "/rooms/lobby/"


def test_signing_up_leads_to_the_room_for_newcomers(client, newcomers_room, ana):
    password = "a long walk home"
    fields = {"username": "rui", "email": "rui@example.com"}
    fields |= {"password1": password, "password2": password}
    response = client.post("/accounts/signup/", fields)
    assert response["Location"] == "/rooms/lobby/"
    assert newcomers_room.membership_of(User.objects.get(username="rui"))


def test_staying_in_a_room_is_written_once(client_of, lobby, den, bruno):
    client = client_of(bruno)
    client.get("/rooms/lobby/")
    first = visits(bruno)
    client.get("/rooms/lobby/")
    assert visits(bruno) == first
    client.get("/rooms/den/")
    client.get("/rooms/lobby/")
    assert visits(bruno)["Lobby"] > first["Lobby"]


def test_a_visit_costs_one_query_and_staying_none(client_of, lobby, den, bruno):
    client, counts = client_of(bruno), []
    for slug in ("lobby", "lobby", "den", "lobby", "lobby"):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/rooms/{slug}/")
        counts.append(sum('SET "visited_at" = ' in query["sql"] for query in queries))
    assert counts == [1, 0, 1, 1, 0]


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"Purpose": "preview"}])
def test_a_prefetch_is_no_visit(client_of, lobby, bruno, headers):
    assert client_of(bruno).get("/rooms/lobby/", headers=headers).status_code == 200
    assert client_of(bruno).head("/rooms/lobby/").status_code == 200
    assert visits(bruno) == {}


def test_reading_an_open_room_without_joining_is_no_visit(client_of, lobby, eve):
    assert client_of(eve).get("/rooms/lobby/").status_code == 200
    assert landing_page(eve) == "/"


def test_a_room_called_new_does_not_hide_the_form_for_new_rooms(client_of, ana, page):
    room = create_room(ana, "New")
    join_room(room, ana)
    assert room.get_absolute_url() == "/rooms/new-2/"
    assert page(client_of(ana).get("/rooms/new/")).select("#main form [name=topic]")
