"""Read a JSON file of a channel without holding it: what describes it, then its messages."""

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from ..archive import FAULTS
from ..records import Unreadable

CHUNK_BYTES = 256 * 1024
MAX_MESSAGE = 16 * 2**20  # characters of one value
_SPACE = " \t\r\n\ufeff"
_decoder = json.JSONDecoder()


class Export:
    """One file. `about` holds its fields that stand before the messages. Raise Unreadable."""

    def __init__(self, file: BinaryIO) -> None:
        self.about: dict[str, Any] = {}
        self._file = file
        self._text = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._buffer, self._at, self._is_over = "", 0, False
        self._expect("{")
        while (name := self._name()) not in (None, "messages"):
            assert name is not None
            self.about[name] = self._value()
        if name is None:
            raise Unreadable("It has no messages.")
        self._expect("[")

    def messages(self) -> Iterator[Any]:
        """Yield the values of the list of messages. Raise Unreadable where the file breaks off."""
        while self._peek() != "]":
            yield self._value()
            if self._peek() == ",":
                self._at += 1
            elif self._peek() != "]":
                raise Unreadable("It is not JSON.")

    def _name(self) -> str | None:
        """Return the next name of the object, None at its end."""
        if self._peek() == ",":
            self._at += 1
        if self._peek() == "}":
            return None
        name = self._value()
        if not isinstance(name, str):
            raise Unreadable("It is not JSON.")
        self._expect(":")
        return name

    def _expect(self, sign: str) -> None:
        if self._peek() != sign:
            raise Unreadable("It is not an export of a channel.")
        self._at += 1

    def _peek(self) -> str:
        """Return the next sign that is no space; "" at the end."""
        while True:
            while self._at < len(self._buffer):
                if self._buffer[self._at] not in _SPACE:
                    return self._buffer[self._at]
                self._at += 1
            if not self._read_more():
                return ""

    def _value(self) -> Any:
        """Return the next value. One that touches the end of the buffer may go on after it."""
        self._peek()
        while True:
            try:
                value, end = _decoder.raw_decode(self._buffer, self._at)
            except RecursionError:
                raise Unreadable("It is nested too deeply.") from None
            except ValueError:
                value, end = None, len(self._buffer)
                if self._is_over:
                    raise Unreadable("It is not JSON, or it is not complete.") from None
            if end < len(self._buffer) or (self._is_over and end == len(self._buffer)):
                self._at = end
                return value
            if len(self._buffer) - self._at > MAX_MESSAGE:
                raise Unreadable("A message in it is too long, or it is not JSON.")
            self._read_more()

    def _read_more(self) -> bool:
        """Read as much again as is waiting, so that a long value is parsed a few times only."""
        if self._is_over:
            return False
        waiting = self._buffer[self._at :]
        try:
            data = self._file.read(max(CHUNK_BYTES, len(waiting)))
        except FAULTS as error:
            raise Unreadable("It is damaged.") from error
        self._is_over = not data
        self._buffer = waiting + self._text.decode(data, final=self._is_over)
        self._at = 0
        return True
