"""Process items that arrive one at a time in batches."""

import asyncio
from collections.abc import Callable, Sequence

from .threads import in_database


class Batcher[Item]:
    """Collects items while a batch runs; the next batch takes them all.

    A thousand items at one instant cost some tens of transactions. A single item never waits.
    """

    AT_A_TIME = 100

    def __init__(self) -> None:
        self._waiting: list[Item] = []
        self._task: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """The number of items that wait for the next batches."""
        return len(self._waiting)

    def _add(self, thing: Item) -> None:
        self._waiting.append(thing)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._work_on(self._next_batch())
        finally:
            self._task = None

    def _next_batch(self) -> list[Item]:
        """Remove up to AT_A_TIME waiting items and return them, oldest first."""
        batch = self._waiting[: self.AT_A_TIME]
        del self._waiting[: self.AT_A_TIME]
        return batch

    async def _work_on(self, batch: list[Item]) -> None:
        """Process these items in the order in which they arrived. Must not raise."""
        raise NotImplementedError


class BatchLoader[Thing, Result](Batcher[tuple[Thing, asyncio.Future[Result]]]):
    """Await one result of a function that computes many at once (a DataLoader).

    `function(things)` runs queries and returns one result for each of `things`, in their order.
    If it raises, every item of the batch raises the same exception.
    """

    def __init__(self, function: Callable[[list[Thing]], Sequence[Result]]) -> None:
        super().__init__()
        self._run = in_database(function)

    async def __call__(self, thing: Thing) -> Result:
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._add((thing, result))
        return await result

    async def _work_on(self, batch: list[tuple[Thing, asyncio.Future[Result]]]) -> None:
        try:
            answers = await self._run([thing for thing, _result in batch])
        except Exception as error:
            for _thing, result in batch:
                if not result.done():
                    result.set_exception(error)
        else:
            for (_thing, result), answer in zip(batch, answers, strict=True):
                if not result.done():  # done if the caller was cancelled
                    result.set_result(answer)
