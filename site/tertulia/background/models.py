"""The site's own records: the processes that run it, and the tasks that it keeps for later."""

from django.db import models
from django.tasks import TaskResult, TaskResultStatus
from django.tasks.base import TaskError
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class ProcessQuerySet(models.QuerySet):
    def alive(self):
        """Those that have said so within their lease, the one that has run longest first."""
        return self.filter(expires_at__gt=timezone.now()).order_by("started_at", "pk")

    def gone(self):
        """Those that ended without a word."""
        return self.filter(expires_at__lte=timezone.now())


class Process(models.Model):
    """One process of the site, believed in until its lease runs out.

    What it was working at falls free with this row, so that another process takes it up.
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
    # What it has counted so far; see tertulia.operations.metrics.
    figures = models.JSONField(default=dict)

    objects = ProcessQuerySet.as_manager()

    def __str__(self):
        return f"{self.kind} {self.host}.{self.pid}"


class KeptTaskQuerySet(models.QuerySet):
    def due(self):
        """What can be begun now: its time has come, or the process that worked at it is gone."""
        ready = models.Q(status=TaskResultStatus.READY, run_after__lte=timezone.now())
        lost = models.Q(status=TaskResultStatus.RUNNING, process__isnull=True)
        return self.filter(ready | lost)

    def waiting(self):
        """What somebody asked for and is not done."""
        return self.filter(status=TaskResultStatus.READY, every__isnull=True)

    def troubled(self):
        """What has failed, for good or at the last attempt."""
        return self.exclude(error="").exclude(status=TaskResultStatus.SUCCESSFUL)

    def failed(self):
        return self.filter(status=TaskResultStatus.FAILED)


class KeptTask(models.Model):
    """A task of Django's framework, kept until it is done.

    One with `every` (seconds) comes back for ever; there is one row of each.
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
    workers = models.JSONField(default=list)  # the name of a process for each attempt
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
        """The last line of the last error, which says most."""
        return self.error.strip().rpartition("\n")[2]

    @property
    def task(self):
        """The django.tasks.Task; ImportError where the code knows it no more."""
        return import_string(self.path)

    def result(self):
        """Return this as Django's TaskResult."""
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
        object.__setattr__(result, "_return_value", self.return_value)  # as Django's own backends
        return result
