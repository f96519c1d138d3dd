"""A program sends commands as a person does, within the scopes and rooms of its token."""

import pytest

from messaging.message.actions import post_message

HERE = "/api/rooms/lobby/messages"


@pytest.fixture
def topic(lobby):
    def current():
        lobby.refresh_from_db()
        return lobby.topic

    return current


def test_a_command_is_done_and_nothing_is_posted(program_of, ana, lobby, topic):
    answer = program_of(ana).send("post", HERE, {"body": "/topic Lunch", "nonce": "n"})
    assert (answer.status_code, answer.json()) == (202, {"done": "The topic is: Lunch"})
    assert (topic(), lobby.messages.count()) == ("Lunch", 0)


@pytest.mark.parametrize("body", ["/topic Lunch", "/invite @eve", "\n\n/topic Lunch", "／topic x"])
def test_who_may_only_write_changes_no_room(program_of, ana, eve, lobby, topic, problem, body):
    answer = program_of(ana, "read", "write").send("post", HERE, {"body": body})
    assert problem(answer, 403)["code"] == "insufficient_scope"
    assert 'scope="manage"' in answer["WWW-Authenticate"]
    assert (topic(), lobby.memberships.filter(user=eve).exists()) == ("", False)


def test_a_token_of_some_rooms_writes_no_notes(program_of, bruno, lobby, problem):
    program = program_of(bruno, "write", rooms=[lobby])
    problem(program.send("post", HERE, {"body": "/remind tomorrow Call Ana"}), 403)
    assert not bruno.messages.exists()
    program = program_of(bruno, "write")
    assert program.send("post", HERE, {"body": "/remind tomorrow Call Ana"}).status_code == 202


def test_an_unknown_one_is_refused_and_behind_a_space_it_is_text(program_of, bruno, lobby, problem):
    program = program_of(bruno, "write")
    told = problem(program.send("post", HERE, {"body": "/foo"}), 422)
    assert "begin with a space" in told["errors"][0]["detail"]
    assert program.send("post", HERE, {"body": " /foo"}).json()["body"] == " /foo"
    assert program.send("post", HERE, {"body": "/me waves"}).json()["body"] == "/me waves"


def test_an_edit_does_no_command(program_of, ana, lobby, topic, problem):
    message = post_message(lobby, ana, "Hello", "n")
    answer = program_of(ana).send("patch", f"/api/messages/{message.pk}", {"body": "/topic Lunch"})
    problem(answer, 422)
    assert topic() == ""
