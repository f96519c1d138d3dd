"""The page of a room: its content, its number of queries, and the same fragments as pushes."""

import pytest

from messaging.message import actions, broadcasts
from messaging.message.rendering import render_message
from messaging.models import Message
from rooms.models import Membership

# Session and user; room, membership and draft; messages; people; the list of rooms.
QUERIES = 5


def say(room, author, *bodies):
    drafts = [
        actions.Draft(author, body, f"{room.last_position}-{n}") for n, body in enumerate(bodies)
    ]
    return actions.post_messages(room, drafts)


def test_the_page_contains_exactly_the_fragment_that_is_pushed(client_of, lobby, ana):
    say(lobby, ana, "Hello *there*", "And again")
    revision, pushed, _complete = broadcasts.changes_since(lobby.pk, 0)
    fragments = pushed["html"]["en"].partition("sort>")[2].partition("</hx-upsert>")[0]
    html = client_of(ana).get(lobby.get_absolute_url()).content.decode()
    assert revision == 2
    assert html.count(fragments) == 1


def test_somebody_elses_message_is_the_pushed_fragment_without_its_controls(
    client_of, lobby, ana, bruno, page
):
    say(lobby, ana, "Hello")
    shown = page(client_of(bruno).get(lobby.get_absolute_url())).select_one(".message")
    assert shown.select("[data-controls]") == []
    assert shown.select_one(".message-body").get_text(strip=True) == "Hello"


def test_drawing_a_message_runs_no_query(lobby, ana, django_assert_num_queries):
    say(lobby, ana, "One", "Two")
    messages = list(Message.objects.for_display())
    broadcasts.render_changes(messages, 2)
    with django_assert_num_queries(0):
        broadcasts.render_changes(messages, 2)


@pytest.mark.parametrize("count", [1, 50, 10_000])
def test_a_page_runs_the_same_queries_however_long_the_conversation(
    client_of, lobby, bruno, ana, count, django_assert_num_queries
):
    lobby.last_position = lobby.revision = count
    lobby.save()
    Message.objects.bulk_create(
        Message(
            room=lobby, author=ana, body="x", body_html="<p>x</p>", position=n, revision=n, nonce=n
        )
        for n in range(1, count + 1)
    )
    Membership.objects.filter(user=bruno).update(last_read_position=count)
    client = client_of(bruno)
    client.get(lobby.get_absolute_url())
    with django_assert_num_queries(QUERIES):
        response = client.get(lobby.get_absolute_url())
    assert response.content.count(b'class="message"') == min(count, 50)


def test_the_middle_of_history_takes_no_live_messages_into_its_log(client_of, lobby, ana, page):
    say(lobby, ana, *(f"message {n}" for n in range(1, 121)))
    around = page(client_of(ana).get(lobby.get_absolute_url() + "?around=20"))
    log = around.select_one("#messages")
    assert log.has_attr("hidden")
    assert log["data-floor"] == "121"
    assert [m["data-position"] for m in around.select("#history .message")] == [
        str(n) for n in range(1, 45)
    ]
    assert around.select_one("#newest a")["href"] == lobby.get_absolute_url()


def test_older_messages_come_to_htmx_as_a_run_with_the_next_way_back(client_of, lobby, ana, page):
    say(lobby, ana, *(f"message {n}" for n in range(1, 121)))
    response = client_of(ana).get(
        lobby.get_absolute_url() + "?before=71", headers={"HX-Request": "true"}
    )
    run = page(response)
    assert [m["data-position"] for m in run.select(".message")] == [str(n) for n in range(21, 71)]
    assert run.select_one("#older a")["hx-get"] == "?before=21"
    assert run.select("html") == []


def test_what_is_new_since_the_last_visit_stands_below_a_line(client_of, lobby, ana, bruno, page):
    say(lobby, ana, "seen")
    client_of(bruno).get(lobby.get_absolute_url())
    say(lobby, ana, "not seen")
    seen = page(client_of(bruno).get(lobby.get_absolute_url()))
    assert (
        seen.select_one("#new").find_next(class_="message-body").get_text(strip=True) == "not seen"
    )


def test_visiting_a_room_marks_it_read(client_of, lobby, ana, bruno):
    say(lobby, ana, "one", "two")
    client_of(bruno).get(lobby.get_absolute_url())
    assert Membership.objects.get(room=lobby, user=bruno).last_read_position == 2


@pytest.mark.parametrize("position", ["-1", str(2**63), "NaN", "१", "1'--"])
def test_a_position_that_is_none_is_refused(client_of, lobby, ana, position):
    url = lobby.get_absolute_url()
    assert client_of(ana).get(url, {"before": position}).status_code == 400


def test_an_empty_room_says_so(client_of, lobby, ana, page):
    empty = page(client_of(ana).get(lobby.get_absolute_url()))
    assert len(empty.select("p.nothing")) == 1


def test_a_message_continues_what_its_author_just_said(lobby, ana, bruno):
    first, second = say(lobby, ana, "one", "two")
    (answer,) = say(lobby, bruno, "three")
    assert [m.continues for m in (first, second, answer)] == [False, True, False]
    assert [m.opens_day for m in (first, second, answer)] == [True, False, False]


def test_a_template_fragment_has_one_root(lobby, ana):
    (message,) = say(lobby, ana, "one")
    html = render_message(message)
    assert html.count("<article") == html.count("</article>") == 1
