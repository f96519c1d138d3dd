"""A member who has just connected loses access: messages from another process never reach them."""

import asyncio
from contextlib import contextmanager
from pathlib import Path

import pytest

from .browsers import Browser, until

SCRIPT = Path(__file__).with_name("narrow.py").read_text()
CHANGES = ["close", "remove", "ban", "deactivate", "log out", "delete"]
TIMES = 8  # before the fix, the message arrived in most of these runs


@contextmanager
def hand(town):
    """Return a function that makes another process do a step, and waits until it is done."""
    process = town.server.converse(SCRIPT)

    def do(*step):
        process.stdin.write("/".join(step) + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "done\n"

    try:
        yield do
    finally:
        process.stdin.close()
        process.wait(20)


@pytest.mark.parametrize("change", CHANGES)
async def test_who_came_in_a_moment_before_is_sent_nothing_of_what_follows(town, change):
    with hand(town) as do:
        for number in range(TIMES):
            name = f"person{number}"
            await asyncio.to_thread(do, "prepare", change, name)
            newcomer = Browser(
                town.cookies[number], f"/ws/rooms/commons-{name}/", town.server.port, town.network
            )
            town.browsers.append(newcomer)
            await until(lambda page=newcomer.page: page.taken[1:], 10)
            await asyncio.to_thread(do, "narrow", change, name)
    await until(lambda: all(newcomer.codes for newcomer in town.browsers), 30)
    assert all(newcomer.codes[0] in {4401, 4404} for newcomer in town.browsers)
    assert not any("secret" in push for who in town.browsers for push in who.page.taken)
