"""Models for the site's running processes and its stored tasks."""

from django.db import models
from django.tasks import TaskResult, TaskResultStatus
from django.tasks.base import TaskError
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class ProcessQuerySet(models.QuerySet):
    def alive(self):
        """Return the processes whose lease has not expired, the oldest process first."""
        return self.filter(expires_at__gt=timezone.now()).order_by("started_at", "pk")

    def gone(self):
        """Return the processes whose lease has expired: they ended without cleaning up."""
        return self.filter(expires_at__lte=timezone.now())


class Process(models.Model):
    """A running process of the site, alive until its lease expires.

    Deleting the row releases the tasks it was running, so that another process can run them.
    """

    class Kind(models.TextChoices):
        WEB = "web", _("Web")
        WORKER = "worker", _("Worker")

    name = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=6, choices=Kind)
    host = models.CharField(max_length=100)
    pid = models.PositiveIntegerField()
    version = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    # Its counters; see tertulia.operations.metrics.
    figures = models.JSONField(default=dict)

    objects = ProcessQuerySet.as_manager()

    def __str__(self):
        return f"{self.kind} {self.host}.{self.pid}"


class KeptTaskQuerySet(models.QuerySet):
    def due(self):
        """Return the tasks that can start now: scheduled for now, or left by a dead process."""
        ready = models.Q(status=TaskResultStatus.READY, run_after__lte=timezone.now())
        lost = models.Q(status=TaskResultStatus.RUNNING, process__isnull=True)
        return self.filter(ready | lost)

    def waiting(self):
        """Return the tasks that are not started, without the recurring ones."""
        return self.filter(status=TaskResultStatus.READY, every__isnull=True)

    def troubled(self):
        """Return the tasks that failed, for good or at the last attempt."""
        return self.exclude(error="").exclude(status=TaskResultStatus.SUCCESSFUL)

    def failed(self):
        return self.filter(status=TaskResultStatus.FAILED)


class KeptTask(models.Model):
    """A task of Django's framework, stored until it is done.

    A task with `every` (seconds) recurs for ever, in a single row.
    """

    path = models.CharField(max_length=200)
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    queue_name = models.CharField(max_length=40, default="default")
    priority = models.SmallIntegerField(default=0)
    every = models.PositiveIntegerField(null=True)
    status = models.CharField(
        max_length=10, choices=TaskResultStatus, default=TaskResultStatus.READY
    )
    run_after = models.DateTimeField(default=timezone.now)
    process = models.ForeignKey(
        Process, on_delete=models.SET_NULL, null=True, related_name="kept_tasks"
    )
    workers = models.JSONField(default=list)  # the process's name for each attempt
    error = models.TextField(blank=True)  # the traceback of the last attempt that failed
    error_class = models.CharField(max_length=200, blank=True)
    return_value = models.JSONField(null=True)
    enqueued_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = KeptTaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["path"],
                condition=models.Q(every__isnull=False),
                name="one_row_a_recurring_task",
            )
        ]
        indexes = [models.Index(fields=["status", "run_after"], name="task_by_time")]

    def __str__(self):
        return self.path.rpartition(".")[2]

    @property
    def attempts(self):
        return len(self.workers)

    @property
    def is_failed(self):
        return self.status == TaskResultStatus.FAILED

    @property
    def reason(self):
        """The last line of the last error, which names the exception."""
        return self.error.strip().rpartition("\n")[2]

    @property
    def task(self):
        """The django.tasks.Task. Raise ImportError if the code no longer has it."""
        return import_string(self.path)

    def result(self):
        """Return the task as Django's TaskResult."""
        errors = [TaskError(exception_class_path=self.error_class, traceback=self.error)]
        result = TaskResult(
            task=self.task,
            id=str(self.pk),
            status=TaskResultStatus(self.status),
            enqueued_at=self.enqueued_at,
            started_at=self.started_at,
            last_attempted_at=self.started_at,
            finished_at=self.finished_at,
            args=self.args,
            kwargs=self.kwargs,
            backend="default",
            errors=errors if self.error else [],
            worker_ids=self.workers,
        )
        object.__setattr__(result, "_return_value", self.return_value)  # as Django's backends do
        return result
