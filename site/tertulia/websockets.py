"""uvicorn's WebSocket protocol, with a way in for pushes that are the same for every reader.

uvicorn frames each text anew for each socket. Without extensions a server's frame depends on
nothing but its text (RFC 6455, 5.2: no mask), so the frame of the last pushed text is kept and
written as it is. Everything else is uvicorn's own; `--ws tertulia.websockets:PushProtocol`
chooses it, and without it the product works the same, slower.
"""

import struct

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

FINAL_TEXT = 0x81


def frame_of(text):
    """Return `text` as one unmasked, final text frame (RFC 6455, 5.2)."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", FINAL_TEXT, size) + payload
    if size < 65_536:
        return struct.pack("!BBH", FINAL_TEXT, 126, size) + payload
    return struct.pack("!BBQ", FINAL_TEXT, 127, size) + payload


class PushProtocol(WebSocketsSansIOProtocol):
    """Offers `scope["extensions"]["tertulia.push"]`: a function that sends a text at once."""

    _text = None
    _frame = b""

    def push(self, text):
        """Send `text` now and return True; False where the connection cannot take it now.

        The caller then sends it in the ordinary way, which waits, or finds that it is closed.
        """
        if (
            self.conn.state is not State.OPEN
            or not self.handshake_complete
            or self.close_sent
            or self.conn.extensions
            or not self.writable.is_set()
        ):
            return False
        if PushProtocol._text is not text:
            PushProtocol._text, PushProtocol._frame = text, frame_of(text)
        self.transport.write(PushProtocol._frame)
        return True

    def shutdown(self):
        # A reader that takes nothing would hold up the end of the process until its time is over.
        if not self.writable.is_set():
            self.transport.abort()
        else:
            super().shutdown()

    async def run_asgi(self):
        self.scope["extensions"]["tertulia.push"] = self.push
        await super().run_asgi()
