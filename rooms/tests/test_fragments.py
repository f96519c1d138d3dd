"""Pushed fragments of rooms: unread marks and the people who are present."""

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string

from rooms import broadcasts
from rooms.broadcasts import render_calls, render_people, render_unread
from rooms.unread.marks import Mark, mark


def shown(mark):
    """The numbers that the mark shows, with the words for those who do not see their colour."""
    html = render_to_string("rooms/_unread.html", {"room_id": 7, "mark": mark})
    element = BeautifulSoup(html, "html.parser").select_one("#unread-7")
    numbers = {"unread-news": "news", "unread-calls": "calls"}
    return {numbers[one["class"][0]]: one.get_text() for one in element.find_all(recursive=False)}


def test_the_mark_shows_how_many_messages_are_new_and_how_many_are_calls():
    assert shown(Mark()) == {}
    assert shown(Mark(news=1)) == {"news": "1 new"}
    assert shown(Mark(news=12, calls=1)) == {"news": "12 new", "calls": "1 mention"}
    assert shown(Mark(news=2, calls=2)) == {"calls": "2 mentions"}
    assert shown(Mark(news=2, calls=2, is_direct=True)) == {"calls": "2 new"}


def test_a_muted_room_shows_mentions_only():
    assert mark(5, 0, is_muted=True) == Mark(is_muted=True)
    assert shown(mark(5, 2, is_muted=True)) == {"calls": "2 mentions"}
    assert shown(mark(5, 2, is_muted=True, is_direct=True)) == {"calls": "2 mentions"}


def test_more_than_99_are_not_told_apart():
    assert shown(mark(99, 0)) == {"news": "99 new"}
    assert shown(mark(100, 3)) == shown(mark(5000, 3)) == {"news": "99+ new", "calls": "3 mentions"}


def test_the_pushed_mark_takes_the_place_of_the_one_in_the_list():
    element = BeautifulSoup(render_unread(7, Mark(news=1)), "html.parser").span
    assert (element["id"], element["hx-swap-oob"]) == ("unread-7", "true")


@pytest.mark.parametrize(
    ("calls", "prefix"), [(0, ""), (3, "(3) "), (99, "(99) "), (100, "(99+) ")]
)
def test_the_number_of_calls_is_what_the_title_begins_with(calls, prefix):
    element = BeautifulSoup(render_calls(calls), "html.parser").select_one("#calls[hx-swap-oob]")
    assert element["data-prefix"] == prefix
    assert ("icon-dot" in element["data-icon"]) == bool(calls)


def test_the_people_are_rendered_without_a_query(ana, bruno, django_assert_num_queries):
    with django_assert_num_queries(0):
        html = render_people([ana, bruno])
    people = BeautifulSoup(html, "html.parser").select("#people li")
    assert [person["data-person"] for person in people] == [str(ana.pk), str(bruno.pk)]


def test_each_change_of_one_transaction_shows_the_room_as_it_was_then(
    lobby, monkeypatch, django_capture_on_commit_callbacks
):
    events, lobby_pk = [], lobby.pk
    monkeypatch.setattr(broadcasts, "publish", lambda group, event: events.append((group, event)))
    with django_capture_on_commit_callbacks(execute=True):
        for topic in ("Coffee at four", "Tea at five"):
            lobby.topic = topic
            broadcasts.room_changed(lobby)
        lobby.pk = None  # as after a deletion
    pushed = [BeautifulSoup(event["html"]["en"], "html.parser").get_text() for _g, event in events]
    assert [group for group, _event in events] == [broadcasts.room_group(lobby_pk)] * 2
    assert ["Coffee" in pushed[0], "Tea" in pushed[1]] == [True, True]
