"""The body of a request: as it arrives, and as it is passed on."""

import asyncio

MEMORY_BYTES = 16 * 1024  # of one body; a longer one is in a temporary file
PIECE = 64 * 1024


class Refused(Exception):
    """The request is refused with HTTP `status`, and perhaps a `reason`: see `refusal_pages`."""

    def __init__(self, status, reason=None):
        super().__init__(status, reason)
        self.status, self.reason = status, reason


class Incoming:
    """Receives the body of a request, piece by piece."""

    def __init__(self, receive):
        self._receive = receive
        self.is_begun = False  # True once the client was asked to send it (RFC 9110, 10.1.1)
        self.is_over = self.is_drained = False

    async def next(self):
        """Return the next bytes, None if the client has gone; `is_over` says if there are more."""
        self.is_begun = True
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self.is_over = True
            return None
        self.is_over = not message.get("more_body", False)
        return message.get("body", b"")

    async def drain(self, most, seconds):
        """Read and drop what is still to come, up to `most` bytes and `seconds`."""
        drained, self.is_drained = 0, True
        try:
            async with asyncio.timeout(seconds):
                while not self.is_over and drained < most:
                    drained += len(await self.next() or b"")
        except TimeoutError:
            pass


class Replay:
    """An ASGI receive() that returns a body that was read into `file`, then the events after it."""

    def __init__(self, file, receive):
        self._file, self._receive = file, receive
        self._is_read = False

    async def __call__(self):
        if self._is_read:
            return await self._receive()
        data = self._file.read(PIECE)
        self._is_read = len(data) < PIECE
        return {"type": "http.request", "body": data, "more_body": not self._is_read}

    def take_file(self):
        """Return the file, at its beginning, in place of its bytes, so that nothing is copied."""
        self._is_read = True
        return self._file


async def write(body, data):
    """Append to the file of a body, in a thread if it may be on disk.

    Raise Refused if the disk is full.
    """
    try:
        if body.tell() + len(data) > MEMORY_BYTES:
            await asyncio.to_thread(body.write, data)
        else:
            body.write(data)
    except OSError as error:
        raise Refused(507) from error


def declared_length(scope):
    """Return the Content-Length of a request, 0 if there is none."""
    return int(dict(scope["headers"]).get(b"content-length", 0))


def with_length(scope, size):
    """Return `scope` with the Content-Length of a body that has arrived: Django relies on it."""
    others = (b"content-length", b"transfer-encoding")
    headers = [(name, value) for name, value in scope["headers"] if name not in others]
    return {**scope, "headers": [*headers, (b"content-length", str(size).encode())]}
