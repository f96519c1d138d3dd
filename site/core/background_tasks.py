"""Run asyncio tasks in the background, and keep them: asyncio has only weak references to tasks."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

logger = logging.getLogger(__name__)


class BackgroundTasks:
    def __init__(self) -> None:
        self._running: set[asyncio.Task] = set()

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task:
        """Start `coroutine` as a task of the running event loop, and return it. Log any error."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def cancel(self) -> None:
        """Cancel the running tasks and wait until they have ended."""
        tasks = list(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task) -> None:
        self._running.discard(task)
        if not task.cancelled() and task.exception() is not None:
            name = getattr(task.get_coro(), "__name__", "A task")
            logger.error(
                "%s failed",
                name,
                exc_info=task.exception(),
                extra={"event": "background.failed", "fields": {"task": name}},
            )
