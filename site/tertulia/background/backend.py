"""A backend of Django's tasks that stores them in the database.

https://docs.djangoproject.com/en/6.1/topics/tasks/. A task that is enqueued in a transaction is
stored if the transaction commits; `worker` runs it.
"""

from django.tasks.backends.base import BaseTaskBackend
from django.tasks.exceptions import TaskResultDoesNotExist
from django.tasks.signals import task_enqueued
from django.utils import timezone
from django.utils.json import normalize_json

from .models import KeptTask


class DatabaseBackend(BaseTaskBackend):
    supports_defer = True
    supports_async_task = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task, args, kwargs):
        """Store `task`, to run soon or after its `run_after`; return its TaskResult."""
        self.validate_task(task)
        kept = KeptTask.objects.create(
            path=task.module_path,
            args=normalize_json(list(args)),
            kwargs=normalize_json(kwargs),
            queue_name=task.queue_name,
            priority=task.priority,
            run_after=task.run_after or timezone.now(),
        )
        result = kept.result()
        task_enqueued.send(type(self), task_result=result)
        return result

    def get_result(self, result_id):
        """Return the TaskResult of that id; raise TaskResultDoesNotExist if there is none.

        A finished task is kept for a day, without its arguments.
        """
        try:
            return KeptTask.objects.get(pk=result_id).result()
        except (KeptTask.DoesNotExist, ValueError) as error:
            raise TaskResultDoesNotExist(result_id) from error
