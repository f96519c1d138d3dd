"""The mark of a room in somebody's list of rooms: its numbers of news and calls."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

MANY = 100  # more are not told apart: the pages show "99+"


class Mark(NamedTuple):
    """What the list of rooms shows of one room; neither number is above MANY.

    `is_listed` is False for a direct room without messages, which is in nobody's list yet.
    """

    news: int = 0
    calls: int = 0
    is_muted: bool = False
    is_direct: bool = False
    is_listed: bool = True

    def exceeds(self, other: "Mark") -> bool:
        """Return True if one of its numbers is higher than in `other`."""
        return self.news > other.news or self.calls > other.calls


@lru_cache(maxsize=4096)  # thousands of people share few marks
def mark(
    unread: int, calls: int, is_muted: bool = False, is_direct: bool = False, is_listed: bool = True
) -> Mark:
    """Return the Mark of a room with these numbers. A muted room shows only calls."""
    news = 0 if is_muted else min(unread, MANY)
    return Mark(news, min(calls, MANY), bool(is_muted), is_direct, is_listed)


def calls_in(marks: Iterable[Any]) -> int:
    """Return the number of calls in all rooms; `marks` are Marks or memberships."""
    return sum(mark.calls for mark in marks)
