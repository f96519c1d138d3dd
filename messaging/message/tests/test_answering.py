"""Answering a message through every door: the form, the frame without scripts, the socket."""

import re

import pytest

from messaging.drafts.models import Draft
from messaging.live.post_queue import Send, post_all
from messaging.message import actions, submit
from messaging.models import Message
from rooms.actions import create_room

HTMX = {"HX-Request": "true"}


def by_form(client, user, room, **fields):
    """Send by the form; return (status, the page)."""
    answer = client.post(f"{room.get_absolute_url()}messages/", fields)
    return answer.status_code, answer.content.decode()


def by_frame(client, user, room, **fields):
    answer = client.post(f"{room.get_absolute_url()}compose/", fields)
    return answer.status_code, answer.content.decode()


def by_htmx(client, user, room, **fields):
    answer = client.post(f"{room.get_absolute_url()}messages/", fields, headers=HTMX)
    return (303 if answer.status_code == 200 else answer.status_code), answer.content.decode()


def by_socket(client, user, room, **fields):
    fields = {name: str(value) for name, value in fields.items()}
    [answer] = post_all([Send(user.pk, room.pk, fields)])
    return (422 if "data-refused" in answer else 303), answer


DOORS = [by_form, by_frame, by_htmx, by_socket]


@pytest.mark.parametrize("door", DOORS)
def test_an_answer_is_stored_through_every_door(client_of, bruno, lunch, door):
    status, _page = door(
        client_of(bruno), bruno, lunch.room, body="Yes", nonce="n", reply_to=lunch.pk
    )
    assert (status, Message.objects.last().reply_to_id) == (303, lunch.pk)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "wrong", ["-1", str(2**63), str(2**64), "1e3", "١٢", "1.0", "x", "0", str(2**62), " ", "1 2"]
)
def test_what_is_no_message_is_refused_and_the_text_kept(client_of, lunch, bruno, door, wrong):
    fields = {"body": "My words", "nonce": "n", "reply_to": wrong}
    status, page = door(client_of(bruno), bruno, lunch.room, **fields)
    assert (status, Message.objects.count()) == (422, 1)
    assert "That message is not here." in page
    assert "My words" in page or door in (by_htmx, by_socket)  # the page has them in #pending


def elsewhere(lunch, secret, ana):
    return actions.post_message(create_room(ana, "Patio"), ana, "Lunch at one?", "e")


def hidden(lunch, secret, ana):
    return secret


def deleted(lunch, secret, ana):
    return actions.delete_message(lunch)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("wrong", [elsewhere, hidden, deleted])
def test_a_message_that_is_not_here_is_refused_without_its_words(
    client_of, lobby, lunch, secret, ana, bruno, door, wrong
):
    message = wrong(lunch, secret, ana)
    actions.delete_message(lunch)
    count = Message.objects.count()
    fields = {"body": "My words", "nonce": "n", "reply_to": message.pk}
    status, page = door(client_of(bruno), bruno, lobby, **fields)
    assert (status, Message.objects.count()) == (422, count)
    assert "That message is not here." in page
    assert "safe" not in page and "Lunch" not in page


@pytest.mark.parametrize("path", ["messages/", "compose/"])
def test_after_that_the_text_can_be_sent_as_no_answer(client_of, lobby, bruno, page, path):
    fields = {"body": "My words", "nonce": "n", "reply_to": 2**60}
    refused = page(client_of(bruno).post(lobby.get_absolute_url() + path, fields))
    form = refused.select_one("#compose")
    assert form.select_one("[name=reply_to]")["value"] == ""
    assert form.select_one("textarea").get_text().strip() == "My words"


@pytest.mark.parametrize("path", ["messages/", "compose/"])
def test_a_text_that_is_refused_stays_an_answer(client_of, lunch, bruno, page, path):
    fields = {"body": "x" * 9_000, "nonce": "n", "reply_to": lunch.pk}
    refused = page(client_of(bruno).post(lunch.room.get_absolute_url() + path, fields))
    line = refused.select_one("#reply")
    assert line.select_one("[name=reply_to]")["value"] == str(lunch.pk)
    assert "Lunch at one?" in line.get_text()


@pytest.mark.parametrize("door", DOORS)
def test_what_is_deleted_while_somebody_writes_is_answered_with_a_stub(
    client_of, lunch, bruno, page, door
):
    client = client_of(bruno)
    form = page(client.get(f"{lunch.room.get_absolute_url()}?reply={lunch.pk}")).form
    form = page(client.get(f"{lunch.room.get_absolute_url()}compose/?reply={lunch.pk}")).form
    nonce = form.select_one("[name=nonce]")["value"]
    actions.delete_message(lunch)
    fields = {"body": "Yes", "nonce": f"{nonce}.1", "reply_to": lunch.pk}
    status, _page = door(client, bruno, lunch.room, **fields)
    [reply] = Message.objects.for_display().filter(body="Yes")
    assert (status, reply.reply.is_deleted) == (303, True)


def test_one_wrong_answer_does_not_stop_the_others_of_its_batch(lobby, lunch, bruno):
    sends = [
        Send(bruno.pk, lobby.pk, {"body": f"{n}", "nonce": f"{n}", "reply_to": str(pk)})
        for n, pk in enumerate([lunch.pk, 2**60, lunch.pk])
    ]
    answers = post_all(sends)
    assert ["data-refused" in answer for answer in answers] == [False, True, False]
    assert list(Message.objects.values_list("body", "position")[1:]) == [("0", 2), ("2", 3)]


# What a whole answer does instead of being posted.


@pytest.fixture
def done(monkeypatch):
    """What was done by answers like "+:tada:", instead of posting them."""
    calls = []

    def act(membership, message, match):
        calls.append((membership.user.username, message.body, match[1]))
        return {"tada": True, "nosuch": False}.get(match[1], submit.ValidationError("Too many."))

    patterns = {re.compile(r"\+:(\w+):"): act}
    monkeypatch.setattr(submit, "INSTEAD_OF_REPLIES", patterns)
    return calls


@pytest.mark.parametrize("door", DOORS)
def test_an_answer_can_act_instead_of_being_posted(client_of, lunch, bruno, done, door):
    Draft.objects.create(membership=lunch.room.membership_of(bruno), key="k", body="+:ta")
    fields = {"body": "+:tada:", "nonce": "n", "reply_to": lunch.pk, "draft": "k"}
    status, _page = door(client_of(bruno), bruno, lunch.room, **fields)
    assert (status, done) == (303, [("bruno", "Lunch at one?", "tada")])
    assert (Message.objects.count(), Draft.objects.get().body) == (1, "")


def test_what_acts_can_be_refused_or_posted_after_all(client_of, lunch, bruno, done):
    client = client_of(bruno)
    fields = {"body": "+:many:", "nonce": "n", "reply_to": lunch.pk}
    status, page = by_form(client, bruno, lunch.room, **fields)
    assert (status, "Too many." in page, Message.objects.count()) == (422, True, 1)
    by_form(client, bruno, lunch.room, **fields | {"body": "+:nosuch:"})
    assert Message.objects.last().body == "+:nosuch:"


def test_the_same_text_alone_or_to_what_is_gone_does_not_act(client_of, lunch, bruno, done):
    client = client_of(bruno)
    by_form(client, bruno, lunch.room, body="+:tada:", nonce="n")
    actions.delete_message(lunch)
    status, _page = by_form(client, bruno, lunch.room, body="+:tada:", nonce="m", reply_to=lunch.pk)
    assert (status, done, Message.objects.count()) == (422, [], 2)
