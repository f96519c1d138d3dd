"""One import at a time: its row is a lease, which it renews with each batch that it stores.

An import that was killed leaves its row; the next one takes over at once if the process is gone
from this machine, and otherwise after LEASE_SECONDS.
"""

import os
import platform
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from users.audit import Act, record
from users.models import User, Workspace

from ..models import Import

LEASE_SECONDS = 120
STOPPED = "It was stopped before its end. Run the same command again to go on."


class Busy(Exception):
    """Another import is running."""


class Superseded(Exception):
    """The lease has ended, and another import has begun."""


@transaction.atomic
def begin(source: str, name: str, by: User, options: Mapping[str, Any]) -> Import:
    """Return the row of a new import. Raise Busy if another one is running."""
    Workspace.lock()
    running = Import.objects.filter(ended_at=None)
    for other in running:
        if is_alive(other):
            raise Busy
    running.update(ended_at=timezone.now(), error=STOPPED)
    started = Import.objects.create(
        source=source,
        name=name[:200],
        started_by=by,
        options={**options, "process": [platform.node(), os.getpid()]},
    )
    record(Act.HISTORY_IMPORTED, by, detail=f"{source}: {name}")
    return started


def is_alive(run: Import) -> bool:
    """Return True if the import is running, as far as can be known."""
    if run.ended_at is not None or run.told_at < timezone.now() - timedelta(seconds=LEASE_SECONDS):
        return False
    host, pid = run.options.get("process") or ["", 0]
    return host != platform.node() or _is_running(pid)


def tell(run: Import, done: Counter[str], skipped: Counter[str]) -> None:
    """Say how far the import is, which renews its lease. Raise Superseded."""
    run.done, run.skipped = dict(done), _reasons(skipped)
    told = Import.objects.filter(pk=run.pk, ended_at=None)
    if not told.update(told_at=timezone.now(), done=run.done, skipped=run.skipped):
        raise Superseded


def end(run: Import, done: Counter[str], skipped: Counter[str], error: str = "") -> None:
    """Note that the import has ended, with a sentence if it could not go on."""
    now = timezone.now()
    run.done, run.skipped, run.error, run.ended_at = dict(done), _reasons(skipped), error, now
    Import.objects.filter(pk=run.pk, ended_at=None).update(
        told_at=now, ended_at=now, done=run.done, skipped=run.skipped, error=error[:500]
    )


def _reasons(skipped: Counter[str]) -> dict[str, int]:
    return {reason: count for reason, count in skipped.items() if count}


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
