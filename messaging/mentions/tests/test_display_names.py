"""Mentions by display name, and links to rooms."""

import time

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging.mentions import names
from messaging.message import actions
from rooms.actions import create_room
from rooms.models import Room
from users.models import User


@pytest.fixture
def ruiz(db):
    return User.objects.create_user("ruiz99", "ruiz@example.com", display_name="Ana Ruiz")


def links(message):
    """Return (text, address) of the links in the body of `message`."""
    soup = BeautifulSoup(message.body_html, "html.parser")
    return [(link.text, link["href"]) for link in soup.find_all("a")]


def called(message):
    return sorted(message.mentions.values_list("user__username", flat=True))


@pytest.mark.parametrize(
    ("body", "typed"),
    [
        ("@Ana Ruiz", "@Ana Ruiz"),
        ("so @ana  ruiz, come", "@ana  ruiz"),
        ("(@ANA RUIZ) said", "@ANA RUIZ"),
        ("@Ana Ruiz's book", "@Ana Ruiz"),
        ("@Ana Ruiz. Thanks", "@Ana Ruiz"),
        ("**@Ana Ruiz** and _@Ana Ruiz_", "@Ana Ruiz"),
        ("- @Ana Ruiz: tea", "@Ana Ruiz"),
        ("＠Ana\u3000Ruiz、", "＠Ana\u3000Ruiz"),
    ],
)
def test_a_display_name_mentions_its_owner_as_it_was_typed(lobby, bruno, ruiz, say, body, typed):
    message = say(lobby, bruno, body)
    assert (links(message)[0], called(message)) == ((typed, "/people/ruiz99/"), ["ruiz99"])


@pytest.mark.parametrize(
    "body",
    ["@Ana Ruizo", "@Ana Ruiz-Lopez", "@Ana, Ruiz", "`@Ana Ruiz`", "> @Ana Ruiz", "x@Ana Ruiz"],
)
def test_a_part_of_another_word_or_code_mentions_nobody(lobby, bruno, ruiz, say, body):
    assert "ruiz99" not in called(say(lobby, bruno, body))


def test_the_longest_name_is_meant(lobby, bruno, ana, ruiz, say):
    User.objects.create_user("may", "may@example.com", display_name="Ana Ruiz May")
    assert called(say(lobby, bruno, "@Ana Ruiz May")) == ["may"]
    assert called(say(lobby, bruno, "@Ana Ruiz may come")) == ["may"]
    assert called(say(lobby, bruno, "@Ana Ruiz comes")) == ["ruiz99"]
    assert called(say(lobby, bruno, "@Ana comes")) == ["ana"]


@pytest.mark.parametrize("name", ["O'Brien (Paris)", "J. R. Smith", "Dr. No!", "Zoë 🌻", "李 小龙"])
def test_names_with_signs_are_known(lobby, bruno, say, name):
    User.objects.create_user("someone", "someone@example.com", display_name=name)
    message = say(lobby, bruno, f"@{name} is here")
    assert (called(message), links(message)[0][0]) == (["someone"], f"@{name}")


def test_two_equal_names_are_nobodys_unless_one_of_them_cannot_see_the_room(
    lobby, den, bruno, ruiz, say
):
    other = User.objects.create_user("other", "other@example.com")
    with connection.cursor() as cursor:  # the constraint does not allow it
        cursor.execute("DROP INDEX user_display_name_unique_as_read")
    User.objects.filter(pk=other.pk).update(display_name="Ana Ruiz", display_key="ana ruiz")
    assert called(say(lobby, bruno, "@Ana Ruiz")) == []
    den.memberships.create(user=ruiz)
    assert called(say(den, bruno, "@Ana Ruiz")) == ["ruiz99"]


def test_a_username_comes_before_a_display_name(lobby, bruno, ana, say):
    User.objects.filter(username="bruno").update(display_name="Ana", display_key="ana")
    assert called(say(lobby, bruno, "@ana")) == ["ana"]


def test_nobody_is_called_by_name_into_a_room_they_cannot_see(den, ana, say):
    User.objects.create_user("lola", "lola@example.com", display_name="Lo La")
    message = say(den, ana, "@Lo La")
    assert (called(message), links(message)) == ([], [])


def test_the_name_of_an_open_room_is_a_link_as_it_was_typed(lobby, ana, say):
    create_room(ana, "Book club")
    create_room(ana, "C++")
    message = say(lobby, ana, "#Book club, #book-club, (#BOOK  CLUB) ＃book club. #C++ #books #13")
    assert links(message) == [
        ("#Book club", "/rooms/book-club/"),
        ("#book-club", "/rooms/book-club/"),
        ("#BOOK  CLUB", "/rooms/book-club/"),
        ("＃book club", "/rooms/book-club/"),
        ("#C++", "/rooms/c/"),
    ]
    assert called(message) == []


def test_the_name_of_a_private_room_stays_text_for_everybody(lobby, den, ana, eve, say):
    message = say(lobby, ana, f"#{den.name} and #{den.slug}")
    same = say(lobby, eve, f"#{den.name} and #{den.slug}")
    assert (links(message), message.body_html) == ([], same.body_html)
    create_room(ana, "Own den", Room.Kind.CLOSED)
    assert links(say(den, ana, "#Own den #own-den")) == []


@pytest.mark.parametrize(
    "body",
    [
        *("`#Lobby`", "```\n#Lobby\n```", "> #Lobby", "x#Lobby", "https://example.com/#Lobby"),
        *("##Lobby", "/#Lobby", "&#Lobby", r"\#Lobby", "#Lobbyist", "#"),
    ],
)
def test_a_sign_in_another_place_is_a_sign(lobby, ana, say, body):
    assert ("#Lobby", "/rooms/lobby/") not in links(say(lobby, ana, body))


def test_an_edit_finds_the_same_names(lobby, bruno, ruiz, say):
    message = actions.edit_message(say(lobby, bruno, "nobody"), "@Ana Ruiz in #Lobby")
    assert (called(message), len(links(message))) == (["ruiz99"], 2)


def test_many_phrases_cost_as_many_queries_as_one(lobby, bruno, ruiz, say):
    counts = []
    many = " ".join(f"@Ana Ruiz said {n} in #Lobby {n}" for n in range(200))
    for body in ("@Ana Ruiz in #Lobby", "@Ana Ruiz in #Lobby", many):
        with CaptureQueriesContext(connection) as queries:
            say(lobby, bruno, body)
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_the_same_name_is_found_however_often_and_whatever_follows(lobby, bruno, ruiz, say):
    message = say(lobby, bruno, " ".join(f"@ruiz99 {'spoke of tea, ' * 4} {n}" for n in range(100)))
    assert len(links(message)) == 100


@pytest.mark.parametrize(
    "body",
    [
        *("@a b c d e f " * 700, "@a" * 4000, "#a " * 2700, "@a. " * 2000, "#-.-.-. " * 1000),
        *("@x y-" * 1600, "".join(f"@n{n} p{n}.q r-s " for n in range(500))),
    ],
)
def test_the_number_of_names_is_bounded_and_the_time_is_linear(body):
    body, times = body[:8000], []
    for text in (body[:2000], body):
        phrases = [text[at : at + 80] for at in range(0, len(text), 3)]
        begun = time.process_time()
        found = names.names_of(phrases)
        times.append(time.process_time() - begun)
        assert len(names.keys_of(found)) <= names.MOST_PHRASES + names.MOST_WORDS * 13
    assert times[1] < 12 * times[0] + 0.05
