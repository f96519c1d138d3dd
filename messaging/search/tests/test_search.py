"""Searching messages: what is found, where a user can search, and how results are shown.

Runs on the database of DATABASE_URL: `site/tests/operations/test_postgresql.py` has it run on both.
"""

import pytest
from django.core.cache import cache
from django.urls import reverse

from core import rate_limits
from messaging.message import actions
from messaging.models import Message
from messaging.search.index import mark, terms_of
from rooms.actions import archive_room, end_membership, open_direct_room
from rooms.moderation.actions import ban_person

SEARCH = "/search/"


# Words


@pytest.mark.parametrize(
    ("words", "body"),
    [
        ("tortilla", "Tortilla with onions, please!"),
        ("ONIONS tortilla", "Tortilla with onions, please!"),
        ("tort", "Tortilla with onions, please!"),
        ("cafe", "¿Un café?"),
        ("café", "un cafe"),
        ("CAFÉ", "cafe\N{COMBINING ACUTE ACCENT}"),
        ("coracao", "Coração"),
        ("e-mail", "by e-mail"),
        ("mail", "by e-mail"),
        ("example", "see https://example.org/menu.html?x=1"),
        ("menu", "see https://example.org/menu.html?x=1"),
        ("ana@example.org", "write to ana@example.org"),
        ("message_id", "the column `message_id`"),
        ("column", "the column `message_id`"),
        ('"with onions"', "Tortilla with onions, please!"),
        ("“with onions”", "Tortilla with onions, please!"),
        ('"with onions', "Tortilla with onions, please!"),
        ("привет", "Привет всем"),
        ("日本", "日本語のテスト"),
        ("2026", "on 2026-11-21"),
        ("party \N{PARTY POPPER}", "party time"),
        ("not or and near", "NOT this OR that AND near"),
    ],
)
def test_words_find_what_holds_them_all(lobby, ana, bruno, say, found, words, body):
    say(lobby, ana, body)
    say(lobby, ana, "something else")
    assert len(found(bruno, words)) == 1


@pytest.mark.parametrize(
    "words",
    [
        "tortilla potatoes",
        '"tort"',
        '"onions with"',
        "tortilla NOT onions",
        "body:tortilla",
        "tortilla | potatoes",
        "NEAR(tortilla onions)x",
    ],
)
def test_words_do_not_find_what_lacks_one(lobby, ana, bruno, say, found, words):
    say(lobby, ana, "Tortilla with onions, please!")
    assert found(bruno, words) == []


@pytest.mark.parametrize(
    ("words", "bodies"),
    [
        ("C++", ["C++ and c", "I like (C++), you?", "c++11"]),
        ("c++ and", ["C++ and c"]),
        ("C#", ["C# or F#?"]),
        ("f# c#", ["C# or F#?"]),
        ('"c# or f#"', ["C# or F#?"]),
        ("C++11", ["c++11"]),
        ("#42", ["see #42"]),
        ("+1", ["+1 from me", "c++11"]),
        ("42", ["see #42", "only 42"]),
        ("cat", ["cat"]),
    ],
)
def test_of_signs_plus_and_hash_count(lobby, ana, bruno, say, found, words, bodies):
    said = ["C++ and c", "I like (C++), you?", "c++11", "C# or F#?", "see #42", "only 42", "c 1"]
    for body in [*said, "+1 from me", "1", "cat"]:
        say(lobby, ana, body)
    assert sorted(found(bruno, words)) == sorted(bodies)


def test_what_was_edited_is_found_by_its_new_words_only(lobby, ana, bruno, say, found):
    actions.edit_message(say(lobby, ana, "paella"), "gazpacho")
    assert (found(bruno, "paella"), found(bruno, "gazpacho")) == ([], ["gazpacho"])


def test_what_was_deleted_is_found_by_nothing(lobby, ana, bruno, say, found):
    actions.delete_message(say(lobby, ana, "paella"), by=ana)
    assert found(bruno, "paella") == found(bruno, "deleted") == []


def test_what_is_gone_from_the_database_is_found_by_nothing(lobby, ana, bruno, say, found):
    message, _kept = say(lobby, ana, "paella"), say(lobby, ana, "paella again")
    Message.objects.filter(pk=message.pk).delete()
    assert found(bruno, "paella") == ["paella again"]


@pytest.mark.parametrize("words", ["", " ", "!!!", '""', "\N{PARTY POPPER}", "*", "-"])
def test_a_search_without_a_word_says_so_beside_the_field(bruno, search, words):
    answer = search(bruno, words, status=422)
    assert answer.select_one(".field-errors li").text == "Write a word: letters or numbers."
    assert answer.select_one("input[name=q]").get("value", "") == words
    assert answer.select("main .nothing") == []


@pytest.mark.parametrize(
    "words",
    [
        "a:*b & !c | (d <-> e)",
        "a' \\ ''b",
        "\x01a\x1f \x7f",
        "ﷺ" * 200,
        "a’b´c\u2028d",
        "(((a",
        "x" * 200,
    ],
)
def test_whatever_is_asked_for_is_answered(lobby, bruno, search, words):
    assert len(search(bruno, words).select("main .nothing")) == 1


def test_a_long_search_is_refused_with_its_text(bruno, search):
    answer = search(bruno, "x" * 201, status=422)
    assert "200" in answer.select_one(".field-errors li").text
    assert answer.select_one("input[name=q]")["value"] == "x" * 201


def test_a_page_that_nothing_was_asked_of_only_asks(client_of, bruno, page):
    answer = page(client_of(bruno).get(SEARCH))
    assert len(answer.select("main input[name=q]")) == 1
    assert answer.select("main .nothing, main .field-errors") == []


# Where a user can search


def test_one_finds_only_what_one_may_see(lobby, den, ana, bruno, eve, say, found):
    say(lobby, ana, "paella for all")
    say(den, ana, "paella for few")
    assert found(bruno, "paella") == ["paella for few", "paella for all"]
    assert found(eve, "paella") == ["paella for all"]


def test_who_has_left_a_closed_room_finds_nothing_of_it(den, ana, bruno, say, found):
    say(den, ana, "paella")
    end_membership(den.membership_of(bruno), by=ana)
    assert found(bruno, "paella") == []


def test_who_is_banned_finds_nothing_of_the_room(lobby, ana, eve, say, found):
    say(lobby, ana, "paella")
    ban_person(lobby, eve, ana)
    assert found(eve, "paella") == []


def test_an_administrator_finds_nothing_of_others_direct_rooms(ana, bruno, eve, say, found):
    say(open_direct_room(bruno, eve), bruno, "paella")
    assert (found(ana, "paella"), found(eve, "paella")) == ([], ["paella"])


def test_an_archived_room_is_searched_too(lobby, ana, bruno, say, found):
    say(lobby, ana, "paella")
    archive_room(lobby, by=ana)
    assert found(bruno, "paella") == ["paella"]


def test_one_may_look_in_one_room_only(lobby, den, ana, bruno, say, search, found):
    say(lobby, ana, "paella here")
    say(den, ana, "paella there")
    assert found(bruno, "paella", room=den.slug) == ["paella there"]
    box = search(bruno, "paella", room=den.slug).select_one("input[name=room][checked]")
    assert (box["value"], box.find_next("label").text) == ("den", "Only in Den")


def test_a_room_that_one_may_not_see_is_not_there(client_of, den, eve):
    assert client_of(eve).get(SEARCH, {"q": "x", "room": den.slug}).status_code == 404
    assert client_of(eve).get(SEARCH, {"q": "x", "room": "no-such"}).status_code == 404


@pytest.mark.parametrize("place", [{"room": "x" * 81}, {"room": "\0"}, {"before": "x"}])
def test_a_place_that_is_none_is_refused(client_of, bruno, place):
    assert client_of(bruno).get(SEARCH, {"q": "x", **place}).status_code == 400


def test_every_page_and_every_room_lead_to_the_search(client_of, lobby, bruno, page):
    client = client_of(bruno)
    address = reverse("messaging:search")
    assert page(client.get("/")).select_one(f"#sidebar a[href='{address}']").text == "Search"
    room = page(client.get(lobby.get_absolute_url()))
    assert room.select_one(f"#about a[href='{address}?room=lobby']").text == "Search this room"


# How results are shown


def test_what_is_found_is_the_message_and_leads_to_its_place(lobby, ana, bruno, say, search):
    message = say(lobby, ana, "paella")
    (item,) = search(bruno, "paella").select("main li")
    assert item.article["id"] == f"message-{message.pk}"
    assert item.select_one("p > a[href]:last-child")["href"] == message.get_absolute_url()
    assert item.select_one("li > p bdi").text == "Lobby"


def test_a_direct_room_goes_by_the_others_name(ana, bruno, say, search):
    say(open_direct_room(ana, bruno), ana, "paella")
    assert search(bruno, "paella").select_one("main li > p bdi").text == "ana"


def test_the_words_are_marked(lobby, ana, bruno, say, search):
    say(lobby, ana, "**Paëlla** and paellas & a [link](https://paella.example/amp)")
    shown = search(bruno, "paella amp")
    assert [word.text for word in shown.select("mark")] == ["Paëlla", "paellas"]
    assert shown.select_one(".message-body a")["href"] == "https://paella.example/amp"


@pytest.mark.parametrize(
    ("html", "words", "marked"),
    [
        ("<p>one two</p>", "two", "<p>one <mark>two</mark></p>"),
        ("<p>Twofold</p>", "two", "<p><mark>Twofold</mark></p>"),
        ("<p>Twofold two</p>", '"two"', "<p>Twofold <mark>two</mark></p>"),
        ("<p>one two twos</p>", '"one two"', "<p><mark>one</mark> <mark>two</mark> twos</p>"),
        ("<p>a &amp; b &lt;p&gt;</p>", "p amp lt", "<p>a &amp; b &lt;<mark>p</mark>&gt;</p>"),
        ('<a href="https://x.example/x">x</a>', "x", None),
        ("<code>e_mail</code>", "e-mail", "<code><mark>e</mark>_<mark>mail</mark></code>"),
    ],
)
def test_marks_stand_in_text_alone(html, words, marked):
    marked = marked or '<a href="https://x.example/x"><mark>x</mark></a>'
    assert mark(html, terms_of(words)) == marked


def test_the_newest_come_first_and_the_older_on_further_pages(
    client_of, lobby, ana, bruno, say, search, page, django_assert_max_num_queries
):
    client = client_of(bruno)
    for count in (1, 31):
        for number in range(count):
            say(lobby, ana, f"paella {number}")
        with django_assert_max_num_queries(12):
            first = page(client.get(SEARCH, {"q": "paella"}))
    (older,) = first.select("a[rel=next]")
    second = page(client.get(SEARCH + older["href"]))
    bodies = [body.text.strip() for body in second.select(".message-body")]
    assert (len(first.select("main li")), bodies) == (30, ["paella 0", "paella 0"])
    assert second.select("a[rel=next], input[name=before]") == []


def test_nothing_found_is_said(lobby, bruno, search):
    assert len(search(bruno, "paella").select("main .nothing")) == 1


def test_searching_too_often_is_refused_beside_the_field(bruno, search, monkeypatch):
    cache.clear()
    monkeypatch.setitem(rate_limits.LIMITS, "search", rate_limits.Limit(1, 60))
    search(bruno, "paella")
    refused = search(bruno, "paella", status=429)
    assert refused.select_one(".field-errors li").text.startswith("You're doing that too fast.")
    assert refused.select_one("input[name=q]")["value"] == "paella"
