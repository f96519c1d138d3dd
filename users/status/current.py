"""The status that a person has now, if any."""

from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

MAX_LENGTH = 60  # letters
PLAIN = "💬"  # stands before words without an emoji, so that a status never looks like a badge
NONE = {"status_emoji": "", "status_text": "", "status_until": None}  # the fields of User


class Status(NamedTuple):
    """`emoji` is never empty; `until` is None if it does not end by itself."""

    emoji: str
    text: str
    until: object


def current_status(person):
    """Return the Status of `person`, or None if they have none, it has ended or they are gone."""
    emoji, text, until = person.status_emoji, person.status_text, person.status_until
    if not (emoji or text) or not person.is_active:
        return None
    if until is not None and until <= timezone.now():
        return None
    return Status(emoji or PLAIN, text, until)


def ended(now):
    """Return the Q for people whose status has ended at `now`, and is still stored."""
    return Q(status_until__lte=now)


def represent_status(person):
    """Return the status of `person` as JSON types; {} if they have none."""
    status = current_status(person)
    if status is None:
        return {}
    until = status.until and status.until.isoformat()
    return {"status": {"emoji": person.status_emoji, "text": status.text, "until": until}}
