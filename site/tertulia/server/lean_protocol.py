"""uvicorn's WebSocket protocol, in less memory: nearly all sockets are at rest, and they are many.

What only the handshake needs is dropped after it. Attributes are in slots. asyncio's queues and
events are replaced, because each has lists for those who wait, of 760 bytes while they are empty.

It uses undocumented API of uvicorn, which site/tests/private_apis.txt lists.
"""

import asyncio

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# A dictionary of this size takes 1.5 KiB. Attributes that uvicorn may add later still get one.
_ATTRIBUTES = """
    app app_state asgi_version client close_sent close_timeout close_timer config conn connections
    curr_msg_data_type default_headers disconnected frames handshake_complete handshake_initiated
    initial_response last_ping_rtt logger loop pending_ping_payload ping_interval ping_sent_at
    ping_timeout ping_timer pong_timer queue read_paused request response root_path scheme scope
    server tasks transport writable
"""

# The `writable` of all connections that can be written to: it is set, and nobody waits for it.
WRITABLE = asyncio.Event()
WRITABLE.set()


class LeanProtocol(WebSocketsSansIOProtocol):
    __slots__ = tuple(_ATTRIBUTES.split())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.queue = EventQueue()
        self.writable = WRITABLE

    async def receive(self):
        while not self.queue:
            await self.queue.filled()
        message = self.queue.get_nowait()
        if self.read_paused and not self.queue:
            self.read_paused = False
            self.transport.resume_reading()
        return message

    async def send(self, message):
        await super().send(message)
        if message["type"] == "websocket.accept" and self.handshake_complete:
            self._forget_handshake()

    def _forget_handshake(self):
        # The parser refers to the request as well, so it is emptied.
        self.request.headers.clear()
        self.request = self.response = self.scope = None

    def pause_writing(self):
        self.writable = asyncio.Event()

    def resume_writing(self):
        self.writable.set()
        self.writable = WRITABLE


class EventQueue:
    """The ASGI events that wait for one application, without a bound: uvicorn stops reading.

    It is true if it is not empty.
    """

    __slots__ = ("_events", "_filled")

    def __init__(self):
        self._events = []
        self._filled = None  # the future of the task that waits

    def __len__(self):
        return len(self._events)

    def put_nowait(self, event):
        self._events.append(event)
        if self._filled is not None and not self._filled.done():
            self._filled.set_result(None)

    def get_nowait(self):
        """Remove the oldest event and return it."""
        return self._events.pop(0)

    def filled(self):
        """Return a future that is done when the next event comes; for one task at a time."""
        self._filled = asyncio.get_running_loop().create_future()
        return self._filled
