"""What each process of the site says of itself, so that the others, and administrators, know.

The tasks are run by the workers; where there is none, by the web process that has run longest.
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

logger = logging.getLogger(__name__)

LEASE_LIFE = timedelta(seconds=30)
RENEWAL_SECONDS = 8
WORK_SECONDS = 2  # between two looks for what is due
LAST_WORK_SECONDS = 10  # what a task may still take when the process is asked to end


class Lease:
    """The row of this process, kept alive by `renew`. `kind` is one of Process.Kind."""

    def __init__(self, kind):
        self.kind = kind
        self.name = secrets.token_hex(16)
        self.started_at = timezone.now()
        self.process = None

    def renew(self):
        """Say that this process lives, and forget those that do not; return whether it works.

        What a process that is gone was working at falls free, to be taken up by another.
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
            logger.warning("Process %s ended without a word", gone)
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
        """Take the row away: for the end of the process."""
        Process.objects.filter(name=self.name).delete()


class Housekeeper:
    """Beside a web process's connections: renews its row, and runs tasks where no worker does.

    The tasks have a thread of their own, in which a slow mail server keeps nobody waiting.
    """

    def __init__(self):
        self.lease = Lease(Process.Kind.WEB)
        self.works = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tasks")
        self._loops = []
        self._stopping = False
        self._work = None

    def start(self):
        """Begin, in the running event loop."""
        self._stopping = False
        loop = asyncio.get_running_loop()
        self._loops = [loop.create_task(self._keep()), loop.create_task(self._keep_working())]

    async def stop(self):
        """End; the task that is being run may come to its end."""
        self._stopping = True
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        if self._work is not None and not self._work.done():
            await asyncio.wait([self._work], timeout=LAST_WORK_SECONDS)
        if self._work is None or self._work.done():  # else its task falls free with the lease
            await in_database(self.lease.end)()

    async def _keep(self):
        while True:
            try:
                self.works = await in_database(self.lease.renew)()
            except Exception as error:
                self.works = False
                logger.warning("This process could not say that it lives: %r", error)
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
                logger.warning("The tasks that are due wait: %r", error)
