"""Post to a webhook, and understand the answer.

Nothing that waits for an answer reads the database or holds a connection to it.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from threading import BoundedSemaphore, Event, Lock, Thread
from typing import NamedTuple

from django.conf import settings
from django.db import connections
from django.utils import timezone

from core.http import client
from core.http.retry_after import seconds_of

from .models import OutgoingWebhook
from .signing import signatures

logger = logging.getLogger(__name__)

TIMEOUTS = client.Timeouts(connect=5, whole=15)  # seconds
MAX_ANSWER = 64 * 1024  # bytes, which are thrown away
SCHEMES, PORTS = ("https",), (443, 8443)  # besides the networks of WEBHOOKS_TO
# For how long a task waits for an answer; afterwards it leaves that to the thread.
PATIENCE_SECONDS = 1
WEBHOOK_THREADS = 8  # of one process that wait for an answer

_places = BoundedSemaphore(WEBHOOK_THREADS)

# By outcome, for the metrics of this process.
counts = Counter({"webhooks_total.sent": 0, "webhooks_total.failed": 0})


class Post(NamedTuple):
    webhook: OutgoingWebhook
    message_id: str  # the header webhook-id
    body: bytes


class Outcome(NamedTuple):
    """The status of the answer, or the reason why there is none; see `errors`. `wait` is what a
    Retry-After asks for, in seconds, or 0."""

    status: int | None
    error: str = ""
    milliseconds: int = 0
    wait: int = 0

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class NoThread(Exception):
    """WEBHOOK_THREADS of this process wait for answers already."""


def check(url: str) -> None:
    """Raise client.Refused or client.Unreachable if nothing can be sent to `url`."""
    client.check_host(url, SCHEMES, PORTS, settings.WEBHOOKS_TO)


def send_or_leave(post: Post, then: Callable[[Outcome], None]) -> Outcome | None:
    """Send `post` and return the Outcome; or None, if it takes longer than PATIENCE_SECONDS.

    In this case `then` is called with the Outcome, in another thread. Raise NoThread.
    """
    if not _places.acquire(blocking=False):
        raise NoThread
    box = _Box()
    try:
        Thread(target=_run, args=(post, then, box), name="webhook", daemon=True).start()
    except RuntimeError:  # no more threads
        _places.release()
        raise NoThread from None
    box.is_full.wait(PATIENCE_SECONDS)
    with box.lock:
        box.is_left = box.outcome is None
        return box.outcome


class _Box:
    """Where a thread puts the outcome, unless nobody waits for it any more."""

    def __init__(self) -> None:
        self.lock, self.is_full = Lock(), Event()
        self.outcome: Outcome | None = None
        self.is_left = False


def _run(post: Post, then: Callable[[Outcome], None], box: _Box) -> None:
    try:
        outcome = _outcome_of(post)
    finally:
        _places.release()
    with box.lock:
        box.outcome = outcome
        is_left = box.is_left
    box.is_full.set()
    if is_left:
        try:
            then(outcome)
        except Exception as error:  # the lease ends, and a task comes back
            logger.error(
                "The answer of a webhook could not be noted",
                exc_info=error,
                extra={"event": "webhook.not_noted", "fields": {"webhook": post.webhook.pk}},
            )
        finally:
            connections.close_all()


def _outcome_of(post: Post) -> Outcome:
    try:
        outcome = send(post)
    except Exception as error:
        logger.error("A webhook failed", exc_info=error, extra={"event": "webhook.broken"})
        outcome = Outcome(None, "broken")
    counts[f"webhooks_total.{'sent' if outcome.is_success else 'failed'}"] += 1
    if not outcome.is_success:
        # Not the address itself: some hold secrets.
        fields = {"webhook": post.webhook.pk, "status": outcome.status, "error": outcome.error}
        logger.info("A webhook failed", extra={"event": "webhook.failed", "fields": fields})
    return outcome


def send(post: Post) -> Outcome:
    """Send `post` now and return the Outcome. It blocks for up to TIMEOUTS.whole seconds."""
    began = time.monotonic()
    status, error, wait = None, "", 0
    try:
        answer = client.request(
            post.webhook.url,
            method="POST",
            headers=_headers(post),
            body=post.body,
            most=MAX_ANSWER,
            is_cut=True,
            schemes=SCHEMES,
            ports=PORTS,
            redirects=0,
            timeouts=TIMEOUTS,
            inside=settings.WEBHOOKS_TO,
        )
        status = answer.status
        wait = max(0, int(seconds_of(answer.headers.get("retry-after", "")) or 0))
    except (client.Refused, client.Unreachable) as failure:
        error = failure.code
    return Outcome(status, error, int((time.monotonic() - began) * 1000), wait)


def _headers(post: Post) -> dict[str, str]:
    timestamp = int(timezone.now().timestamp())
    return {
        "Content-Type": "application/json",
        "webhook-id": post.message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signatures(post.webhook, post.message_id, timestamp, post.body),
    }
