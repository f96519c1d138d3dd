"""`manage.py work`: runs stored tasks until it gets SIGTERM; the Procfile's worker."""

import logging
import signal
import threading

from django.core.checks import Tags
from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection

from tertulia.background import worker
from tertulia.background.models import Process
from tertulia.server.processes import RENEWAL_SECONDS, WORK_SECONDS, Lease

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Run the tasks that are due: mails, clean-up. Web processes do so if no worker runs."
    requires_system_checks = (Tags.security,)  # to check each template would take ten seconds

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="end when nothing more is due")

    def handle(self, once, **options):
        self.ending = threading.Event()
        self.lease = Lease(Process.Kind.WORKER)
        self.lease.renew()
        if once:
            worker.run_due(self.lease.process)
        else:
            self.work_on()
        self.attempt(self.lease.end)

    def work_on(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.ending.set())
        threading.Thread(target=self.renew, daemon=True).start()
        logger.info("The worker is running tasks", extra={"event": "worker.started"})
        while not self.ending.is_set():
            self.attempt(lambda: worker.run_due(self.lease.process, self.ending.is_set))
            self.ending.wait(WORK_SECONDS)

    def renew(self):
        """Renew the lease in a thread of its own, however long the tasks take."""
        while not self.ending.wait(RENEWAL_SECONDS):
            self.attempt(self.lease.renew)

    def attempt(self, act):
        """Call `act`, and log an error, such as a lost database: the caller tries again soon."""
        try:
            act()
        except Exception as error:
            logger.warning(
                "Running due tasks failed, retrying: %r",
                error,
                extra={"event": "tasks.run_failed"},
            )
            connection.close_if_unusable_or_obsolete()
        finally:
            close_old_connections()
