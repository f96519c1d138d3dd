"""The keys of a channel's messages, and which of them answers which."""

from typing import Any

from ..values import text


class Threads:
    """Gives each message its key, its time as text, and finds the root of its thread.

    Where the root is not there any more, the first reply that is takes its place.
    """

    def __init__(self) -> None:
        self._roots: dict[str, str] = {}  # {time of a root: key of a message}
        self._time = ""
        self._same: list[tuple[str, str]] = []  # who wrote what at that time

    def key_of(self, time: str, author_key: str, body: str) -> str | None:
        """Return a key, unique in the channel; None for a message that was there just before."""
        if time != self._time:
            self._time, self._same = time, []
        if (author_key, body) in self._same:
            return None
        self._same.append((author_key, body))
        return time if len(self._same) == 1 else f"{time}-{len(self._same)}"

    def root_of(self, message: dict[str, Any], time: str, key: str) -> str | None:
        """Return the key of the message that `message` answers, or None."""
        root_time = text(message.get("thread_ts"))
        if root_time and root_time != time:
            root = self._roots.setdefault(root_time, key)
            return None if root == key else root
        if root_time or message.get("reply_count") or message.get("replies"):
            self._roots.setdefault(time, key)
        return None
