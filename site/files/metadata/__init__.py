"""Take out of a file where, when and by whom it was made, and leave the rest as it is.

The names of boxes, chunks and blocks are read, in pieces; pictures and sound are not decoded. What
a format has as a place for its own additions is taken out whole, known or not, and so is what
follows the end of the file proper.
"""

from typing import BinaryIO

from . import boxes, flac, gif, jpeg, matroska, mp3, ogg, png, riff
from .edits import Damaged, Reader, TooMany, write

__all__ = ["READERS", "Damaged", "TooMany", "remove"]

READERS = {
    "image/png": png.edits,
    "image/jpeg": jpeg.edits,
    "image/gif": gif.edits,
    "image/webp": riff.webp_edits,
    "image/avif": boxes.picture_edits,
    "image/heic": boxes.picture_edits,
    "video/mp4": boxes.edits,
    "video/quicktime": boxes.edits,
    "video/ogg": ogg.edits,
    "video/x-matroska": matroska.edits,
    "video/webm": matroska.edits,
    "audio/mpeg": mp3.edits,
    "audio/mp4": boxes.edits,
    "audio/ogg": ogg.edits,
    "audio/webm": matroska.edits,
    "audio/wav": riff.wav_edits,
    "audio/flac": flac.edits,
}


def remove(
    source: BinaryIO, target: BinaryIO, content_type: str, max_frames: int | None = None
) -> None:
    """Write `source` to `target` without what says where it was made.

    Raise Damaged if it is not what `content_type` says, TooMany if it is a picture of more frames
    than `max_frames`.
    """
    reader = Reader(source, max_frames)
    write(reader, target, sorted(READERS[content_type](reader)))
