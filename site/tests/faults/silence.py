"""Two idle browsers, in a thread with its own event loop."""

import asyncio
import threading
import time

from .browsers import until
from .stores import Redis


class Silence:
    def __init__(self, quarry):
        self._quarry = quarry
        self._redis = Redis()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._town = None
        self._since = None

    def begin(self):
        self._redis.start()
        self._thread.start()
        self._run(self._enter()).result(60)
        self._since = time.monotonic()

    def end(self):
        if self._town is not None:
            self._run(self._town.end()).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._redis.end()

    async def wait(self, seconds):
        """Wait until they have been idle for so many seconds; return how long they were."""
        await asyncio.sleep(max(0, self._since + seconds - time.monotonic()))
        return time.monotonic() - self._since

    def codes(self):
        return [browser.codes for browser in self._town.browsers]

    async def latencies(self, count):
        """Make one post `count` times; return the seconds until the other has each message."""
        return await asyncio.wrap_future(self._run(self._talk(count)))

    def _run(self, errand):
        return asyncio.run_coroutine_threadsafe(errand, self._loop)

    async def _enter(self):
        self._town = self._quarry.found(redis=self._redis)
        for _ in range(2):
            server = await self._town.add_server()
            await self._town.gather(1, server=server)

    async def _talk(self, count):
        one, other = self._town.browsers
        latencies = []
        for number in range(count):
            begun = time.monotonic()
            one.say(f"hello {number}")
            await until(lambda: f"hello {number}" in other.page.texts, 10)  # noqa: B023
            latencies.append(time.monotonic() - begun)
        return latencies
