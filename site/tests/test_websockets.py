"""The WebSocket protocol: frames have the bytes of uvicorn's, and a socket takes little memory."""

import asyncio

import pytest
from uvicorn import Config
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from tertulia.server.lean_protocol import EventQueue, LeanProtocol
from tertulia.server.push_protocol import frame_of


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
@pytest.mark.parametrize("letter", ["x", "é", "😀"])
def test_a_ready_frame_is_the_one_of_the_websockets_library(size, letter):
    text = letter * (size // len(letter.encode()))
    assert frame_of(text) == Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


class Transport(asyncio.Transport):
    """A connection that reads and writes nothing."""

    def write(self, data):
        pass

    def is_closing(self):
        return False

    def resume_reading(self):
        pass


def connection():
    config = Config(app=None, interface="asgi3", log_config=None)
    config.loaded, config.loaded_app = True, None
    return LeanProtocol(config, ServerState(), {})


async def test_a_connection_keeps_its_attributes_in_slots():
    protocol = connection()
    protocol.connection_made(Transport())
    assert vars(protocol) == {}


async def test_a_sender_waits_while_the_client_does_not_read():
    one, other = connection(), connection()
    one.pause_writing()
    assert (one.writable.is_set(), other.writable.is_set()) == (False, True)
    waiting = asyncio.ensure_future(one.writable.wait())
    await asyncio.sleep(0)
    assert not waiting.done()
    one.resume_writing()
    await waiting
    assert one.writable is other.writable


async def test_the_events_of_a_connection_are_received_in_order():
    queue = EventQueue()
    filled = queue.filled()
    queue.put_nowait(1)
    await filled
    queue.put_nowait(2)
    assert [queue.get_nowait(), queue.get_nowait(), len(queue)] == [1, 2, 0]


async def test_an_event_that_nobody_waits_for_any_more_is_kept():
    queue = EventQueue()
    queue.filled().cancel()
    queue.put_nowait(1)
    assert queue.get_nowait() == 1
