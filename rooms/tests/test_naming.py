"""A typed name joins the room of that name or creates it, or is refused with the text kept."""

import pytest
from django.core.cache import cache

from rooms.actions import archive_room, create_room
from rooms.models import Membership, Room


@pytest.fixture(autouse=True)
def fresh_limits(db):
    cache.clear()


def refusal(response, page):
    """Return the status, the error beside the field and the text in the field."""
    soup = page(response)
    error = soup.select_one("#id_name_error li")
    return response.status_code, error and error.get_text(), soup.select_one("#id_name")["value"]


def test_a_new_name_makes_an_open_room_of_ones_own(client_of, eve):
    response = client_of(eve).post("/rooms/", {"name": "  Tea \t kitchen "})
    room = Room.objects.get()
    assert response["Location"] == "/rooms/tea-kitchen/"
    assert (room.name, room.kind, room.membership_of(eve).role) == ("Tea kitchen", "open", "owner")


def test_a_closed_room_is_made_where_that_is_asked(client_of, eve):
    client_of(eve).post("/rooms/", {"name": "Secret", "kind": "closed"})
    assert Room.objects.get().kind == "closed"


@pytest.mark.parametrize("kind", ["direct", "x"])
def test_no_other_kind_can_be_made(client_of, eve, kind):
    assert client_of(eve).post("/rooms/", {"name": "Odd", "kind": kind}).status_code == 422
    assert not Room.objects.exists()


@pytest.mark.parametrize("name", ["Lobby", "lobby", " LOBBY ", "ｌｏｂｂｙ"])
def test_a_name_that_reads_alike_joins_the_room_that_is_there(client_of, lobby, eve, name):
    response = client_of(eve).post("/rooms/", {"name": name})
    assert response["Location"] == "/rooms/lobby/"
    assert lobby.membership_of(eve).role == "member"


def test_joining_twice_is_joining_once(client_of, lobby, eve):
    client = client_of(eve)
    client.post("/rooms/", {"name": "Lobby"})
    client.post("/rooms/", {"name": "Lobby"})
    assert lobby.memberships.filter(user=eve).count() == 1


def test_a_name_already_written_in_counts_as_read(client_of, lobby, eve):
    Room.objects.update(last_position=7)
    client_of(eve).post("/rooms/", {"name": "Lobby"})
    assert lobby.membership_of(eve).last_read_position == 7


@pytest.mark.parametrize("name", ["Den", "dEN", "Ｄｅｎ"])
def test_the_name_of_a_room_unseen_says_only_that_it_cannot_be_used(
    client_of, den, eve, name, page
):
    response = client_of(eve).post("/rooms/", {"name": name})
    status, sentence, _text = refusal(response, page)
    assert (status, sentence) == (422, "This name cannot be used.")
    assert den.membership_of(eve) is None


def test_asking_for_a_closed_room_never_leads_into_an_open_one(client_of, lobby, eve, page):
    response = client_of(eve).post("/rooms/", {"name": "Lobby", "kind": "closed"})
    assert refusal(response, page) == (422, "This name cannot be used.", "Lobby")
    assert lobby.membership_of(eve) is None


def test_an_archived_room_is_not_joined_by_its_name(client_of, lobby, eve, page):
    archive_room(lobby)
    response = client_of(eve).post("/rooms/", {"name": "lobby"})
    sentence = "A room with this name is archived. Please choose another name."
    assert refusal(response, page) == (422, sentence, "lobby")


@pytest.mark.parametrize(
    "name", ["\u200b", "a\u200bb", "a\0b", "\u202eabc", "\u3164", "\u2800", "a\x1bb", "\ue000"]
)
def test_letters_that_cannot_be_seen_are_refused(client_of, eve, page, name):
    status, sentence, text = refusal(client_of(eve).post("/rooms/", {"name": name}), page)
    assert (status, sentence) == (422, "Use visible letters only.")
    assert text == name
    assert not Room.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "\t\r\n"])
def test_no_name_is_refused(client_of, eve, page, name):
    response = client_of(eve).post("/rooms/", {"name": name})
    assert (response.status_code, not Room.objects.exists()) == (422, True)
    assert len(page(response).select("#id_name_error")) == 1


def test_a_letter_too_many_is_refused_with_the_text_kept(client_of, eve, page):
    response = client_of(eve).post("/rooms/", {"name": "x" * 61})
    status, sentence, text = refusal(response, page)
    assert (status, text) == (422, "x" * 61)
    assert sentence == "Too long by 1 character."
    assert client_of(eve).post("/rooms/", {"name": "x" * 60}).status_code == 302


@pytest.mark.parametrize("name", ["🎉", "会議室", "غرفة", "Straße", "C++ & co.", "direct:1-2"])
def test_every_visible_script_gives_a_room_with_an_address(client_of, eve, name):
    client = client_of(eve)
    address = client.post("/rooms/", {"name": name})["Location"]
    assert Room.objects.get().name == name
    assert client.get(f"{address}people/").status_code == 200


def test_one_name_of_many_lines_becomes_one_line(client_of, eve):
    client_of(eve).post("/rooms/", {"name": "One\r\nBcc: all@example.com"})
    assert Room.objects.get().name == "One Bcc: all@example.com"


def test_names_that_would_share_an_address_get_their_own(client_of, eve):
    client = client_of(eve)
    addresses = [client.post("/rooms/", {"name": name})["Location"] for name in ("A b", "A-b")]
    assert addresses == ["/rooms/a-b/", "/rooms/a-b-2/"]


def test_an_address_that_was_taken_at_the_same_instant_is_not_a_taken_name(
    client_of, eve, monkeypatch
):
    create_room(eve, "C#")
    free, seen_too_early = (
        Room.free_slug,
        ["c", "c"],
    )  # as if others took the first two slugs at the same time
    monkeypatch.setattr(
        Room, "free_slug", lambda room: seen_too_early.pop() if seen_too_early else free(room)
    )
    response = client_of(eve).post("/rooms/", {"name": "C++"})
    assert (response.status_code, response["Location"]) == (302, "/rooms/c-2/")


def test_the_twenty_first_new_room_in_an_hour_is_refused_with_the_text_kept(client_of, eve, page):
    client = client_of(eve)
    for n in range(20):
        client.post("/rooms/", {"name": f"Room {n}"})
    response = client.post("/rooms/", {"name": "One more"})
    sentence = "You're doing that too fast. Please wait 60 minutes."
    assert refusal(response, page) == (429, sentence, "One more")
    assert 3590 <= int(response["Retry-After"]) <= 3600
    assert Room.objects.count() == 20


def test_guessed_names_count_as_new_rooms(client_of, den, eve):
    client = client_of(eve)
    statuses = [client.post("/rooms/", {"name": "Den"}).status_code for _ in range(21)]
    assert statuses == [422] * 20 + [429]


def test_the_limit_is_each_persons_own_and_not_for_joining(client_of, lobby, ana, eve):
    client = client_of(eve)
    for n in range(20):
        client.post("/rooms/", {"name": f"Room {n}"})
    assert client.post("/rooms/", {"name": "Lobby"})["Location"] == "/rooms/lobby/"
    assert client_of(ana).post("/rooms/", {"name": "Attic"})["Location"] == "/rooms/attic/"


def test_without_limits_a_load_test_makes_as_many_rooms_as_it_likes(client_of, eve, settings):
    settings.RATE_LIMITS = False
    client = client_of(eve)
    for n in range(21):
        client.post("/rooms/", {"name": f"Room {n}"})
    assert Room.objects.count() == 21


def test_fields_that_nobody_asked_for_are_ignored(client_of, eve, ana):
    client_of(eve).post("/rooms/", {"name": "Mine", "slug": "x", "last_position": 9, "owner": 1})
    room = Room.objects.get()
    assert (room.slug, room.last_position) == ("mine", 0)
    assert list(Membership.objects.values_list("user", flat=True)) == [eve.pk]


def test_a_room_made_at_the_same_instant_is_joined(lobby, eve, monkeypatch):
    from rooms import actions

    found = iter([None, lobby])
    monkeypatch.setattr(actions, "_room_named", lambda user, name: next(found))
    assert actions.join_or_create_room(eve, "Lobby") == (lobby, False)


def test_making_a_room_notifies_its_owners_pages(rechecked, eve):
    assert rechecked(create_room, eve, "Attic") == {eve.pk}
