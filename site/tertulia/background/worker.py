"""Runs stored tasks at least once; if a process dies, another restarts its task within a minute.

So a task may run twice. One that must not needs to record in its own data that it is done.
"""

import logging
import random
from contextlib import suppress
from datetime import timedelta
from smtplib import SMTPException
from traceback import format_exception

from django.db import transaction
from django.tasks import TaskContext, TaskResultStatus
from django.tasks.signals import task_finished, task_started
from django.utils import timezone
from django.utils.json import normalize_json

from ..config.email_url import cause_of
from .models import KeptTask

logger = logging.getLogger(__name__)

# Seconds to wait after the first failed attempt, the second, and so on. After the last the task
# has failed.
BACK_OFF = (10, 60, 300, 900, 3600, 3 * 3600, 6 * 3600)
ATTEMPTS = len(BACK_OFF) + 1


def run_due(process, stop=lambda: False):
    """Run the tasks that are due, one by one, until none is left or `stop()` is true.

    Return how many were run.
    """
    count = 0
    while not stop() and (kept := _claim(process)) is not None:
        _run(kept)
        count += 1
    return count


def retry(kept):
    """Make a failed task due again, with all its attempts."""
    KeptTask.objects.filter(pk=kept.pk, status=TaskResultStatus.FAILED).update(
        status=TaskResultStatus.READY, run_after=timezone.now(), workers=[], finished_at=None
    )


def _claim(process):
    """Claim the next task for `process` and return it, or None. No two processes claim the same."""
    if not KeptTask.objects.due().exists():  # cheap: it does not take SQLite's only write lock
        return None
    with transaction.atomic():
        due = KeptTask.objects.due().select_for_update(skip_locked=True, of=["self"])
        kept = due.order_by("-priority", "run_after", "pk").first()
        if kept is not None:
            kept.status = TaskResultStatus.RUNNING
            kept.process = process
            kept.workers = [*kept.workers, process.name]
            kept.started_at = timezone.now()
            kept.save(update_fields=["status", "process", "workers", "started_at"])
        return kept


def _run(kept):
    try:
        value = _call(kept)
    except Exception as error:
        _note_failure(kept, error)
    else:
        _note_success(kept, value)


def _call(kept):
    if kept.attempts > ATTEMPTS and kept.every is None:
        raise RuntimeError("Every process that started this task ended before it was done.")
    task, result = kept.task, kept.result()
    task_started.send(type(task.get_backend()), task_result=result)
    context = [TaskContext(task_result=result)] if task.takes_context else []
    return normalize_json(task.call(*context, *kept.args, **kept.kwargs))


def _note_success(kept, value):
    changes = {"error": "", "error_class": "", "return_value": value}
    if kept.every is not None:
        _come_back(kept, kept.every, workers=[], **changes)
        return
    # Delete the arguments of a finished task: a mail's contain its text, with login links.
    _end(kept, TaskResultStatus.SUCCESSFUL, args=[], kwargs={}, **changes)


def _note_failure(kept, error):
    told = _told(error)
    logger.warning(
        "Task %s failed, attempt %s: %s",
        *(kept, kept.attempts, told.splitlines()[-1]),
        extra={"event": "task.failed", "fields": {"task": str(kept), "attempt": kept.attempts}},
    )
    changes = {
        "error": told,
        "error_class": f"{type(error).__module__}.{type(error).__qualname__}",
    }
    if kept.attempts < ATTEMPTS or kept.every is not None:
        seconds = BACK_OFF[min(kept.attempts, len(BACK_OFF)) - 1]
        _come_back(kept, seconds * random.uniform(0.8, 1.2), **changes)
    else:
        _end(kept, TaskResultStatus.FAILED, **changes)


def _told(error):
    """Return the traceback; for mail only the cause, because a server may quote the mail."""
    return cause_of(error) if isinstance(error, SMTPException) else "".join(format_exception(error))


def _come_back(kept, seconds, **changes):
    run_after = timezone.now() + timedelta(seconds=seconds)
    _save(kept, status=TaskResultStatus.READY, run_after=run_after, **changes)


def _end(kept, status, **changes):
    _save(kept, status=status, finished_at=timezone.now(), **changes)
    with suppress(ImportError):  # the code no longer has this task
        task_finished.send(type(kept.task.get_backend()), task_result=kept.result())


def _save(kept, **changes):
    """Store the outcome, unless another process has claimed the task in the meantime."""
    mine = KeptTask.objects.filter(pk=kept.pk, process=kept.process_id)
    mine.update(process=None, **changes)
    for name, value in changes.items():
        setattr(kept, name, value)
