"""The bot of the README, as a newcomer pastes and runs it, against a real server."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from ..servers import ROOT, Server

# Bots named helper and echo in a room, whose tokens and Ana's it prints.
SEED = """
import json
from rooms.actions import create_room, join_room
from rooms.tokens.actions import make_token
from users.actions import set_up_workspace
from users.bots.actions import make_bot
ana = set_up_workspace("Casa", "open", "ana", "ana@example.com", "correct horse")
kitchen = create_room(ana, "Kitchen")
people = [ana, make_bot(ana, "helper"), make_bot(ana, "echo")]
for bot in people[1:]:
    join_room(kitchen, bot)
tokens = {one.username: make_token(one, "bot", ["read", "write"])[1] for one in people}
print("TOKENS", json.dumps(tokens))
"""
PATIENCE = 30


@pytest.fixture(scope="module")
def server(static_files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bot")
    server = Server(folder)
    server.prepare()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def tokens(server):
    return server.tell(SEED, "TOKENS")


def bot_in_readme():
    block = re.search(r"<!-- bot -->\n```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    return block[1]


@pytest.fixture(scope="module")
def bots(server, tokens, tmp_path_factory):
    """Run the README's bot as helper and as echo, each begun again when it ends."""
    running = []
    for name in ("helper", "echo"):
        script = tmp_path_factory.mktemp("bot") / f"{name}.py"
        script.write_text(bot_in_readme().replace("@helper", f"@{name}"))
        environment = {
            "PATH": os.environ["PATH"],
            "TOKEN": tokens[name],
            "ROOM": f"{server.url}/api/rooms/kitchen",
        }
        again = ["sh", "-c", 'while true; do "$@"; sleep 0.2; done', "again"]
        program = [*again, sys.executable, "-S", script]
        running.append(
            subprocess.Popen(program, env=environment, cwd=script.parent, start_new_session=True)
        )
    yield running
    for process in running:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Room:
    """The room as Ana's own program sees it."""

    def __init__(self, server, tokens):
        self.address = f"{server.url}/api/rooms/kitchen"
        self.tokens = tokens

    def ask(self, path, body=None, name="ana"):
        request = urllib.request.Request(
            self.address + path,
            json.dumps(body).encode() if body else None,
            {"Authorization": f"Bearer {self.tokens[name]}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)

    def say(self, body, name="ana"):
        return self.ask("/messages", {"body": body, "nonce": f"{time.monotonic()}"}, name)

    def answers(self, to):
        said = self.ask("/messages?limit=100")["messages"]
        return sorted(each["author"] for each in said if each.get("reply_to") == to["id"])

    def is_answered(self, to, by):
        deadline = time.monotonic() + PATIENCE
        while self.answers(to) != by:
            assert time.monotonic() < deadline, self.answers(to)
            time.sleep(0.05)


@pytest.fixture(scope="module")
def room(server, tokens, bots):
    """The room once both bots listen: they answer a call that was made after they had come."""
    room = Room(server, tokens)
    deadline = time.monotonic() + PATIENCE
    awake = set()
    while awake != {"helper", "echo"}:
        assert time.monotonic() < deadline
        room.say("@helper and @echo?")
        said = room.ask("/messages?limit=100")["messages"]
        awake |= {each["author"] for each in said if each["author_is_bot"]}
        time.sleep(0.2)
    return room


def test_it_answers_who_calls_it_and_no_bot(room):
    """Two bots do not play ping-pong: what a bot says calls no other bot of this kind."""
    room.is_answered(room.say("@helper, are you there?"), ["helper"])
    from_a_bot = room.say("@helper @echo ping", "echo")
    from_another = room.say("@helper @echo pong", "helper")
    room.is_answered(room.say("@helper @echo, both of you"), ["echo", "helper"])
    assert room.answers(from_a_bot) == room.answers(from_another) == []


def test_it_goes_on_after_a_break_without_missing_a_call(room, server):
    room.is_answered(room.say("@helper, before"), ["helper"])
    server.kill()
    server.start()
    calls = [room.say(f"@helper, number {number}") for number in range(3)]
    for call in calls:
        room.is_answered(call, ["helper"])
    last = room.say("@helper, once?")
    room.is_answered(last, ["helper"])
    assert [room.answers(call) for call in calls] == [["helper"]] * 3


def test_it_is_short_and_needs_python_alone():
    lines = [line for line in bot_in_readme().splitlines() if line.strip()]
    assert len(lines) <= 12
    imported = [line for line in lines if "import " in line]
    assert imported == ["import json, os, pathlib, urllib.request as web"]
