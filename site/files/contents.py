"""What is stored of a file that somebody sends: a picture drawn anew, or bytes that tell no place.

What cannot be read is stored as it is, and sent as a download of unknown type.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile
from threading import Lock
from typing import Any, BinaryIO

from . import kinds, metadata, pictures, sandbox

WAIT_SECONDS = 10  # for the file before
_LARGER = 1024**2  # bytes that a file may grow by when something is taken out of it

_turn = Lock()  # one file at a time in a process, besides a picture that is drawn


class Unavailable(Exception):
    """There is no room for temporary files, or too much to do."""


@dataclass
class Content:
    """What is stored. Of a picture, the sizes are in pixels."""

    file: BinaryIO
    content_type: str
    small: BinaryIO | None = None
    width: int = 0
    height: int = 0
    small_width: int = 0
    small_height: int = 0
    is_animated: bool = False

    @property
    def files(self) -> list[BinaryIO]:
        return [self.file, self.small] if self.small else [self.file]


@contextlib.contextmanager
def cleaned(file: BinaryIO, name: str, as_it_is: bool) -> Iterator[Content]:
    """Yield the Content to store for `file`, called `name`. Raise Unavailable."""
    made_as = kinds.format_of(kinds.head_of(file), name)
    if made_as is None:
        yield Content(file, kinds.type_of(file, name))
    elif as_it_is:
        yield Content(file, kinds.UNKNOWN)
    else:
        with contextlib.ExitStack() as open_files:
            try:
                target, small = (open_files.enter_context(TemporaryFile()) for _file in range(2))
                content = _drawn(file, made_as, target, small) or _without_places(
                    file, made_as, target
                )
            except OSError as error:
                raise Unavailable from error
            yield content


def _drawn(file: BinaryIO, made_as: str, target: Any, small: Any) -> Content | None:
    if made_as not in kinds.PICTURES:
        return None
    drawn = pictures.draw(file, made_as, target, small)
    if drawn is None:
        return None
    (width, height), (small_width, small_height) = drawn.size, drawn.small_size
    return Content(
        target,
        drawn.content_type,
        small,
        width,
        height,
        small_width,
        small_height,
        drawn.is_animated,
    )


def _without_places(file: BinaryIO, made_as: str, target: Any) -> Content:
    """Return the file without what says where it was made, to be shown if it is no picture."""
    if made_as not in metadata.READERS:
        return Content(file, kinds.UNKNOWN)
    if not _turn.acquire(timeout=WAIT_SECONDS):
        raise Unavailable
    try:
        target.seek(0)
        target.truncate()
        size = file.seek(0, 2)
        said = sandbox.run("clean", file, made_as, [target], size + _LARGER)
    finally:
        _turn.release()
    if said is None or kinds.format_of(kinds.head_of(target)) is None:
        return Content(file, kinds.UNKNOWN)
    is_shown = made_as in kinds.INLINE - kinds.PICTURES
    return Content(target, made_as if is_shown else kinds.UNKNOWN)
