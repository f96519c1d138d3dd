"""Programs for tests: they read streams of this process, without a server."""

import asyncio
import json
from collections.abc import Iterator

PATIENCE = 10  # seconds


def events_in(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield the (id, event, data) of each whole event in `text`, by the rules of HTML."""
    for block in text.split("\n\n")[:-1]:
        fields = dict(
            line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":")
        )
        yield fields.get("id", ""), fields.get("event", ""), fields.get("data", "")


class Program:
    """Reads `stream` in the background, until it ends or the program is closed."""

    def __init__(self, stream):
        self.stream = stream
        self.text = stream.opening
        self.is_taking = asyncio.Event()
        self.is_taking.set()
        self.is_gone = asyncio.Event()
        self.task = asyncio.ensure_future(stream.go_on(self._receive, self._send))

    async def _receive(self):
        await self.is_gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        self.text += message["body"].decode()
        await self.is_taking.wait()

    @property
    def data(self):
        """What it was sent, as JSON values."""
        return [json.loads(data) for _id, _event, data in events_in(self.text) if data]

    @property
    def states(self):
        """The (position, revision, body) of each message it was sent."""
        return [(each["position"], each["revision"], each["body"]) for each in self.data]

    @property
    def bodies(self):
        return [each["body"] for each in self.data]

    @property
    def last_id(self):
        return int([mark for mark, *_ in events_in(self.text) if mark][-1])

    async def until(self, condition):
        await until(lambda: condition(self))

    async def ended(self):
        """Wait until the server ends the stream."""
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait([self.task])

    async def close(self):
        self.task.cancel()
        await asyncio.wait([self.task])


async def until(condition):
    """Wait until `condition()` holds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
