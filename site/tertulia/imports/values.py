"""Read values of JSON that strangers made: of the wrong type, null or missing, they are empty."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

MAX_KEY = 150  # letters of an id
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_SECONDS = re.compile(r"([0-9]{1,11})(?:\.([0-9]{1,12}))?")
# PostgreSQL stores no NUL, and nothing can encode a half of a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def text(value: Any) -> str:
    """Return `value` if it is text, without what no database stores; a number as text; or ""."""
    if isinstance(value, str):
        return storable(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number and abs(value) < 1e15 else ""


def storable(value: str) -> str:
    """Return `value` without what no database stores."""
    return value if value.isascii() and "\0" not in value else _UNSTORABLE.sub("", value)


def key(value: Any) -> str:
    """Return an id as text, or "" if it cannot be one."""
    found = text(value).strip()
    return found if len(found) <= MAX_KEY else ""


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of a list."""
    return (each for each in sequence(value) if isinstance(each, dict))


def keys(value: Any) -> list[str]:
    """Return the ids of a list, each once."""
    return list(dict.fromkeys(found for each in sequence(value) if (found := key(each))))


def moment(seconds: Any) -> datetime | None:
    """Return the time that is `seconds`, such as "1736554746.482349", after 1970.

    It is None for what is no time, or none at which anybody could have written.
    """
    match = _SECONDS.fullmatch(text(seconds).strip())
    if match is None:
        return None
    micros = int((match[2] or "").ljust(6, "0")[:6])
    time = EPOCH + timedelta(seconds=int(match[1]), microseconds=micros)
    return time if is_plausible(time) else None


def is_plausible(time: datetime) -> bool:
    """Return True if somebody could have written something at this time."""
    return _FIRST <= time < _LAST


def moment_of_millis(millis: Any) -> datetime | None:
    """Return the time that is `millis` after 1970, or None as `moment`."""
    number = text(millis).strip().partition(".")[0]
    return moment(f"{number[:-3] or 0}.{number[-3:].zfill(3)}") if number.isdigit() else None


def moment_of_iso(value: Any, zone: tzinfo = UTC) -> datetime | None:
    """Return the time that is written as ISO 8601, in `zone` without an offset, or None."""
    try:
        time = datetime.fromisoformat(text(value).strip())
        time = time if time.tzinfo else time.replace(tzinfo=zone)
        return time if is_plausible(time) else None
    except (ValueError, OverflowError):
        return None
