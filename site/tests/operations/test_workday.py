"""The bench's workday: its screens read the product's fragments, and notice every mistake."""

import pytest

from bench.workday import soak
from bench.workday.connections import unchunked
from bench.workday.data import shown
from bench.workday.people import Room
from bench.workday.screens import Screen, Tally
from messaging.message.actions import edit_message, post_message
from messaging.message.broadcasts import render_changes
from messaging.noscript.patches import PatchEncoder
from messaging.reactions.actions import add_reaction


@pytest.fixture
def screen():
    return Screen(Room("lobby"), Tally(), last=0, revision=0)


def push(*messages):
    """Return what a socket gets of `messages`, posted or changed last."""
    revision = messages[-1].room.revision
    return render_changes(messages, revision)["html"]["en"].encode()


def truth(*messages):
    """Return what `bench.workday.data` reads from the database of a room with `messages`."""
    room = messages[-1].room
    texts = {str(each.pk): shown(each.body, each.extras) for each in messages}
    return {"last": room.last_position, "revision": room.revision, "messages": texts}


def mistakes(screen):
    return {name for name, count in screen.tally.counts.items() if count} - {"deliveries"}


def test_a_screen_shows_what_the_database_holds(screen, lobby, bruno):
    message = post_message(lobby, bruno, "Hello w1e0", "1")
    data = push(message)
    screen.take_push(data, len(data), 1.0)
    edit_message(message, "Hello again w1e1", by=bruno)
    add_reaction(message, bruno, "👍")
    data = push(message)
    screen.take_push(data, len(data), 2.0)
    screen.compare(truth(message))
    assert screen.messages == {message.pk: (1, "w1e1 👍1".encode())}
    assert (screen.is_at(truth(message)), mistakes(screen)) == (True, set())


def test_a_screen_notices_what_is_lost_and_what_is_old(screen, lobby, bruno):
    first, second = (post_message(lobby, bruno, f"w{number}e0", str(number)) for number in (1, 2))
    data = push(first)
    screen.take_push(data, len(data), 1.0)
    edit_message(first, "w1e1", by=bruno)
    screen.compare(truth(first, second))
    counts = screen.tally.counts
    assert (counts["lost"], counts["stale"]) == (1, 1)


def test_a_screen_notices_what_is_repeated_and_what_comes_too_early(screen, lobby, bruno):
    _first, second = (post_message(lobby, bruno, f"w{number}e0", str(number)) for number in (1, 2))
    data = push(second)
    for _time in range(2):
        screen.take_push(data, len(data), 1.0)
    assert mistakes(screen) == {"repeated", "disordered"}


def test_a_stream_shows_what_the_database_holds(screen, lobby, bruno):
    message = post_message(lobby, bruno, "Hello w1e0", "1")
    data = PatchEncoder("en").changes([render_changes([message], 1)]).html.encode()
    assert 0 < screen.take_page(data, len(data), 1.0) <= len(data)
    screen.compare(truth(message))
    assert mistakes(screen) == set()
    screen.take_page(data, len(data), 2.0)
    assert mistakes(screen) == {"repeated"}


def test_a_stream_is_read_wherever_it_is_cut():
    data = b"5\r\nHello\r\n1\r\n!\r\n0\r\n\r\n"
    for cut in range(len(data)):
        begun, is_over, rest = unchunked(data[:cut])
        ended, is_over, rest = unchunked(rest + data[cut:])
        assert (begun + ended, is_over, rest) == (b"Hello!", True, b"")


def test_a_soak_notices_what_stays_open():
    before = {"readers": 0, "open_files": 30}
    assert soak.leaks_of(before, {"readers": 0, "open_files": 33}) == {}
    leaks = soak.leaks_of(before, {"readers": 1, "open_files": 300})
    assert leaks == {"readers": (0, 1), "open_files": (30, 300)}
