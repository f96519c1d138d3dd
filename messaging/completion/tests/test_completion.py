"""The people and rooms suggested while a name is typed."""

import pytest

from rooms.actions import archive_room, create_room
from rooms.models import Room
from rooms.moderation.actions import ban_person
from users.models import User


@pytest.fixture
def suggested(client_of, page):
    """Return a function that returns the texts that a user is offered in a room."""

    def complete(user, typed, room="lobby"):
        answer = client_of(user).get(f"/rooms/{room}/complete/", {"q": typed})
        assert answer.status_code == 200
        return [each["data-text"] for each in page(answer).select("[role=option]")]

    return complete


def test_people_are_found_by_either_name_and_members_come_first(lobby, ana, bruno, eve, suggested):
    User.objects.create_user("ab", "ab@example.com", display_name="Lola Brun")
    assert suggested(ana, "@b") == ["@bruno ", "@ab "]
    assert suggested(ana, "@BRU") == ["@bruno ", "@ab "]
    assert suggested(ana, "@lol") == ["@ab "]
    assert suggested(ana, "＠ev") == ["@eve "]
    assert suggested(ana, "@ana") == []


def test_nobody_is_offered_who_cannot_be_mentioned_there(lobby, den, ana, bruno, eve, suggested):
    assert suggested(bruno, "@", "den") == ["@ana "]
    ban_person(lobby, eve, ana)
    User.objects.create_user("everett", "everett@example.com", is_active=False)
    assert suggested(bruno, "@eve") == []


def test_rooms_are_those_that_the_person_can_see(lobby, den, ana, bruno, eve, suggested):
    create_room(ana, "Book club")
    create_room(ana, "Secret books", Room.Kind.CLOSED)
    archive_room(create_room(ana, "Old books"))
    assert suggested(ana, "#boo") == ["#Book club ", "#Secret books "]
    assert suggested(bruno, "#boo") == ["#Book club "]
    assert suggested(bruno, "#book-c") == ["#Book club "]


def test_at_most_eight_are_offered(lobby, ana, suggested):
    for number in range(12):
        User.objects.create_user(f"carla{number}", f"carla{number}@example.com")
    assert len(suggested(ana, "@carla")) == 8


@pytest.mark.parametrize("typed", ["", "bruno", "@" + "x" * 61, "@a\nb"])
def test_what_is_no_beginning_of_a_name_is_refused(lobby, client_of, bruno, typed):
    assert client_of(bruno).get("/rooms/lobby/complete/", {"q": typed}).status_code == 422


@pytest.mark.parametrize("typed", ["@%", "@_", "@'", "#<b>", "@\\"])
def test_signs_are_letters_like_others(lobby, bruno, suggested, typed):
    assert suggested(bruno, typed) == []


def test_completing_is_limited(lobby, client_of, bruno, stopped_limits):
    client = client_of(bruno)
    path = "/rooms/lobby/complete/?q=@a"
    statuses = [client.get(path).status_code for _ in range(200)]
    assert (statuses[0], statuses[-1]) == (200, 429)


def test_a_name_is_shown_as_text(lobby, ana, client_of, page):
    User.objects.create_user("mallory", "m@example.com", display_name="<b>Mallory</b>")
    document = page(client_of(ana).get("/rooms/lobby/complete/?q=@mal"))
    assert (document.select("b"), document.select_one("bdi").text) == ([], "<b>Mallory</b>")
    assert document.select_one("[role=status]").text.strip() == "1 suggestion"
