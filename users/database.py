"""Where queries run: in threads of the consumers' own, and of the pages' own.

`database_sync_to_async` gives a whole process one thread, in which one slow query stalls every
socket, and Django's handler starts a thread, and opens a connection, for each request. These few
threads keep their connection to SQLite open, where opening one costs more than several queries,
and give it back to the pool after each use elsewhere.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import SyncToAsync
from django.db import close_old_connections, connection

_consumers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="consumers")
_pages = ThreadPoolExecutor(max_workers=12, thread_name_prefix="pages")


class InDatabase(SyncToAsync):
    def thread_handler(self, loop, *args, **kwargs):
        try:
            return super().thread_handler(loop, *args, **kwargs)
        except Exception:
            connection.close_if_unusable_or_obsolete()
            raise
        finally:
            if connection.vendor != "sqlite":
                close_old_connections()


def in_database(function):
    """Return an async version of `function`, which runs queries, for consumers and streams."""
    return InDatabase(function, thread_sensitive=False, executor=_consumers)


def in_page(function):
    """Return an async version of `function`, which makes a page, without delaying the sockets."""
    return InDatabase(function, thread_sensitive=False, executor=_pages)


class Together:
    """An async version of a function of many things, awaited for one.

    `function(things)` runs queries and returns a result for each of `things`, in their order. What
    is asked for while it runs waits, and goes together the next time: a thousand at one instant
    cost some tens of queries, and one alone waits for nobody.
    """

    AT_A_TIME = 100

    def __init__(self, function):
        self._run = in_database(function)
        self._waiting = []
        self._task = None

    async def __call__(self, thing):
        result = asyncio.get_running_loop().create_future()
        self._waiting.append((thing, result))
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._work())
        return await result

    async def _work(self):
        try:
            while self._waiting:
                batch = self._waiting[: self.AT_A_TIME]
                del self._waiting[: self.AT_A_TIME]
                await self._settle([thing for thing, _ in batch], [result for _, result in batch])
        finally:
            self._task = None

    async def _settle(self, things, results):
        try:
            answers = await self._run(things)
        except Exception as error:
            for result in results:
                if not result.done():
                    result.set_exception(error)
        else:
            for result, answer in zip(results, answers, strict=True):
                if not result.done():  # whoever waited has gone
                    result.set_result(answer)
