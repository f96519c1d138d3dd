"""Nobody learns what a message says that they cannot see, or that was deleted, by answering it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.message.actions import delete_message, post_message
from messaging.models import Message, Scheduled

SECRET = "The key is under the mat"
AT = (
    "2026-12-01T10:00"  # within a year, whenever this runs in 2026: otherwise refused like the rest
)
ODD = ["-1", "1e3", "٣", "9" * 400, str(2**63), "x", "\0", "0x10", "1.0", "1&reply=2"]


@pytest.fixture
def secret(den, ana):
    return post_message(den, ana, SECRET, "s")


def answer_everywhere(client, message, room):
    """Try to answer `message` in `room` by every form; return all that the pages say."""
    path, fields = f"/rooms/{room}", {"body": "Yes", "nonce": "n", "reply_to": message.pk}
    client.post(f"{path}/draft/", fields)
    sent = [
        client.post(f"{path}/{door}/", fields | at() | button)
        for door in ("messages", "compose", "scheduled")
        for button in ({}, {"keep": "x"}, {"later": "x"})
    ]
    pages = [f"{path}/?reply={message.pk}", f"{path}/compose/?reply={message.pk}", f"{path}/"]
    pages += [f"{path}/compose/", f"{path}/scheduled/", "/scheduled/", "/later/"]
    sent += [client.get(page) for page in pages]
    sent += [client.get(page, headers={"HX-Request": "true"}) for page in pages]
    return [each.text for each in sent]


def at():
    return {"at": f"{timezone.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"}


@pytest.mark.parametrize("name", ["bruno", "eve"])
def test_a_message_of_another_room_is_not_answered_and_says_nothing(
    client_of, lobby, secret, name, bruno, eve
):
    person = {"bruno": bruno, "eve": eve}[name]  # Bruno can see it, in its own room
    client = client_of(person)
    for room in ("lobby", "den") if name == "eve" else ("lobby",):
        said = answer_everywhere(client, secret, room)
        assert [text for text in said if SECRET in text] == []
    assert not Message.objects.filter(reply_to=secret).exists()
    assert not Scheduled.objects.filter(reply_to=secret).exists()


def test_a_deleted_message_says_nothing(client_of, den, secret, bruno):
    client = client_of(bruno)
    fields = {"body": "Yes", "nonce": "a", "reply_to": secret.pk}
    client.post("/rooms/den/messages/", fields)
    client.post("/rooms/den/scheduled/", fields | at())
    client.post("/rooms/den/draft/", fields)
    delete_message(secret)
    said = answer_everywhere(client, secret, "den")
    said += [client.get(path).text for path in ("/search/?q=Yes", "/rooms/den/transcript/")]
    assert [text for text in said if SECRET in text] == []


@pytest.mark.parametrize("number", ODD)
def test_an_odd_number_is_refused_with_the_text_kept(client_of, lobby, bruno, number):
    client = client_of(bruno)
    fields = {"body": "A long answer", "nonce": "n", "reply_to": number}
    response = client.post("/rooms/lobby/messages/", fields)
    assert response.status_code == 422 and "A long answer" in response.text
    for page in ("/rooms/lobby/", "/rooms/lobby/compose/"):
        assert client.get(page, {"reply": number}).status_code == (400 if "\0" in number else 200)
    assert not Message.objects.exists()
