"""Draw pictures anew, in a child process: see `sandbox`."""

from tempfile import TemporaryFile
from threading import Lock
from typing import Any, BinaryIO, NamedTuple

from . import kinds, sandbox

SMALL_TYPE = "image/webp"  # of every small picture
WAIT_SECONDS = 10  # for the picture before
_MAX_AVATAR = 4 * 1024  # bytes
_MAX_SMALL = 60 * 1024
_AVATAR = (96, 96)  # pixels
_PREVIEW = (600, 315)
_MAX_SIDE = 65_535  # pixels of any format
_STORED_AS = kinds.PICTURES - {"image/avif"}

_turn = Lock()  # one picture at a time in a process: a large one takes 400 MiB

type Size = tuple[int, int]


class Busy(Exception):
    """Other pictures are being drawn, and their turn was not over in WAIT_SECONDS."""


class Drawn(NamedTuple):
    """A picture as it is stored; sizes in pixels."""

    content_type: str
    size: Size
    small_size: Size
    is_animated: bool


class Small(NamedTuple):
    """A small still WebP; `size` in pixels."""

    data: bytes
    size: Size


def draw(file: BinaryIO, content_type: str, target: Any, small: Any) -> Drawn | None:
    """Write the picture to the temporary file `target`, and a small WebP of it to `small`.

    The bytes of an animation stay, without what says where it was made; all other pictures are
    encoded anew. None if the picture is damaged, too large or takes too long. Raise OSError.
    """
    try:
        said = _run("draw", file, content_type, target, small)
    except Busy:
        return None
    drawn = said and _checked(said)
    if not drawn or small.seek(0, 2) > _MAX_SMALL:
        return None
    heads = [kinds.format_of(kinds.head_of(output)) for output in (target, small)]
    return drawn if heads == [drawn.content_type, SMALL_TYPE] else None


def draw_avatar(file: BinaryIO) -> bytes | None:
    """Return the middle of a picture as a WebP of 96 x 96 pixels and at most 4 KiB, and no more.

    None if `file` is no picture that we can draw. Raise Busy.
    """
    drawn = _drawn_small("avatar", file, _MAX_AVATAR, _AVATAR)
    return drawn and drawn.data


def draw_preview(file: BinaryIO) -> Small | None:
    """Return a picture as a still WebP of at most 600 x 315 pixels and 60 KiB.

    None if `file` is no picture that we can draw.
    """
    try:
        return _drawn_small("preview", file, _MAX_SMALL, _PREVIEW)
    except Busy:
        return None


def _drawn_small(job: str, file: BinaryIO, most: int, most_size: Size) -> Small | None:
    content_type = kinds.type_of(file)
    if content_type not in kinds.PICTURES:
        return None
    try:
        with TemporaryFile() as drawn:
            said = _run(job, file, content_type, drawn)
            drawn.seek(0)
            data = drawn.read(most + 1)
    except OSError:  # no room for temporary files, or for one more process
        return None
    match said:
        case {"size": [int(width), int(height)]} if (
            0 < width <= most_size[0] and 0 < height <= most_size[1]
        ):
            if len(data) <= most and kinds.format_of(data) == SMALL_TYPE:
                return Small(data, (width, height))
    return None


def _run(job: str, file: BinaryIO, content_type: str, *outputs: Any) -> dict[str, Any] | None:
    if not _turn.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        return sandbox.run(job, file, content_type, outputs)
    finally:
        _turn.release()


def _checked(said: dict[str, Any]) -> Drawn | None:
    """Return what the child says if it can be true: the child has met what strangers made."""
    match said:
        case {
            "content_type": str(content_type),
            "size": [int(width), int(height)],
            "small_size": [int(small_width), int(small_height)],
            "is_animated": bool(is_animated),
        } if content_type in _STORED_AS and all(
            0 < side <= _MAX_SIDE for side in (width, height, small_width, small_height)
        ):
            return Drawn(content_type, (width, height), (small_width, small_height), is_animated)
    return None
