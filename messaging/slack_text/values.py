"""What programs put where a list, an object or a number belongs."""

from collections.abc import Mapping
from typing import Any

MAX_ENTRIES = 500  # of any list in a payload


def entries(value: Any) -> list[Any]:
    """Return the first entries of `value`, or [] if it is no list."""
    return value[:MAX_ENTRIES] if isinstance(value, list) else []


def mappings(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects among the first entries of `value`."""
    return [entry for entry in entries(value) if isinstance(entry, Mapping)]


def number(value: Any) -> int:
    """Return `value` if it is a natural number that is not large, else 0."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value < 1_000_000 else 0
