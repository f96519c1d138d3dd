"""Counts what each client has open at the moment, in this process."""

from collections import Counter


class Tally:
    """A count for each key, limited to `most`."""

    def __init__(self, most):
        self.most = most
        self._counts = Counter()

    def __getitem__(self, key):
        return self._counts[key]

    def enter(self, key):
        """Increment the count of `key` and return True; return False if it is at the limit."""
        if self._counts[key] >= self.most:
            return False
        self._counts[key] += 1
        return True

    def leave(self, key):
        """Decrement the count of `key`."""
        self._counts[key] -= 1
        if self._counts[key] <= 0:
            del self._counts[key]
