"""Keep little memory that is not used, and give it back to the system.

The C library gives each thread a heap of its own, and keeps what was freed between the few things
that are still used. It stays this process's memory, although it is empty.
"""

import ctypes
import gc

ARENA_MAX, MMAP_THRESHOLD = -8, -3  # of mallopt(3)
HEAPS = 2  # Python runs one thread at a time, so they need no more
# Bytes: a larger text is given back as soon as it is freed. The system clears all memory that it
# hands out, which takes long: the texts of a room's page, of 100 to 400 kB, must stay below this.
LARGE = 512 * 1024


def _library() -> ctypes.CDLL | None:
    """Return glibc; None with another library, such as musl."""
    try:
        library = ctypes.CDLL(None)
        library.malloc_trim, library.mallopt  # noqa: B018 - they are looked up here
    except (AttributeError, OSError):
        return None
    return library


glibc = _library()


def keep_little() -> None:
    """Call this once the process has loaded everything, before it starts its threads.

    What it has until now stays: the garbage collector need not look at it again.
    """
    if glibc is not None:
        glibc.mallopt(ARENA_MAX, HEAPS)
        glibc.mallopt(MMAP_THRESHOLD, LARGE)
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Give the system all whole pages of memory that are free."""
    if glibc is not None:
        glibc.malloc_trim(0)
