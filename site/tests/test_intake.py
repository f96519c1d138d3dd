"""A connection's input is parsed in pieces, and reading resumes when it is allowed."""

import asyncio
import time

import pytest

from tertulia.server import intake
from tertulia.server.intake import PIECE, Intake, Share

from .faults.browsers import until


class Transport:
    is_reading = True

    def pause_reading(self):
        self.is_reading = False

    def resume_reading(self):
        self.is_reading = True

    def is_closing(self):
        return False


class Parser:
    """Records the pieces it gets; each takes `seconds`."""

    seconds = 0
    is_held = False

    def __init__(self):
        self.pieces = []
        self.transport = Transport()
        self.intake = Intake(
            asyncio.get_running_loop(), self.transport, self.parse, lambda: self.is_held
        )

    def parse(self, piece):
        self.pieces.append(piece)
        time.sleep(self.seconds)

    async def has(self, data):
        await until(lambda: len(b"".join(self.pieces)) >= len(data), 10)
        assert b"".join(self.pieces) == data


@pytest.fixture
async def parser(monkeypatch):
    """A parser that takes no measurable time, unless a test sets one."""
    monkeypatch.setattr(intake, "CHEAP_SECONDS", 60)
    return Parser()


@pytest.fixture
async def slow(parser, monkeypatch):
    monkeypatch.setattr(intake, "CHEAP_SECONDS", 0.001)
    parser.seconds = 0.003
    return parser


DATA = bytes(number % 251 for number in range(20 * PIECE))


async def test_what_is_short_is_parsed_at_once(parser):
    parser.intake.feed(b"abc")
    assert (parser.pieces, parser.transport.is_reading) == ([b"abc"], True)


async def test_what_is_long_is_parsed_in_pieces_in_later_turns(parser):
    parser.intake.feed(DATA)
    assert (parser.pieces, parser.transport.is_reading) == ([], False)
    parser.intake.feed(b"the end")
    await parser.has(DATA + b"the end")
    await asyncio.sleep(0)
    assert {len(piece) for piece in parser.pieces[:-1]} == {PIECE}
    assert parser.transport.is_reading


async def test_what_is_held_waits(parser):
    parser.is_held = True
    parser.intake.feed(b"abc")
    parser.intake.go_on()
    await asyncio.sleep(0.01)
    assert (parser.pieces, parser.transport.is_reading) == ([], False)
    parser.is_held = False
    parser.intake.go_on()
    await parser.has(b"abc")


async def test_much_that_takes_long_is_parsed_with_pauses(slow):
    begun = time.monotonic()
    slow.intake.feed(DATA)
    await slow.has(DATA)
    await until(lambda: slow.transport.is_reading, 10)
    assert time.monotonic() - begun >= 2 * len(slow.pieces) * slow.seconds


async def test_what_is_stopped_leaves_the_transport_to_others(slow):
    """After a slow handshake, another protocol reads the socket."""
    parse = slow.parse
    slow.intake._parse = lambda piece: (slow.intake.stop(), parse(piece))
    slow.intake.feed(DATA)
    await until(lambda: slow.pieces, 10)
    slow.transport.resume_reading()
    await asyncio.sleep(0.05)
    slow.intake.go_on()
    slow.intake.feed(b"more")
    assert (slow.pieces, slow.transport.is_reading) == ([DATA[:PIECE]], True)


def test_all_that_is_expensive_shares_half_of_the_time():
    share = Share()
    waits = [share.wait_after(0.010) for _connection in range(10)]
    assert waits == sorted(waits)
    assert 0.09 < waits[-1] <= 0.2
    assert share.wait_after(0.0001) == 0
