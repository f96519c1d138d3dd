"""What was fetched lately, so that many messages with one link make one request."""

from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from core.http.client import Refused
from core.http.targets import PORTS, SCHEMES, parse
from files.actions import Refused as NotStored
from files.actions import claim, keep_drawn

from .fetching import Found
from .models import FetchedLink, Preview

ANSWERS_KEPT = timedelta(days=1)
FAILURES_KEPT = timedelta(minutes=30)
# A new answer waits this long for the message that it was fetched for.
UNUSED_KEPT = timedelta(seconds=30)


def address_of(link: str) -> str:
    """Return the address to fetch for `link`: without a fragment, and the same for all spellings
    of its host. "" if it is not one that we call."""
    try:
        return parse(link, SCHEMES, PORTS).url
    except Refused:
        return ""


def hash_of(url: str) -> str:
    return sha256(url.encode()).hexdigest()


def find_answer(url: str) -> FetchedLink | None:
    """Return what was fetched from `url` lately, also if it failed, or None."""
    now = timezone.now()
    answers = FetchedLink.objects.filter(url_hash=hash_of(url)).select_related("picture")
    answer = answers.first()
    if answer is None:
        return None
    kept = FAILURES_KEPT if answer.is_failed else ANSWERS_KEPT
    return answer if answer.fetched_at > now - kept else None


def keep_answer(url: str, found: Found | None) -> FetchedLink:
    """Store what was found at `url`; None is a failure, of which not even the address is stored."""
    picture = found and _stored(found)
    with transaction.atomic():
        if picture is not None:
            claim([picture.pk])
        answer, _is_new = FetchedLink.objects.update_or_create(
            url_hash=hash_of(url),
            defaults={
                "url": url if found else "",
                "title": found.title if found else "",
                "description": found.description if found else "",
                "site": found.site if found else "",
                "picture": picture,
                "fetched_at": timezone.now(),
                "is_failed": found is None,
            },
        )
    return answer


def _stored(found: Found):
    """Return the Blob of the picture; None if there is none, or no room for it."""
    if found.picture is None:
        return None
    try:
        return keep_drawn(found.picture)
    except NotStored:
        return None


def forget_answers() -> None:
    """Delete answers that are too old, and those to links that no message shows any more."""
    now = timezone.now()
    answers = FetchedLink.objects.all()
    answers.filter(fetched_at__lte=now - ANSWERS_KEPT).delete()
    fetched = answers.filter(is_failed=False, fetched_at__lte=now - UNUSED_KEPT)
    if fetched.exists():
        # A preview is made from an answer that is at most so old.
        recent = Preview.objects.filter(created_at__gt=now - 2 * ANSWERS_KEPT, is_removed=False)
        fetched.exclude(url__in=recent.values("url")).delete()
