"""Give freed memory back to the system.

After a rush, such as a thousand people who open a page at once, the C library keeps what was freed
between the few things that are still used. It stays this process's memory, although it is empty.
"""

import ctypes
from collections.abc import Callable


def _trim() -> Callable[[int], int] | None:
    """Return glibc's function that does so; None with another library, such as musl."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):
        return None


trim = _trim()


def give_back() -> None:
    """Give the system all whole pages of memory that are free."""
    if trim is not None:
        trim(0)
