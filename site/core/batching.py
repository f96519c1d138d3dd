"""Work on many items together that arrive one at a time."""

import asyncio

from .threads import in_database


class Batcher:
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


class BatchLoader(Batcher):
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
