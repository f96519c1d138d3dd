"""Registers each process of the site in the database and decides which one runs tasks.

Workers run the tasks. If there is none, the web process that has run longest does.
"""

import asyncio
import logging
import os
import secrets
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.utils import timezone

from core.threads import InDatabase, in_database

from .. import __version__
from ..background import tasks, worker
from ..background.models import Process
from ..operations import metrics
from .spare_memory import give_back

logger = logging.getLogger(__name__)

LEASE_LIFE = timedelta(seconds=30)
RENEWAL_SECONDS = 8
WORK_SECONDS = 2  # between two queries for due tasks
LAST_WORK_SECONDS = 10  # for a running task to finish when the process shuts down


class Lease:
    """This process's row, which expires unless renewed. `kind` is a Process.Kind."""

    def __init__(self, kind):
        self.kind = kind
        self.name = secrets.token_hex(16)
        self.started_at = timezone.now()
        self.process = None

    def renew(self):
        """Renew the lease and delete expired ones; return True if this process runs tasks.

        Deleting an expired lease releases its process's tasks, so that another can run them.
        """
        self.process, is_new = Process.objects.update_or_create(
            name=self.name,
            defaults={"expires_at": timezone.now() + LEASE_LIFE, "figures": metrics.figures()},
            create_defaults={
                "kind": self.kind,
                "host": os.environ.get("DYNO") or socket.gethostname()[:100],
                "pid": os.getpid(),
                "version": __version__,
                "started_at": self.started_at,
                "expires_at": timezone.now() + LEASE_LIFE,
                "figures": metrics.figures(),
            },
        )
        if is_new:
            tasks.keep_schedule()
        for gone in Process.objects.gone():
            logger.warning(
                "The lease of process %s expired",
                gone,
                extra={"event": "process.lease_expired", "fields": {"of": str(gone)}},
            )
            gone.delete()
        return self._works()

    def _works(self):
        if self.kind == Process.Kind.WORKER:
            return True
        alive = Process.objects.alive()
        if alive.filter(kind=Process.Kind.WORKER).exists():
            return False
        return alive.values_list("name", flat=True).first() == self.name

    def end(self):
        """Delete the row when the process ends."""
        Process.objects.filter(name=self.name).delete()


class ProcessRunner:
    """Renews a web process's lease, and runs the tasks if there is no worker.

    Tasks run in a thread of their own, so that a slow mail server does not delay requests.
    """

    def __init__(self):
        self.lease = Lease(Process.Kind.WEB)
        self.works = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tasks")
        self._loops = []
        self._stopping = False
        self._work = None

    def start(self):
        """Start both loops in the running event loop."""
        self._stopping = False
        loop = asyncio.get_running_loop()
        self._loops = [loop.create_task(self._keep()), loop.create_task(self._keep_working())]

    async def stop(self):
        """Stop, after the running task if it ends within LAST_WORK_SECONDS."""
        self._stopping = True
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        if self._work is not None and not self._work.done():
            await asyncio.wait([self._work], timeout=LAST_WORK_SECONDS)
        if self._work is None or self._work.done():  # else the expired lease releases the task
            await in_database(self.lease.end)()

    async def _keep(self):
        while True:
            try:
                self.works = await in_database(self.lease.renew)()
                await in_database(give_back)()
            except Exception as error:
                self.works = False
                logger.warning(
                    "This process could not renew its lease: %r",
                    error,
                    extra={"event": "process.lease_not_renewed"},
                )
            await asyncio.sleep(RENEWAL_SECONDS)

    async def _keep_working(self):
        run_due = InDatabase(worker.run_due, thread_sensitive=False, executor=self._thread)
        while True:
            await asyncio.sleep(WORK_SECONDS)
            if not self.works:
                continue
            try:
                due = run_due(self.lease.process, stop=lambda: self._stopping)
                self._work = asyncio.ensure_future(due)
                await asyncio.shield(self._work)
            except Exception as error:
                logger.warning(
                    "Running due tasks failed, retrying: %r",
                    error,
                    extra={"event": "tasks.run_failed"},
                )
