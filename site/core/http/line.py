"""A connection that ends at a fixed time and after a number of bytes, however they arrive."""

import io
import socket
import time
from typing import Any

PIECE = 16 * 1024  # bytes


class TooMuch(Exception):
    """The other side has sent more bytes than it may."""


class Deadline:
    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, most: float | None = None) -> float:
        """Return the seconds that are left, up to `most`. Raise TimeoutError if there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("out of time")
        return left if most is None else min(left, most)


class Line:
    """What http.client needs of a socket. A time limit of the socket itself would begin anew with
    every byte."""

    def __init__(self, connection: socket.socket, deadline: Deadline, most: int) -> None:
        self._connection = connection
        self._deadline = deadline
        self.most = most  # bytes that may still come

    def sendall(self, data: bytes) -> None:
        for start in range(0, len(data), PIECE):
            self._connection.settimeout(self._deadline.left())
            self._connection.sendall(data[start : start + PIECE])

    def receive_into(self, buffer: Any) -> int:
        self._connection.settimeout(self._deadline.left())
        count = self._connection.recv_into(buffer)
        self.most -= count
        if self.most < 0:
            raise TooMuch
        return count

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self), PIECE)

    def settimeout(self, seconds: float | None) -> None:
        """Nothing: the deadline counts."""

    def close(self) -> None:
        """Nothing: who has opened the connection closes it, after the body is read."""


class _Reader(io.RawIOBase):
    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._line.receive_into(buffer)
