"""The messages of one channel of Slack in the order of their times, a few days in memory."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

# How far the times in a file can be from its day, which is that of some time zone.
_ZONES = timedelta(days=1)
_LAST = datetime.max.replace(tzinfo=UTC)


class Found(NamedTuple):
    """A message as it is in a file. Its number makes each comparison end before the message."""

    time: datetime
    number: int
    message: dict[str, Any]


class Days:
    """Sorts messages that come in a file for each day, and yields each as soon as possible.

    Tools put a message into the file of another day, such as a reply into that of its root. One
    that is later than its file waits; one that is earlier comes at once.
    """

    def __init__(self) -> None:
        self._waiting: list[Found] = []
        self._numbers = count()

    def add(self, time: datetime, message: dict[str, Any]) -> None:
        self._waiting.append(Found(time, next(self._numbers), message))

    def before(self, path: str | None) -> Iterator[Found]:
        """Yield what is earlier than what the file `path` can hold; all if it is None."""
        until = _start_of(path) if path else _LAST
        self._waiting.sort()
        end = bisect_left(self._waiting, until, key=lambda found: found.time)
        ready, self._waiting = self._waiting[:end], self._waiting[end:]
        yield from ready


def _start_of(path: str) -> datetime:
    try:
        return datetime.fromisoformat(path.rpartition("/")[2][:10]).replace(tzinfo=UTC) - _ZONES
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)
