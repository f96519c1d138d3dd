"""Send pushes to the push services (RFC 8030), several at a time, and understand their answers.

Nothing here reads the database: a thread that waits for a push service holds no connection.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlsplit

from core.http.client import Answer, Refused, Unreachable, request
from core.http.retry_after import seconds_of

from .encryption import seal
from .models import PushSubscription
from .payload import without_text
from .vapid import Signer

logger = logging.getLogger(__name__)

PUSH_THREADS = 8
TTL_SECONDS = 12 * 3600  # for which a push service keeps a push for a device that is off
MAX_ANSWER = 4 * 1024  # bytes; nothing in it is used
# If a push service fails so often in a row, the rest of a batch does not wait for it.
MAX_FAILURES = 3
LEAST_WAIT = 30  # seconds before the next attempt, whatever the push service says


class Notice(NamedTuple):
    """One push to one device: `text` is the payload."""

    device: PushSubscription
    text: bytes
    topic: str
    is_urgent: bool = False
    # What is sent again after a failure: the room and its first and last position that this is
    # about; no room if it is about several.
    room: int | None = None
    first: int = 0
    last: int = 0


class Outcome(StrEnum):
    """What became of a push: `SENT` to the device, the device is `GONE`, the push service
    `REFUSED` it for good, or it has to be sent `LATER`."""

    SENT = "sent"
    GONE = "gone"
    REFUSED = "refused"
    LATER = "later"


class Result(NamedTuple):
    """The outcome of a Notice; `wait` is how many seconds later to send it, 0 for as usual."""

    notice: Notice
    outcome: Outcome
    wait: int = 0


# By outcome, for the metrics of this process.
counts = Counter({f"device_pushes_total.{outcome}": 0 for outcome in Outcome})


def send_all(notices: Iterable[Notice], signer: Signer) -> Iterator[Result]:
    """Send all `notices` with PUSH_THREADS at a time; yield each Result as soon as it is known.

    The next one is taken from `notices` only when a thread is free, so that it is as new as can be.
    """
    failures: Counter[str] = Counter()
    running: dict[Future[Result], Notice] = {}
    with ThreadPoolExecutor(PUSH_THREADS, thread_name_prefix="pushes") as threads:
        for notice in notices:
            if failures[_service_of(notice)] >= MAX_FAILURES:
                yield _counted(Result(notice, Outcome.LATER))
                continue
            running[threads.submit(send, notice, signer)] = notice
            if len(running) >= PUSH_THREADS:
                yield from _finished(running, failures)
        while running:
            yield from _finished(running, failures)


def _finished(running: dict[Future[Result], Notice], failures: Counter[str]) -> Iterator[Result]:
    """Wait for at least one of `running`, remove what is done, and yield its Results."""
    for future in wait(running, return_when=FIRST_COMPLETED).done:
        notice = running.pop(future)
        service, result = _service_of(notice), _result_of(future, notice)
        failures[service] = failures[service] + 1 if result.outcome is Outcome.LATER else 0
        yield _counted(result)


def _service_of(notice: Notice) -> str:
    return urlsplit(notice.device.endpoint).netloc


def _result_of(future: Future[Result], notice: Notice) -> Result:
    error = future.exception()
    if error is None:
        return future.result()
    logger.error("A push failed", exc_info=error, extra={"event": "push.broken"})
    return Result(notice, Outcome.LATER)


def _counted(result: Result) -> Result:
    counts[f"device_pushes_total.{result.outcome}"] += 1
    return result


def send(notice: Notice, signer: Signer) -> Result:
    """Send one push and return its Result. It blocks until the push service has answered."""
    try:
        answer = _post(notice, notice.text, signer)
        if answer.status == 413:
            answer = _post(notice, without_text(notice.text), signer)
    except Unreachable as error:
        return _failed(notice, Outcome.LATER, str(error))
    except (Refused, ValueError) as error:
        return _failed(notice, Outcome.REFUSED, repr(error))
    if 200 <= answer.status < 300:
        return Result(notice, Outcome.SENT)
    if answer.status in (404, 410):
        return Result(notice, Outcome.GONE)
    is_later = answer.status in (408, 425, 429) or answer.status >= 500
    outcome = Outcome.LATER if is_later else Outcome.REFUSED
    return _failed(notice, outcome, str(answer.status), _wait_of(answer))


def _failed(notice: Notice, outcome: Outcome, reason: str, wait: int = 0) -> Result:
    host = urlsplit(notice.device.endpoint).hostname
    logger.info(
        "A push to %s failed: %s",
        *(host, reason),
        extra={
            "event": "push.failed",
            "fields": {"device": notice.device.pk, "host": host, "reason": reason},
        },
    )
    return Result(notice, outcome, wait)


def _post(notice: Notice, text: bytes, signer: Signer) -> Answer:
    device = notice.device
    headers = {
        "Authorization": signer.authorization(device.endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(TTL_SECONDS),
        "Urgency": "high" if notice.is_urgent else "normal",
        "Topic": notice.topic,  # replaces a push of the same room that waits for the device
    }
    return request(
        device.endpoint,
        method="POST",
        headers=headers,
        body=seal(text, device.p256dh, device.auth),
        most=MAX_ANSWER,
        is_cut=True,
        schemes=("https",),
        ports=(443,),
        redirects=0,
    )


def _wait_of(answer: Answer) -> int:
    """Return how many seconds to wait after an answer: its Retry-After, or 0 without a usable one.

    At least LEAST_WAIT, and at most as long as a push is worth sending.
    """
    seconds = seconds_of(answer.headers.get("retry-after", ""))
    return 0 if seconds is None else int(min(max(seconds, LEAST_WAIT), TTL_SECONDS))
