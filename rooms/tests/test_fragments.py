"""What is pushed about rooms: the mark of an unread one, and who is here."""

from bs4 import BeautifulSoup
from django.template.loader import render_to_string

from rooms.broadcasts import render_people, render_unread


def mark(unread):
    html = render_to_string("rooms/_unread.html", {"room_id": 7, "unread": unread})
    return BeautifulSoup(html, "html.parser").select_one("#unread-7").get_text()


def test_the_mark_says_how_many_or_just_that_something_is_new():
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


def test_the_people_are_drawn_without_a_query(ana, bruno, django_assert_num_queries):
    with django_assert_num_queries(0):
        html = render_people([ana, bruno])
    people = BeautifulSoup(html, "html.parser").select("#people li")
    assert [person["data-person"] for person in people] == [str(ana.pk), str(bruno.pk)]
