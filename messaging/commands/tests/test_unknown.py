"""A command that does not exist is refused by every door, with the text kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.models import Message, Scheduled
from messaging.scheduled.actions import post_scheduled

UNKNOWN = ["/foo", "/topc Lunch", "/topic: Lunch", "／foo", "/tmp is full", "/Foo\nbar", "\n/foo"]


@pytest.mark.parametrize("body", UNKNOWN)
def test_it_is_refused_and_kept(send, refused, lobby, body):
    assert "There is no command /" in refused(send(body))
    assert not lobby.messages.exists()


def test_the_sentence_says_how_to_send_it_and_which_there_are(send, refused):
    sentence = refused(send("/foo"))
    assert "begin with a space" in sentence
    assert "/invite, /me, /remind, /shrug, /topic" in sentence


@pytest.mark.parametrize("body", [" /foo", "  /topic Lunch", " /me waves", "\t/foo"])
def test_behind_a_space_it_is_text(send, lobby, body):
    message = send(body).message
    assert message.body == f" {body.strip()}"
    assert message.body_html == f"<p>{body.strip()}</p>"
    assert not message.is_action
    assert lobby.topic == ""


@pytest.mark.parametrize("body", ["/etc/passwd", "// a", "/ a", "/1 of 2", "/home/ana/x y"])
def test_a_path_is_posted_as_it_is(send, body):
    assert send(body).message.body == body


def test_as_a_reply_it_is_refused_too(send, refused, say, lobby, ana):
    assert "no command" in refused(send("/foo", reply_to=str(say(lobby, ana, "Hi").pk)))


@pytest.mark.parametrize("address", ["messages", "compose"])
def test_pages_answer_422_and_show_the_text(client_of, bruno, lobby, page, address):
    answer = client_of(bruno).post(f"/rooms/lobby/{address}/", {"body": "/foo bar", "nonce": "n"})
    assert answer.status_code == 422
    assert page(answer).select_one("#body").text.strip() == "/foo bar"
    assert "no command /foo" in page(answer).select_one("#compose-errors").text
    assert not Message.objects.exists()


async def test_the_socket_gives_the_text_back(arrive, lobby, bruno):
    socket = await arrive(bruno, lobby)
    await socket.post("/foo", nonce="n")
    assert "no command /foo" in socket.page.refusal
    assert socket.page.acknowledged == []


EDITS = {"/foo": "no command", "/topic Lunch": "only works in a message", "/me": "Write what"}


@pytest.mark.parametrize("body", EDITS)
def test_an_edit_does_no_command(client_of, bruno, lobby, say, page, body):
    message = say(lobby, bruno, "Hello")
    answer = client_of(bruno).post(f"/messages/{message.pk}/edit/", {"body": body})
    message.refresh_from_db()
    lobby.refresh_from_db()
    assert (answer.status_code, message.body, lobby.topic) == (422, "Hello", "")
    assert page(answer).select_one("textarea").text == body
    assert EDITS[body] in page(answer).select_one(".field-errors").text


@pytest.mark.parametrize("body", [" /foo", "/foo", "/topic once"])
def test_a_text_that_began_so_can_be_edited(client_of, bruno, lobby, say, body):
    message = say(lobby, bruno, body)  # "/foo" was posted by an earlier release
    client_of(bruno).post(f"/messages/{message.pk}/edit/", {"body": f"{body} and more"})
    message.refresh_from_db()
    assert message.body == f"{body} and more"


@pytest.mark.parametrize("body", ["/foo", "/topic Lunch", "/remind tomorrow x"])
def test_a_command_cannot_wait(client_of, bruno, lobby, body, page):
    at = f"{timezone.now() + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    fields = {"body": body, "nonce": "n", "at": at}
    answer = client_of(bruno).post("/rooms/lobby/scheduled/", fields)
    assert (answer.status_code, Scheduled.objects.count()) == (422, 0)
    assert page(answer).select_one("textarea").text.strip() == body


@pytest.mark.parametrize("body", ["/foo", "/topic Lunch", " /foo"])
def test_what_an_earlier_release_scheduled_is_posted_as_text(bruno, lobby, body):
    due = timezone.now()
    scheduled = Scheduled.objects.create(
        author=bruno, room=lobby, body=body, nonce="n", send_at=due, due_at=due
    )
    submission = post_scheduled(scheduled)
    lobby.refresh_from_db()
    assert (submission.message.body.strip(), lobby.topic) == (body.strip(), "")


def test_a_draft_is_kept_as_it_is(client_of, bruno, lobby, page):
    client = client_of(bruno)
    answer = client.post("/rooms/lobby/messages/", {"body": " /foo", "nonce": "n", "keep": "1"})
    assert answer.status_code == 303
    shown = page(client.get("/rooms/lobby/")).select_one("#body").text
    assert shown == " /foo"
