"""How much may be stored: a file, all files, and the files of one person.

The row of a file is stored before its bytes, and all rows are counted after that. So of uploads at
the same time none is over the limit, and at the limit itself all of them may be refused.
"""

from django.conf import settings

from .models import Blob


class Refused(Exception):
    """A file is not stored. `code` says why: "empty", "too_large", "full", "own_full",
    "unavailable"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def stored_bytes() -> int:
    """Return the bytes of all files and of their small pictures."""
    return Blob.objects.totals()["bytes"]


def require_size(size: int) -> None:
    """Raise Refused if one file may not have `size` bytes."""
    if not size:
        raise Refused("empty")
    if size > settings.FILES_LIMIT:
        raise Refused("too_large")


def require_space(more: int = 0) -> None:
    """Raise Refused if the files whose rows are stored, and `more` bytes, are more than allowed."""
    if stored_bytes() + more > settings.FILES_QUOTA:
        raise Refused("full")


def require_share(own_bytes: int) -> None:
    """Raise Refused if the files of one person, `own_bytes`, are more than one may have."""
    if own_bytes > settings.FILES_SHARE:
        raise Refused("own_full")
