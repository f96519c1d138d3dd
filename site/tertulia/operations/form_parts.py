"""Checks the parts of a multipart form while Django parses them (RFC 7578).

A form with files may be much larger than the memory: so it is read once, and only the headers of
its parts and the contents of those that are no files are kept until they are checked.
"""

import re

from django.core.exceptions import RequestDataTooBig

_FILE = re.compile(rb"\bfilename[*\d]*\s*=", re.IGNORECASE)
_BLANK_LINE = b"\r\n\r\n"
LINE = 64 * 1024  # bytes


def is_file(part):
    """Return True if a part of a form, of which there is all or the beginning, is a file."""
    headers, blank_line, _content = part.partition(_BLANK_LINE)
    return bool(blank_line and _FILE.search(headers))


class CheckedStream:
    """The body of a form, with `check(headers, content)` called for each of its parts.

    The content of a file is not passed on: it is b"". Reading raises what `check` raises, and
    RequestDataTooBig if a part that is no file has more than `limit` bytes.
    """

    def __init__(self, stream, boundary, check, limit):
        self._stream = stream
        self._delimiter = b"--" + boundary
        self._check, self._limit = check, limit
        self._part = None  # what is kept of the part that arrives, None before the first one
        self._rest = b""  # perhaps the beginning of a delimiter
        self._is_file = False

    def read(self, *size):
        return self._checked(self._stream.read(*size))

    def readline(self, size=LINE):
        """Return the next line, or a part of it. Django reads so what comes after the last part."""
        return self._checked(self._stream.readline(size))

    def close(self):
        self._stream.close()

    def _checked(self, data):
        if data:
            self._take(data)
        elif self._part is not None:
            self._keep(self._rest)
            self._end_part()
            self._part = None
        return data

    def _take(self, data):
        *ended, rest = (self._rest + data).split(self._delimiter)
        for piece in ended:
            self._keep(piece)
            self._end_part()
        size = max(0, len(rest) - len(self._delimiter) + 1)
        self._keep(rest[:size])
        self._rest = rest[size:]

    def _keep(self, piece):
        if self._part is None or self._is_file:
            return
        self._part += piece
        if is_file(self._part):
            headers, blank_line, _content = self._part.partition(_BLANK_LINE)
            self._part, self._is_file = headers + blank_line, True
        if len(self._part) > self._limit:
            raise RequestDataTooBig

    def _end_part(self):
        if self._part is not None:
            headers, _blank_line, content = bytes(self._part).partition(_BLANK_LINE)
            self._check(headers, content)
        self._part, self._is_file = bytearray(), False
