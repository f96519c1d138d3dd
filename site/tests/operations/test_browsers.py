"""Two browsers on a platform with PostgreSQL, Redis, two web processes and TLS."""

import time

import pytest
from playwright.sync_api import expect

from ..chromium import chromium
from .host import NAME

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(host):
    """Chromium that resolves the platform's name to its TLS port."""
    with chromium(f"--host-resolver-rules=MAP {NAME} 127.0.0.1:{host.port}") as browser:
        yield browser


def test_two_browsers_talk_through_two_processes_and_through_a_rolling_restart(host, visitor):
    ana, bruno = visitor("ana", host), visitor("bruno", host)
    ana.set_up("Casa")
    bruno.sign_up()
    room = ana.first_room
    for someone in (ana, bruno):
        someone.forgive("WebSocket", "ERR_", "502")  # Chromium's errors while a process is down
        someone.goto(room)
        someone.is_connected()
    part(host, bruno, room)

    said, waits = [], []
    for someone, other in ((ana, bruno), (bruno, ana)):
        said.append(f"{someone.name} here")
        someone.write(said[-1])
        begun = time.monotonic()
        someone.composer.press("Enter")
        expect(other.bodies.last).to_have_text(said[-1])
        waits.append(time.monotonic() - begun)
    assert min(waits) < 1.5  # through Redis: test_platform proves that it is not the safety query

    for process in host.web:
        for someone in (ana, bruno):
            said.append(f"{someone.name} before the end of {process.name}")
            someone.say(said[-1])
        process.restart()
        for someone in (ana, bruno):
            said.append(f"{someone.name} after the end of {process.name}")
            someone.say(said[-1])
    for someone in (ana, bruno):
        someone.sees(*said)
    assert host.answer("SELECT count(*) FROM messaging_message") == len(said)


def part(host, someone, room):
    """Move a user's socket to the other process: nginx alternates between them."""
    deadline = time.monotonic() + 30
    while host.processes_with_readers() < 2:
        assert time.monotonic() < deadline, "both came in by one process, again and again"
        someone.goto(room)
        someone.is_connected()
        time.sleep(1.2)  # leases are written twice a second
