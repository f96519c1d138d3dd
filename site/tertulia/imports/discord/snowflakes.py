"""Discord's ids: numbers in the order of time (https://docs.discord.com, "Snowflakes")."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_LAST = datetime(2100, 1, 1, tzinfo=UTC)


def number_of(snowflake: str) -> int | None:
    """Return the id as a number, or None if it is none."""
    is_id = snowflake.isascii() and snowflake.isdigit() and len(snowflake) <= 20
    return int(snowflake) if is_id else None


def time_of(snowflake: str) -> datetime | None:
    """Return when the id was made."""
    number = number_of(snowflake)
    if number is None:
        return None
    moment = _EPOCH + timedelta(milliseconds=number >> 22)
    return moment if number >> 22 and moment < _LAST else None
