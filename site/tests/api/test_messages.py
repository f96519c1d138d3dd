"""Messages: read by position, posted once, edited, deleted and reacted to."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client

from messaging.message.actions import delete_message, post_message
from rooms.actions import archive_room
from rooms.moderation.actions import mute_member

ROOM = "/api/rooms/lobby"
HERE = f"{ROOM}/messages"


@pytest.fixture
def talk(ana, lobby):
    """Twelve messages, the third of which is deleted."""
    messages = [post_message(lobby, ana, f"Message {n}", str(n)) for n in range(1, 13)]
    delete_message(messages[2])
    return messages


def positions(response):
    return [message["position"] for message in response.json()["messages"]]


def links(response):
    found = re.findall(r'<([^>]+)>; rel="(\w+)"', response.headers.get("Link", ""))
    return {relation: address for address, relation in found}


def test_the_newest_messages_come_first_and_links_lead_back(program_of, bruno, talk):
    program = program_of(bruno)
    told = program.get(HERE + "?limit=5")
    assert positions(told) == [8, 9, 10, 11, 12]
    assert set(links(told)) == {"prev"}
    middle = program.get(links(told)["prev"])
    assert positions(middle) == [3, 4, 5, 6, 7]
    assert positions(program.get(links(middle)["next"])) == [8, 9, 10, 11, 12]
    oldest = program.get(links(middle)["prev"])
    assert (positions(oldest), set(links(oldest))) == ([1, 2], {"next"})
    assert positions(program.get(HERE + "?after=10")) == [11, 12]
    assert positions(program.get(HERE + "?after=12")) == []


def test_a_message_is_told_with_its_revision(program_of, ana, bruno, lobby, talk):
    told = program_of(bruno).get(HERE + "?before=4&limit=2").json()
    second, third = told["messages"]
    assert (told["revision"], told["last_position"]) == (13, 12)
    assert (second["body"], second["revision"], second["room"]) == ("Message 2", 2, "lobby")
    assert (third["body"], third["revision"]) == (None, 13)
    assert third["deleted_at"] and not third["author_is_bot"]
    one = program_of(bruno).get(f"/api/messages/{talk[1].pk}").json()
    assert one == second


WRONG = "limit=0 limit=101 limit=1000000000 limit=x before=1&after=1 before=-1 after=1.5 after=%2B1"


@pytest.mark.parametrize("query", [*WRONG.split(), "before=9999999999999999999999"])
def test_wrong_parameters_are_named(program_of, problem, bruno, lobby, query):
    told = problem(program_of(bruno).get(f"{HERE}?{query}"), 422)
    assert told["errors"][0]["parameter"] == query.partition("=")[0]


@pytest.mark.parametrize("since", ["abc", "-1", "1e3", "99999999999999999999"])
def test_a_wrong_revision_is_named(program_of, problem, bruno, lobby, since):
    told = problem(program_of(bruno).get(f"/api/rooms/lobby/changes?since={since}"), 422)
    assert told["errors"][0]["parameter"] == "since"


def test_post_repeated_with_nonce(program_of, bruno, lobby):
    program, body = program_of(bruno), {"body": "Hello", "nonce": "n", "author": "ana"}
    first, again = program.send("post", HERE, body), program.send("post", HERE, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first["Location"] == again["Location"] == f"/api/messages/{first.json()['id']}"
    assert program.get(first["Location"]).json() == first.json()
    assert (lobby.messages.count(), first.json()["author"]) == (1, "bruno")


def test_a_send_that_is_repeated_after_an_edit_finds_the_message_as_it_is(program_of, bruno, lobby):
    program, body = program_of(bruno), {"body": "Helo", "nonce": "n"}
    address = program.send("post", HERE, body)["Location"]
    program.send("patch", address, {"body": "Hello"})
    assert program.send("post", HERE, body).json()["body"] == "Hello"
    program.send("delete", address)
    again = program.send("post", HERE, body)
    assert (again.status_code, again.json()["body"]) == (200, None)


def test_without_a_nonce_each_send_is_a_message(program_of, bruno, lobby):
    statuses = {program_of(bruno).send("post", HERE, {"body": "x"}).status_code for _ in "ab"}
    assert (statuses, lobby.messages.count()) == ({201}, 2)


def test_a_message_answers_another(program_of, problem, bruno, lobby, den, talk):
    program = program_of(bruno)
    told = program.send("post", HERE, {"body": "Yes", "reply_to": talk[0].pk})
    assert told.json()["reply_to"] == talk[0].pk
    elsewhere = post_message(den, bruno, "Secret", "1").pk
    for wrong in (elsewhere, 10**9):
        told = problem(program.send("post", HERE, {"body": "Yes", "reply_to": wrong}), 422)
        assert told["errors"][0]["pointer"] == "#/body"


def test_who_cannot_post_cannot_by_a_program(program_of, problem, ana, bruno, eve, lobby):
    problem(program_of(eve).send("post", HERE, {"body": "Let me in"}), 403)
    mute_member(lobby.membership_of(bruno), ana, 60)
    told = problem(program_of(bruno).send("post", HERE, {"body": "Let me"}), 403)
    assert told["detail"] == "A moderator has muted you. You can still read."
    archive_room(lobby)
    problem(program_of(ana).send("post", HERE, {"body": "Hello"}), 403)
    assert not lobby.messages.exists()


def test_an_author_edits_and_others_do_not(program_of, problem, ana, bruno, lobby, talk):
    address = f"/api/messages/{talk[0].pk}"
    told = program_of(ana).send("patch", address, {"body": "Changed"})
    assert (told.json()["body"], told.json()["revision"]) == ("Changed", 14)
    assert told.json()["edited_at"]
    assert program_of(ana).send("patch", address, {"body": "Changed"}).json() == told.json()
    problem(program_of(bruno).send("patch", address, {"body": "Mine"}), 403)
    for wrong in ({}, {"body": ""}, {"body": 3}, {"body": "\u200b"}):
        told = problem(program_of(ana).send("patch", address, wrong), 422)
        assert told["errors"][0]["pointer"] == "#/body"
    problem(program_of(ana).send("patch", f"/api/messages/{talk[2].pk}", {"body": "x"}), 403)


def test_deleting_twice_is_deleting(program_of, problem, ana, bruno, lobby, talk):
    own = post_message(lobby, bruno, "Mine", "own")
    for message, user in ((own, bruno), (talk[0], ana), (talk[2], ana)):
        address = f"/api/messages/{message.pk}"
        statuses = [program_of(user).send("delete", address).status_code for _ in "ab"]
        assert statuses == [204, 204]
        assert program_of(user).get(address).json()["body"] is None
    problem(program_of(bruno).send("delete", f"/api/messages/{talk[1].pk}"), 403)
    problem(program_of(bruno).send("delete", f"/api/messages/{talk[2].pk}"), 403)


def test_what_is_not_there_is_404(program_of, problem, eve, den, ana):
    hidden = post_message(den, ana, "Secret", "1").pk
    for pk in (hidden, 0, 10**9, 10**30):
        for method in ("get", "patch", "delete"):
            problem(program_of(eve).send(method, f"/api/messages/{pk}", {"body": "x"}), 404)


@pytest.mark.parametrize("emoji", ["👍", ":+1:", ":thumbsup:", "👍\ufe0f"])
def test_a_reaction_is_put_and_taken_back(program_of, bruno, talk, emoji):
    program = program_of(bruno)
    address = f"/api/messages/{talk[0].pk}/reactions/{quote(emoji, safe='')}"
    told = [program.send("put", address) for _ in "ab"]
    assert [each.status_code for each in told] == [200, 200]
    assert told[0].json() == told[1].json()
    assert told[0].json()["reactions"] == [{"emoji": "👍", "count": 1}]
    assert [program.send("delete", address).status_code for _ in "ab"] == [204, 204]
    assert "reactions" not in program.get(f"/api/messages/{talk[0].pk}").json()


@pytest.mark.parametrize("emoji", ["x", ":no_such:", "👍👍", "a/b", "x" * 500, "%00"])
def test_what_is_no_emoji_is_refused(program_of, problem, bruno, talk, emoji):
    address = f"/api/messages/{talk[0].pk}/reactions/{emoji}"
    told = problem(program_of(bruno).send("put", address), 400 if emoji == "%00" else 422)
    assert emoji == "%00" or told["errors"][0]["parameter"] == "emoji"


def test_a_deleted_message_has_no_reactions(program_of, problem, bruno, talk):
    problem(program_of(bruno).send("put", f"/api/messages/{talk[2].pk}/reactions/👍"), 403)


def test_limits_say_when(program_of, problem, bruno, lobby, stopped_limits):
    program, told = program_of(bruno), None
    for number in range(100):
        told = program.send("post", HERE, {"body": str(number)})
        if told.status_code == 429:
            break
    assert problem(told, 429)["errors"][0]["pointer"] == "#/body"
    assert int(told["Retry-After"]) >= 1
    assert json.loads(told.content)["code"] == "too_often"


def test_reading_costs_the_same_for_many_messages(
    program_of, bruno, lobby, talk, django_assert_num_queries
):
    program = program_of(bruno)
    program.get("/api/me")
    for address in (HERE, f"{HERE}?limit=3", "/api/rooms/lobby/changes?since=0"):
        with django_assert_num_queries(3):  # the token, the room, the messages
            assert program.get(address).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_sends_at_the_same_time_with_one_nonce_are_one_message(program_of, bruno, lobby):
    program, body = program_of(bruno), {"body": "Hello", "nonce": "n"}
    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(lambda _: send_alone(program, body), range(12)))
    assert sorted(status for status, _id in told) == [200] * 11 + [201]
    assert {message_id for _status, message_id in told} == {lobby.messages.get().pk}


def send_alone(program, body):
    """Send it on a connection of its own."""
    headers = {"Authorization": f"Bearer {program.secret}"}
    try:
        told = Client(headers=headers).post(HERE, body, content_type="application/json")
        return told.status_code, told.json().get("id")
    finally:
        connection.close()
