"""The tasks of previews: fetch what a message links to, and forget what was fetched."""

import logging
import random
from contextlib import suppress
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.tasks import task
from django.utils import timezone

from core import rate_limits
from core.http import client
from users.models import Workspace

from ..message.models import Message
from . import answers, turns
from .actions import link_without_preview, show_preview
from .fetching import Found, NothingToShow, fetch
from .models import FetchedLink

rate_limits.define("preview", count=20, seconds=600)  # links of one person that are fetched
rate_limits.define("previews", count=200, seconds=600)  # of all
# A message whose host is busy comes again after 2 seconds, then 4, 8 …
MAX_ATTEMPTS = 7

logger = logging.getLogger(__name__)


@task(priority=-10)
def fetch_preview(message_id: int, attempt: int = 1) -> None:
    """Show the preview of a message; fetch its link if nobody did lately. Everything else goes
    first.

    A request for it is made at most once at a time, so run twice it does nothing more.
    """
    messages = Message.objects.for_display().select_related("room", "author")
    message = messages.filter(pk=message_id, author__is_active=True).first()
    link = message and link_without_preview(message)
    if not link:
        return
    url = answers.address_of(link)
    answer = answers.find_answer(url)
    if answer is None and turns.take(url):
        answer = _answer_in_turn(url, message)
    elif answer is None:
        _try_again(message_id, attempt)
    if answer is not None and not answer.is_failed:
        with suppress(PermissionDenied):  # the room was deleted
            show_preview(message, answer)


def _answer_in_turn(url: str, message: Message) -> FetchedLink | None:
    """Return the answer of `url`, whose turn was taken; None if there were too many requests."""
    has_answered = True
    try:
        answer = answers.find_answer(url)  # it may have come while this process took its turn
        if answer is None and _is_allowed(message):
            found, has_answered = _fetched(url)
            answer = answers.keep_answer(url, found)
        return answer
    finally:
        turns.end(url, has_answered)


def _is_allowed(message: Message) -> bool:
    """Count one more link of the author, and of the workspace."""
    whose = {"preview": message.author, "previews": Workspace(pk=1)}
    for limit, person in whose.items():
        if rate_limits.take(limit, person):
            fields = {"limit": limit, "user": message.author_id}
            logger.info(
                "A link is not fetched: too many are",
                extra={"event": "previews.limited", "fields": fields},
            )
            return False
    return True


def _fetched(url: str) -> tuple[Found | None, bool]:
    """Return what is at `url`, or None, and whether its server has answered."""
    found, reason, has_answered = None, "", True
    try:
        found = fetch(url)
    except client.Unreachable as error:
        reason, has_answered = str(error), False
    except (client.Refused, NothingToShow) as error:
        reason = str(error)
    # Not the address itself: some are secrets.
    fields = {"host": turns.host_of(url), "reason": reason}
    logger.info(
        "A link was fetched" if found else "A link has no preview",
        extra={"event": "previews.fetched", "fields": fields},
    )
    return found, has_answered


def _try_again(message_id: int, attempt: int) -> None:
    """Queue the task again, later each time, so that many links of one host do not crowd."""
    if attempt >= MAX_ATTEMPTS:
        return
    seconds = 2**attempt * random.uniform(1, 1.5)
    later = timezone.now() + timedelta(seconds=seconds)
    fetch_preview.using(run_after=later).enqueue(message_id, attempt + 1)


@task
def forget_answers() -> None:
    """Forget what was fetched and is old, or is shown by no message any more."""
    answers.forget_answers()
