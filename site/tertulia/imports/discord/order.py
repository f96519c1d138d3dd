"""Bring the messages of several files into one order, by their ids."""

import heapq
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .channels import File


class Found(NamedTuple):
    """A message of a file, whose id is `number`."""

    number: int
    file: File
    message: dict[str, Any]


def in_order(files: list[File], read: Callable[[File], Iterator[Found]]) -> Iterator[Found]:
    """Yield what `read` yields of each of `files`, by number; one of each number.

    A file is open only between its first message and its last. Those that are not sorted, as some
    exports have the newest first, are held.
    """
    waiting = sorted(files, key=lambda file: (file.first, file.path), reverse=True)
    heap: list[tuple[int, int, Found, Iterator[Found]]] = []
    begun = 0
    while heap or waiting:
        while waiting and (not heap or waiting[-1].first <= heap[0][0]):
            file = waiting.pop()
            found = read(file) if file.is_sorted else _sorted(read(file))
            begun += 1
            _push(heap, begun, found)
        if heap:
            _number, turn, next_one, found = heapq.heappop(heap)
            yield next_one
            _push(heap, turn, found)


def _sorted(found: Iterator[Found]) -> Iterator[Found]:
    return iter(sorted(found, key=lambda each: each.number))


def _push(heap: list, turn: int, found: Iterator[Found]) -> None:
    next_one = next(found, None)
    if next_one is not None:
        heapq.heappush(heap, (next_one.number, turn, next_one, found))
