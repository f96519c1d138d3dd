"""/topic changes the topic by the rights and the form of the settings."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import rate_limits
from messaging.models import Draft
from rooms.actions import archive_room, change_role, change_room
from rooms.models import Membership


@pytest.fixture
def topic(lobby):
    def current():
        lobby.refresh_from_db()
        return lobby.topic

    return current


def test_an_owner_changes_it_and_nothing_is_posted(send, ana, lobby, topic):
    submission = send("/topic  Lunch   at one", user=ana)
    assert (submission.status, submission.done) == (303, "The topic is: Lunch at one")
    assert (topic(), lobby.messages.count()) == ("Lunch at one", 0)


@pytest.mark.parametrize("role", [Membership.Role.MEMBER, Membership.Role.MODERATOR])
def test_others_are_refused(send, refused, bruno, lobby, topic, role):
    change_role(lobby.membership_of(bruno), role)
    assert refused(send("/topic Mine")) == "Only the owners of this room can change its topic."
    assert topic() == ""


def test_without_a_text_it_says_the_topic_and_keeps_it(send, ana, lobby, topic):
    assert send("/topic").done == "This room has no topic. Write it after /topic."
    change_room(lobby, ana, topic="Lunch")
    assert send("/topic").done == "The topic is: Lunch"
    assert topic() == "Lunch"


def test_a_long_one_is_refused_with_the_sentence_of_the_form(send, refused, ana, topic):
    assert "200" in refused(send(f"/topic {'x' * 201}", user=ana))
    assert topic() == ""


def test_the_same_send_changes_it_once(send, ana, lobby, topic):
    first = send("/topic One", user=ana, nonce="a")
    change_room(lobby, ana, topic="Two")
    again = send("/topic One", user=ana, nonce="a")
    assert (again.status, again.done, topic()) == (303, first.done, "Two")
    send("/topic One", user=ana, nonce="b")
    assert topic() == "One"


def test_who_lost_the_room_is_refused_before(send, ana, lobby, topic):
    archive_room(lobby)
    lobby.refresh_from_db()
    submission = send("/topic Late", user=ana)
    assert (submission.status, submission.codes, topic()) == (403, {"archived"}, "")


def test_it_counts_as_a_change_of_settings(send, ana, topic, stopped_limits, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "room settings", rate_limits.Limit(1, 3600))
    assert send("/topic One", user=ana).status == 303
    submission = send("/topic Two", user=ana)
    assert (submission.status, submission.wait > 0, topic()) == (429, True, "One")


def test_it_takes_no_files(client_of, ana, lobby, topic):
    file = SimpleUploadedFile("a.txt", b"hello")
    fields = {"body": "/topic One", "nonce": "n", "files": file}
    answer = client_of(ana).post("/rooms/lobby/messages/", fields)
    assert (answer.status_code, topic(), lobby.messages.count()) == (422, "", 0)
    assert b"A command takes no files" in answer.content


@pytest.mark.parametrize(
    ("address", "said"), [("messages", ".alert"), ("compose", ".composer-said")]
)
def test_the_page_says_what_was_done_and_the_field_is_empty(
    client_of, ana, lobby, page, address, said
):
    client, fields = client_of(ana), {"body": "/topic Lunch", "nonce": "n", "draft": "d"}
    answer = client.post(f"/rooms/lobby/{address}/", fields)
    shown = page(client.get(answer["Location"]))
    assert answer.status_code == 303
    assert shown.select_one(said).text.strip() == "The topic is: Lunch"
    assert shown.select_one("#body").text.strip() == ""
    assert not Draft.objects.exclude(body="").exists()


async def test_the_socket_acknowledges_it_and_says_what_was_done(arrive, lobby, ana):
    socket = await arrive(ana, lobby)
    await socket.post("/topic Lunch", nonce="n")
    assert socket.page.acknowledged == ["n"]
    said = next(push for push in socket.page.taken if 'data-sent="n"' in push)
    assert 'id="done"' in said and "The topic is: Lunch" in said


def test_a_page_without_a_socket_is_told_too(client_of, lobby, ana):
    fields, headers = {"body": "/topic X", "nonce": "n"}, {"HX-Request": "true"}
    answer = client_of(ana).post("/rooms/lobby/messages/", fields, headers=headers)
    assert answer.status_code == 200
    assert "The topic is: X" in answer.content.decode()
