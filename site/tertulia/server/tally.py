"""How many of something each client has at this moment, in this process."""

from collections import Counter


class Tally:
    """Counts per key, none above `most`."""

    def __init__(self, most):
        self.most = most
        self._counts = Counter()

    def __getitem__(self, key):
        return self._counts[key]

    def enter(self, key):
        """Count one more for `key` and return True; return False if it has the most already."""
        if self._counts[key] >= self.most:
            return False
        self._counts[key] += 1
        return True

    def leave(self, key):
        """Count one less for `key`."""
        self._counts[key] -= 1
        if self._counts[key] <= 0:
            del self._counts[key]
