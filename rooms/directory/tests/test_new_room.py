"""A new room: never beside one of nearly the same name without asking."""

import pytest

from rooms.actions import archive_room, create_room
from rooms.directory.near_names import distance, nearness
from rooms.models import Room

CLOSED = Room.Kind.CLOSED


@pytest.fixture
def create(client_of, eve, page):
    """Return a function that sends the form as Eve; it returns (status, the near names)."""

    def post(name, **fields):
        response = client_of(eve).post("/rooms/new/", {"name": name, "kind": "open"} | fields)
        if response.status_code == 302:
            return response["Location"], []
        near = page(response).select("#near li > .list-text > a")
        return response.status_code, [name.get_text(strip=True) for name in near]

    return post


@pytest.fixture
def club(ana):
    return create_room(ana, "Book club")


@pytest.mark.parametrize(
    "name", ["book", "BOOK", "club", "Book clubs", "Bok club", "Bookclub", "Boko club", "Вook club"]
)
def test_a_near_name_is_shown_before_anything_is_made(create, club, name):
    assert create(name) == (200, ["Book club"])
    assert Room.objects.count() == 1


@pytest.mark.parametrize("name", ["Garden", "oo", "Bo Ok", "Clubhouse"])
def test_another_name_makes_the_room_at_once(create, club, eve, name):
    address, near = create(name, topic="  About   it ", kind="closed")
    room = Room.objects.get(name=name)
    assert (address, near) == (room.get_absolute_url(), [])
    assert (room.topic, room.kind) == ("About it", "closed")
    assert room.membership_of(eve).role == "owner"


def test_what_was_typed_is_kept_and_sent_again_makes_the_room(client_of, club, eve, page):
    client = client_of(eve)
    typed = {"name": "book", "topic": "What to read", "kind": "closed"}
    form = page(client.post("/rooms/new/", typed)).select_one("#main form.card")
    kept = {field["name"]: field.get("value") for field in form.select("input:not([type=radio])")}
    kept["kind"] = form.select_one("[name=kind][checked]")["value"]
    assert {name: kept[name] for name in typed} == typed
    assert client.post("/rooms/new/", kept)["Location"] == "/rooms/book/"


def test_a_name_changed_since_is_asked_about_again(create, club):
    assert create("club", anyway="book") == (200, ["Book club"])
    assert create("Club ", anyway="club") == ("/rooms/club/", [])


def test_a_name_that_exists_is_refused_and_shown(create, club):
    assert create("book CLUB") == (422, ["Book club"])
    assert create("book club", anyway="book club") == (422, ["Book club"])


def test_hidden_and_archived_rooms_are_not_shown(create, ana):
    create_room(ana, "Book secrets", kind=CLOSED)
    archive_room(create_room(ana, "Book club"))
    assert create("book secrets") == (422, [])
    assert create("book") == ("/rooms/book/", [])


def test_a_hidden_name_is_refused_like_any_taken_name(client_of, den, eve, page):
    response = client_of(eve).post("/rooms/new/", {"name": "den", "kind": "open"})
    assert page(response).select_one(".field-errors").get_text(strip=True) == (
        "This name cannot be used."
    )


def test_the_field_on_the_home_page_asks_first_too(client_of, club, eve, page):
    client = client_of(eve)
    form = page(client.get("/")).select_one("form[action='/rooms/']")
    hidden = form.select_one("[name=asks_first]")
    sent = {"name": "book", "kind": "open", hidden["name"]: hidden["value"]}
    assert client.post("/rooms/", sent)["Location"] == "/rooms/new/?name=book&kind=open"
    assert client.post("/rooms/", sent | {"name": "book club"})["Location"] == "/rooms/book-club/"
    assert client.post("/rooms/", sent | {"name": "Tea"})["Location"] == "/rooms/tea/"


def test_programs_join_or_create_as_ever(client_of, club, eve):
    assert client_of(eve).post("/rooms/", {"name": "book"})["Location"] == "/rooms/book/"


def test_the_form_with_a_name_shows_near_ones_and_makes_nothing(client_of, club, eve, page):
    soup = page(client_of(eve).get("/rooms/new/", {"name": "book", "kind": "closed"}))
    assert soup.select_one("#near form")["action"] == "/rooms/book-club/join/"
    assert soup.select_one("#main [name=kind][checked]")["value"] == "closed"
    assert soup.select_one("#main form.card [name=anyway]")["value"] == "book"


@pytest.mark.parametrize("fields", [{"name": ""}, {"name": "x" * 61}, {"kind": "direct"}])
def test_what_cannot_be_is_refused(client_of, ana, eve, fields):
    sent = {"name": "Tea", "kind": "open"} | fields
    assert client_of(eve).post("/rooms/new/", sent).status_code == 422
    assert Room.objects.count() == 0


def test_too_many_new_rooms_are_429_with_the_name_kept(client_of, eve, page, monkeypatch):
    monkeypatch.setattr("rooms.naming.rate_limits.take", lambda name, person: 9)
    response = client_of(eve).post("/rooms/new/", {"name": "Tea", "kind": "open"})
    assert (response.status_code, response["Retry-After"]) == (429, "9")
    assert page(response).select_one("#main [name=name]")["value"] == "Tea"


@pytest.mark.parametrize(
    ("name", "other", "near"),
    [
        ("sprint 1", "sprint 12", False),
        ("sprint", "sprint 12", True),
        ("café", "Cafe", True),
        ("tea", "sea", False),
        ("general", "genreal", True),
        ("geral", "general", False),
        ("ventas", "venta", True),
        ("読書会", "読書", True),
        ("a", "art", False),
    ],
)
def test_names_are_near_or_not_in_both_directions(name, other, near):
    assert (nearness(name, other) is not None) is near
    assert (nearness(other, name) is not None) is near


def test_the_distance_counts_swapped_letters_once():
    assert [distance(*pair, 2) for pair in (("ab", "ba"), ("abc", "ac"), ("abc", "xyz"))] == [
        1,
        1,
        3,
    ]
