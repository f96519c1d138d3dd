"""The texts that were used last, of a bounded size: what is rendered once and shown again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from sys import getsizeof
from threading import Lock


class RecentTexts[Text]:
    """Texts by key, up to `max_bytes` of them; those that were not used for longest are forgotten.

    `size_of(text)` is in bytes. All threads share it.
    """

    def __init__(self, max_bytes: int, size_of: Callable[[Text], int] = getsizeof) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self._size_of = size_of
        self._texts: OrderedDict[Hashable, Text] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._texts)

    def get(self, key: Hashable) -> Text | None:
        with self._lock:
            text = self._texts.get(key)
            if text is not None:
                self._texts.move_to_end(key)
        return text

    def keep(self, key: Hashable, text: Text) -> None:
        with self._lock:
            if key in self._texts:  # rendered by two threads at once
                return
            self._texts[key] = text
            self.bytes += self._size_of(text)
            while self.bytes > self.max_bytes:
                _key, oldest = self._texts.popitem(last=False)
                self.bytes -= self._size_of(oldest)

    def clear(self) -> None:
        with self._lock:
            self._texts.clear()
            self.bytes = 0
