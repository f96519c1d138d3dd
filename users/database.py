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


class Batches:
    """Takes things one by one and works on them together: what comes meanwhile waits for the next.

    A thousand at one instant cost some tens of transactions, and one alone waits for nobody.
    """

    AT_A_TIME = 100

    def __init__(self):
        self._waiting = []
        self._task = None

    def _add(self, thing):
        self._waiting.append(thing)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._work())

    async def _work(self):
        try:
            while self._waiting:
                await self._work_on(self._next_batch())
        finally:
            self._task = None

    def _next_batch(self):
        """Take some of what waits."""
        batch = self._waiting[: self.AT_A_TIME]
        del self._waiting[: self.AT_A_TIME]
        return batch

    async def _work_on(self, batch):
        """Work on several things, in the order in which they came; raise nothing."""
        raise NotImplementedError


class Together(Batches):
    """An async version of a function of many things, awaited for one.

    `function(things)` runs queries and returns a result for each of `things`, in their order.
    """

    def __init__(self, function):
        super().__init__()
        self._run = in_database(function)

    async def __call__(self, thing):
        result = asyncio.get_running_loop().create_future()
        self._add((thing, result))
        return await result

    async def _work_on(self, batch):
        try:
            answers = await self._run([thing for thing, _result in batch])
        except Exception as error:
            for _thing, result in batch:
                if not result.done():
                    result.set_exception(error)
        else:
            for (_thing, result), answer in zip(batch, answers, strict=True):
                if not result.done():  # whoever waited has gone
                    result.set_result(answer)
