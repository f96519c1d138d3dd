"""The header Retry-After (RFC 9110, 10.2.3)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def seconds_of(text: str) -> float | None:
    """Return how many seconds a Retry-After asks to wait, a number or a date; None if neither.

    A date in the past is a negative number.
    """
    text = text.strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (moment - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return None
