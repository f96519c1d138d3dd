"""Operators and fields of the search: who wrote it, where, when, and what it has.

Runs on the database of DATABASE_URL: `site/tests/operations/test_postgresql.py` has it run on both.
"""

from datetime import datetime

import pytest
from django.utils import timezone

from messaging.models import Message
from rooms.actions import create_room, open_direct_room
from rooms.models import Room


@pytest.fixture
def texts(lobby, den, ana, bruno, say):
    """Messages of two people in two rooms, on three days."""
    ana.display_name = "Ana María"
    ana.save(update_fields=["display_name"])
    says = [
        (lobby, ana, "tea on the first", 19),
        (lobby, bruno, "tea on the second", 20),
        (den, ana, "tea https://example.org on the third", 21),
    ]
    for room, author, body, day in says:
        message = say(room, author, body)
        moment = datetime(2026, 11, day, 12, tzinfo=timezone.get_current_timezone())
        Message.objects.filter(pk=message.pk).update(created_at=moment)
    return [body for _room, _author, body, _day in says]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("from:ana", [2, 0]),
        ("tea FROM:@Ana", [2, 0]),
        ('from:"ana maría" first', [0]),
        ("from:“Ana María” in:lobby", [0]),
        ("from:ana from:bruno tea", [2, 1, 0]),
        ("from:me", [1]),
        ("in:lobby tea", [1, 0]),
        ("in:#Den", [2]),
        ("in:lobby in:den from:ana", [2, 0]),
        ("before:2026-11-20", [0]),
        ("after:2026-11-20", [2]),
        ("after:2026-11-19 before:2026-11-21 tea", [1]),
        ("before:2026-11-21 before:2026-11-20", [0]),
        ("has:link", [2]),
        ("has:LINK from:bruno", []),
        ("tea after:2026-11-19 in:lobby from:bruno", [1]),
    ],
)
def test_operators_limit_what_is_found(bruno, texts, found, words, numbers):
    assert found(bruno, words) == [texts[number] for number in numbers]


@pytest.mark.parametrize(
    ("words", "fields", "numbers"),
    [
        ("", {"from": "ana"}, [2, 0]),
        ("", {"from": "Ana María", "room": "lobby"}, [0]),
        ("tea", {"day_after": "2026-11-19", "day_before": "2026-11-21"}, [1]),
        ("has:link", {"from": "ana"}, [2]),
        ("from:ana", {"has": "link"}, [2]),
        ("in:lobby", {"room": "den"}, []),
        ("", {"room": "den"}, [2]),
    ],
)
def test_fields_do_the_same_as_operators(bruno, texts, found, words, fields, numbers):
    assert found(bruno, words, **fields) == [texts[number] for number in numbers]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("from:nobody tea", "Nobody here has the name “nobody”."),
        ("in:nowhere", "You have no room with the name “nowhere”."),
        ("before:2026-02-30", "After “before:” write a day like 2026-11-20."),
        ("after:soon", "After “after:” write a day like 2026-11-20."),
        ("after:0001-01-01", "After “after:” write a day like 2026-11-20."),
        ("before:9999-12-31", "After “before:” write a day like 2026-11-20."),
        ("has:wings", "After “has:” write link, file, picture, video or audio."),
        ("from: ana", "Write something directly after “from:”, as in from:ana."),
    ],
)
def test_a_value_that_means_nothing_is_refused_with_a_sentence(
    lobby, bruno, search, words, sentence
):
    page = search(bruno, words, status=422)
    assert page.select_one(".field-errors li").text == sentence
    assert page.select_one("input[name=q]")["value"] == words
    assert page.select("main .nothing, main .message") == []


@pytest.mark.parametrize(
    ("name", "value"), [("from", "nobody"), ("day_after", "soon"), ("has", "wings")]
)
def test_a_field_that_means_nothing_is_refused_beside_it(lobby, bruno, search, name, value):
    page = search(bruno, "tea", status=422, **{name: value})
    field = page.select_one(f"details[open] [name={name}]")
    assert field["aria-invalid"] == "true"
    assert page.select_one("input[name=q]")["value"] == "tea"


def test_a_room_that_one_cannot_see_is_as_one_that_does_not_exist(den, eve, search):
    hidden, none = search(eve, "in:den", status=422), search(eve, "in:dan", status=422)
    assert str(hidden.main).replace("“den”", "").replace("in:den", "") == str(none.main).replace(
        "“dan”", ""
    ).replace("in:dan", "")
    assert "den" not in [option["value"] for option in hidden.select("option")]


def test_a_direct_room_goes_by_the_others_name(ana, bruno, eve, lobby, say, found, search):
    say(open_direct_room(ana, bruno), ana, "paella")
    assert found(bruno, "in:@ana") == found(ana, "in:bruno") == ["paella"]
    search(eve, "in:@ana", status=422)


def test_days_are_those_of_the_person(lobby, ana, bruno, say, found):
    message = say(lobby, ana, "tea")
    late = datetime.fromisoformat("2026-11-20T23:30:00+00:00")
    Message.objects.filter(pk=message.pk).update(created_at=late)
    for zone, is_found in (("Asia/Tokyo", False), ("America/Bogota", True)):
        bruno.time_zone = zone
        bruno.save(update_fields=["time_zone"])
        assert bool(found(bruno, "before:2026-11-21")) == is_found


@pytest.mark.parametrize(
    "words", ["https://a.example in the end", "body:tea", "xfrom:ana", '"from:ana"', "std::in"]
)
def test_other_words_with_a_colon_are_words(lobby, ana, bruno, say, found, words):
    say(lobby, ana, f"{words.strip(chr(34))} and tea")
    assert len(found(bruno, words)) == 1


def test_the_room_is_chosen_from_ones_own(lobby, den, ana, bruno, eve, search):
    create_room(ana, "Attic", kind=Room.Kind.CLOSED)
    options = search(bruno, "tea").select("select[name=room] option")
    assert {option["value"] for option in options} == {"", "lobby", "den"}


def test_limits_stay_on_the_further_pages(lobby, ana, bruno, say, client_of, page):
    for number in range(31):
        say(lobby, ana, f"tea {number}")
    say(lobby, bruno, "tea")
    client = client_of(bruno)
    first = page(client.get("/search/", {"q": "from:ana", "has": ""}))
    second = page(client.get("/search/" + first.select_one("a[rel=next]")["href"]))
    assert [body.text.strip() for body in second.select(".message-body")] == ["tea 0"]


def test_deleted_messages_are_not_listed_by_operators(lobby, ana, bruno, say, found):
    from messaging.message import actions

    actions.delete_message(say(lobby, ana, "tea https://example.org"), by=ana)
    assert found(bruno, "from:ana") == found(bruno, "has:link") == found(bruno, "in:lobby") == []
