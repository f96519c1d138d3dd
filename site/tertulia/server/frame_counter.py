"""Counts the frames of a WebSocket before they are parsed (RFC 6455, 5.2)."""

OPCODE, FINAL, LENGTH = 0x0F, 0x80, 0x7F
TEXT, BINARY = 1, 2
MASK_BYTES = 4


class FrameCounter:
    """Finds the start of each frame in a stream of bytes that arrives in pieces of any size.

    It reads the headers only. The parser validates frames and stops at the first invalid one.
    """

    __slots__ = ("_header", "_skip")

    def __init__(self):
        self._skip = 0  # bytes of the current frame that are still to come
        self._header = b""  # the beginning of a header that was cut off

    def count(self, data):
        """Return (messages, others): the number of frames of each kind that begin in `data`.

        Messages are unfragmented data frames with a payload. Others are control frames, empty
        frames and fragments.
        """
        messages = others = 0
        if self._header:
            data, self._header = self._header + data, b""
        at, size = self._skip, len(data)
        while at < size:
            length = data[at + 1] & LENGTH if size - at >= 2 else 0
            header = 4 if length == 126 else 10 if length == 127 else 2
            if size - at < header:
                self._header = data[at:]
                at = size
                break
            first = data[at]
            if length > 125:
                length = int.from_bytes(data[at + 2 : at + header])
            if length and first & FINAL and first & OPCODE in (TEXT, BINARY):
                messages += 1
            else:
                others += 1
            at += header + MASK_BYTES + length
        self._skip = at - size
        return messages, others
