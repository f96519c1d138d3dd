"""The texts that were used last, of a bounded size: what is rendered once and shown again."""

from collections import OrderedDict
from collections.abc import Hashable
from sys import getsizeof
from threading import Lock

from django.utils.safestring import SafeString


class RecentTexts[Text]:
    """Texts by key, up to `max_bytes` of both; those that were not used for longest are forgotten.

    A text may be in parts, as a list or tuple. All threads share it.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
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
            self.bytes += _size_of(key) + _size_of(text)
            while self.bytes > self.max_bytes:
                key, text = self._texts.popitem(last=False)
                self.bytes -= _size_of(key) + _size_of(text)

    def clear(self) -> None:
        with self._lock:
            self._texts.clear()
            self.bytes = 0


class RecentHtml:
    """HTML by key, as in RecentTexts.

    It is kept as UTF-8: Python has four bytes for each letter of a text with an emoji in it.
    """

    def __init__(self, max_bytes: int) -> None:
        self.texts: RecentTexts[bytes] = RecentTexts(max_bytes)
        self.clear = self.texts.clear

    def __len__(self) -> int:
        return len(self.texts)

    def get(self, key: Hashable) -> SafeString | None:
        text = self.texts.get(key)
        return None if text is None else SafeString(text, "utf-8")

    def keep(self, key: Hashable, html: str) -> None:
        self.texts.keep(key, html.encode())


def _size_of(value: object) -> int:
    """Return the bytes of `value` with what it consists of; what is shared counts each time."""
    size = getsizeof(value)
    return size + sum(map(_size_of, value)) if isinstance(value, tuple | list) else size
