"""What a message shows of its files: stored in `extras["files"]`, so that drawing runs no query."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import quote

from .models import Attachment

KEY = "files"  # in `extras`
# The first is the address of the small picture; browsers remove the others from an address.
_NOT_IN_ADDRESSES = {"small", ".", ".."}
# A picture that is alone in its message is shown in this box, in pixels; files.css has it in rem.
MAX_WIDTH = 400
MAX_HEIGHT = 320

_EXTENSION = re.compile(r"[A-Za-z0-9]{1,5}")

type Message = Any  # of messaging.message, which stands on this


class File(NamedTuple):
    """A file as the fragment shows it. Sizes are in bytes, `width` and `height` in pixels.

    `kind` is a Blob.Kind. `small` is the (width, height) of the small picture, None if there is
    none.
    """

    id: int
    key: str
    name: str
    kind: str
    size: int
    alt: str = ""
    width: int = 0
    height: int = 0
    small: tuple[int, int] | None = None
    is_animated: bool = False

    @property
    def title(self) -> str:
        """What a line of text calls the file: what a picture shows, or its name."""
        return self.alt or self.name

    @property
    def address(self) -> str:
        """The name in it is for programs that save the file under the end of its address."""
        name = "file" if self.name in _NOT_IN_ADDRESSES else self.name
        return f"/files/{self.key}/{quote(name, safe='')}"

    @property
    def small_address(self) -> str:
        return f"/files/{self.key}/small"

    @property
    def extension(self) -> str:
        """What the name ends with, as people call the kind of a file: "PDF". Empty if unusual."""
        stem, _dot, end = self.name.rpartition(".")
        return end.upper() if stem and _EXTENSION.fullmatch(end) else ""

    @property
    def is_tall(self) -> bool:
        """True if the height of the small picture, not its width, limits how large it is shown."""
        if not self.small:
            return False
        width, height = self.small
        return height > MAX_HEIGHT and width * MAX_HEIGHT < height * MAX_WIDTH


def files_of(message: Message) -> list[File]:
    """Return the files of `message`, in order."""
    return [File(**stored) for stored in message.extras.get(KEY, [])]


def snapshot_of(attachments: Iterable[Attachment]) -> list[dict[str, Any]]:
    """Return what a message stores of its files: the fields of File that differ from its defaults.

    The attachments have their blobs loaded.
    """
    return [
        {name: value for name, value in shown._asdict().items() if value not in ("", 0, None)}
        for shown in map(file_of, attachments)
    ]


def file_of(attachment: Attachment) -> File:
    """Return `attachment`, with its blob loaded, as the fragment shows it."""
    blob = attachment.blob
    return File(
        id=attachment.pk,
        key=blob.pk,
        name=attachment.name,
        kind=str(blob.kind),
        size=blob.size,
        alt=attachment.alt,
        width=blob.width,
        height=blob.height,
        small=(blob.small_width, blob.small_height) if blob.small_size else None,
        is_animated=blob.is_animated,
    )
