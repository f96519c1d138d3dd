"""The newest results are read by an index, in the order of the pages.

Runs on the database of DATABASE_URL: `site/tests/operations/test_postgresql.py` has it run on both.
"""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.message import actions
from messaging.models import Message
from messaging.search import index, recent, views
from messaging.search.index import holding, newest_holding, terms_of
from rooms.models import Room


@pytest.fixture
def days(lobby, den, ana, say):
    """Messages in two rooms, said on these days of November, with ids in another order."""
    for number, day in enumerate([12, 11, 14, 11, 13]):
        message = say([lobby, den][number % 2], ana, f"tea on {day}")
        moment = datetime(2026, 11, day, 12, tzinfo=timezone.get_current_timezone())
        Message.objects.filter(pk=message.pk).update(created_at=moment)


def pages(user, words, client_of, page):
    """Return the texts of the results, page by page."""
    client, texts, further = client_of(user), [], f"?q={words}"
    while further:
        shown = page(client.get(f"/search/{further}"))
        texts.append([body.text.strip() for body in shown.select("main .message-body")])
        link = shown.select_one("a[rel=next]")
        further = link and link["href"]
    return texts


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("before:2026-11-14", [[13, 12], [11, 11]]),
        ("after:2026-11-11", [[14, 13], [12]]),
        ("in:lobby before:2026-11-14", [[13, 12]]),
        ("after:2026-11-20", [[]]),
    ],
)
def test_between_days_the_newest_by_time_come_first_on_every_page(
    days, bruno, client_of, page, monkeypatch, words, expected
):
    monkeypatch.setattr(views, "RESULTS_A_PAGE", 2)
    found = pages(bruno, words, client_of, page)
    assert found == [[f"tea on {day}" for day in days] for days in expected]


def test_a_page_before_a_message_of_a_hidden_room_does_not_tell_its_time(days, den, eve, found):
    hidden = Message.objects.filter(room=den).latest("pk")
    texts = found(eve, "before:2026-11-20", before=hidden.pk)
    assert texts == ["tea on 14", "tea on 12"]


def test_the_newest_are_found_whether_they_are_recent_or_not(
    lobby, ana, bruno, say, client_of, page, monkeypatch
):
    monkeypatch.setattr(index, "RECENT", 3)
    monkeypatch.setattr(views, "RESULTS_A_PAGE", 2)
    for number in range(5):
        say(lobby, ana, f"kettle {number}")
        say(lobby, ana, "cup")
    found = pages(bruno, "ettl", client_of, page)
    assert found == [["kettle 4", "kettle 3"], ["kettle 2", "kettle 1"], ["kettle 0"]]


@pytest.mark.parametrize("much", [0, 1_000])
@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("before:2026-11-14", [13, 12, 11]),
        ("before:2026-11-11", []),
        ("after:2026-11-12", [14, 13]),
        ("after:2026-11-11 before:2026-11-14", [13, 12]),
    ],
)
def test_days_of_one_room_are_looked_up_in_a_large_one(
    lobby, ana, bruno, say, found, monkeypatch, much, words, days
):
    monkeypatch.setattr(views, "READ_WHOLE", much)
    for day in [11, 12, 13, 14]:
        moment = datetime(2026, 11, day, 12, tzinfo=timezone.get_current_timezone())
        message = say(lobby, ana, f"tea on {day}")
        Message.objects.filter(pk=message.pk).update(created_at=moment)
    assert found(bruno, f"in:lobby {words}") == [f"tea on {day}" for day in days]


def test_an_old_day_is_looked_up_in_the_index_of_times(days):
    messages = views.newest_between(Message.objects.all(), Room.objects.all(), None)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which reads small tables without an index
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = messages.filter(created_at__lt=timezone.now())[:3].explain()
    assert "message_by_time" in plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan


LETTERS = "abcABCäßİﬁçª²ñ_-.#'確認です昨ｶﾀ가ดี \u0301"


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.text(LETTERS, min_size=1, max_size=40), min_size=1, max_size=4), st.data())
def test_the_newest_are_those_that_the_index_finds(lobby, ana, monkeypatch, bodies, data):
    monkeypatch.setattr(recent, "SAMPLE", recent.MOST)  # none are too rare
    Message.objects.filter(room=lobby).delete()
    for number, body in enumerate(bodies):
        actions.post_message(lobby, ana, body, nonce=f"{number} {body}")
    body = data.draw(st.sampled_from(bodies))
    start, length = data.draw(st.integers(0, 39)), data.draw(st.integers(1, 30))
    terms = terms_of(body[start : start + length] or body)
    expected = list(holding(Message.objects.all(), terms).order_by("-pk")) if terms else []
    if expected:
        assert newest_holding(Message.objects.all(), terms, (), len(expected)) == expected


@pytest.mark.parametrize("words", ["kettle", "ettl", "k", "ke", "ettl cu", "kettle c"])
def test_the_commonest_word_is_found_without_listing_the_index(lobby, ana, say, words):
    for number in range(5):
        say(lobby, ana, f"kettle and cup {number}")
    with CaptureQueriesContext(connection) as queries:
        found = newest_holding(Message.objects.all(), terms_of(words), (), 3)
    assert [message.position for message in found] == [5, 4, 3]
    assert not [query for query in queries if "MATCH" in query["sql"]]  # of SQLite


def test_a_rare_word_is_not_looked_for_in_all_of_the_newest(lobby, ana, say, monkeypatch):
    monkeypatch.setattr(recent, "SAMPLE", 2)
    say(lobby, ana, "kettle")
    for _ in range(3):
        say(lobby, ana, "cup")
    with CaptureQueriesContext(connection) as queries:
        [found] = newest_holding(Message.objects.all(), terms_of("ettl"), (), 3)
    assert found.body == "kettle"
    if connection.vendor == "sqlite":
        assert [query["sql"].count("LIMIT 2") for query in queries] == [0, 1, 0]


def test_common_words_are_found_in_the_rooms_that_one_sees(lobby, den, ana, eve, say, found):
    for number in range(3):
        say(lobby, ana, f"kettle {number}")
    for _ in range(40):
        say(den, ana, "kettle of the den")
    assert found(eve, "ettl") == ["kettle 2", "kettle 1", "kettle 0"]
