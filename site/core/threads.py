"""Thread pools: for the queries of consumers, of the acts that they are sent and of pages, for what
is drawn after a commit, and for the bytes of files.

`database_sync_to_async` uses a single thread for the whole process, so one slow query would stall
every socket. Django's handler starts a thread, and opens a connection, for each request. The
threads of these pools keep their SQLite connection open, because opening one costs more than
several queries. Connections to other databases return to their pool after each use.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import Any

from asgiref.sync import SyncToAsync
from django.db import close_old_connections, connection

CONSUMER_THREADS = 4
ACT_THREADS = 2
PAGE_THREADS = 12
STORE_THREADS = 4

# CPython asks the system for memory for calls, 16 KiB at a time, and gives it back as they return.
# Where the calls of a loop go beyond the end of such a piece, every turn does both: 300 times a
# page, for milliseconds. A first call as large as this gets a piece with room for all below it.
_SLOTS = 16_000  # of eight bytes, which are reserved and never touched


class Pool(ThreadPoolExecutor):
    """A thread pool that counts its busy threads."""

    def __init__(self, max_workers: int, thread_name_prefix: str) -> None:
        super().__init__(max_workers, thread_name_prefix)
        self.busy = 0
        self._lock = Lock()

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future:
        return super().submit(self._run, fn, *args, **kwargs)

    def _run(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        with self._lock:
            self.busy += 1
        try:
            return fn(*args, **kwargs)
        finally:
            with self._lock:
                self.busy -= 1

    _run.__code__ = _run.__code__.replace(co_stacksize=_SLOTS)


_consumers = Pool(CONSUMER_THREADS, thread_name_prefix="consumers")
_acts = Pool(ACT_THREADS, thread_name_prefix="acts")
_pages = Pool(PAGE_THREADS, thread_name_prefix="pages")
_stores = Pool(STORE_THREADS, thread_name_prefix="stores")
_broadcasts = Pool(1, thread_name_prefix="broadcasts")  # one, which keeps their order
_held: ContextVar[list[Callable[[], object]] | None] = ContextVar("held broadcasts", default=None)


def busy_threads() -> dict[str, int]:
    """Return how many threads of each pool are busy now, {name of the pool: number}."""
    pools = {"consumers": _consumers, "acts": _acts, "pages": _pages, "stores": _stores}
    pools["broadcasts"] = _broadcasts
    return {name: pool.busy for name, pool in pools.items()}


class InDatabase(SyncToAsync):
    def thread_handler(self, loop: asyncio.AbstractEventLoop, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().thread_handler(loop, *args, **kwargs)
        except Exception:
            connection.close_if_unusable_or_obsolete()
            raise
        finally:
            _give_back_connection()


def _give_back_connection() -> None:
    if connection.vendor != "sqlite":
        close_old_connections()


def in_database[**P, R](function: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Return an async version of `function` that runs in the threads of consumers and streams."""
    return InDatabase(function, thread_sensitive=False, executor=_consumers)


def in_act[**P, R](function: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Return an async version of `function` that runs in the threads of acts.

    These are few and separate from the consumers' threads, so that a thousand people who react at
    once do not delay messages and catch-ups.
    """
    return InDatabase(function, thread_sensitive=False, executor=_acts)


def in_page[**P, R](function: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Return an async version of `function` that runs in the threads of pages.

    These are separate from the consumers' threads, so that slow pages do not delay the sockets.
    """
    return InDatabase(function, thread_sensitive=False, executor=_pages)


def in_store[**P, R](function: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Return an async version of `function` that runs in the threads that read files.

    These are separate, so that long downloads and a slow store delay no page.
    """
    return InDatabase(function, thread_sensitive=False, executor=_stores)


def start_in_store(function: Callable[[], object]) -> None:
    """Call `function` in the threads that read files, without waiting for it."""
    _stores.submit(function)


def start_broadcast(function: Callable[[], object]) -> None:
    """Call `function`, which must not raise, after those that were passed before; do not wait."""
    held = _held.get()
    if held is None:
        _start_broadcast(function)
    else:
        held.append(function)


@contextmanager
def broadcasts_held() -> Iterator[list[Callable[[], object]]]:
    """Hold what `start_broadcast` is given in this thread, and yield the list of it.

    Pass the list to `start_broadcasts` once whoever made the changes is answered: while one thread
    draws, the others run Python only every few milliseconds. After an error it is started here.
    """
    held: list[Callable[[], object]] = []
    token = _held.set(held)
    try:
        yield held
    except BaseException:
        start_broadcasts(held)
        raise
    finally:
        _held.reset(token)


def start_broadcasts(held: Iterable[Callable[[], object]]) -> None:
    """Start what `broadcasts_held` has held."""
    for function in held:
        _start_broadcast(function)


def _start_broadcast(function: Callable[[], object]) -> None:
    _broadcasts.submit(_broadcast, function)


def _broadcast(function: Callable[[], object]) -> None:
    try:
        function()
    finally:
        _give_back_connection()


async def broadcasts_started() -> None:
    """Wait until all that was passed to `start_broadcast` until now has been called."""
    await asyncio.wrap_future(_broadcasts.submit(lambda: None))
