"""Pushed fragments of rooms: unread marks and the people who are present."""

from bs4 import BeautifulSoup
from django.template.loader import render_to_string

from rooms import broadcasts
from rooms.broadcasts import render_people, render_unread


def mark(unread):
    html = render_to_string("rooms/_unread.html", {"room_id": 7, "unread": unread})
    return BeautifulSoup(html, "html.parser").select_one("#unread-7").get_text()


def test_the_mark_shows_the_number_of_messages_or_just_new():
    assert [mark(unread) for unread in (True, False, 0, 1, 12)] == [
        "new",
        "",
        "",
        "1 new",
        "12 new",
    ]


def test_the_pushed_mark_takes_the_place_of_the_one_in_the_list():
    element = BeautifulSoup(render_unread(7, unread=True), "html.parser").span
    assert (element["id"], element["hx-swap-oob"]) == ("unread-7", "true")


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
