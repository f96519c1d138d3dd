"""`manage.py doctor`: checks the services the site depends on and reports faults in sentences."""

import sys

from django.conf import settings
from django.core import checks
from django.core.management.base import BaseCommand

from tertulia import __version__
from tertulia.operations import health

TRIALS = {
    "The database answers.": health.try_database,
    "Database and code are of the same release.": health.try_migrations,
    "The search index is complete.": health.try_search,
    "Redis answers, or is not set.": health.try_redis,
    "The channel layer brings events back.": health.try_layer,
    "The cache keeps what it is given.": health.try_cache,
    "The mail server lets us in, or is not set.": health.try_mail,
    "Files are stored, read and removed.": health.try_files,
    "The static files are collected.": health.try_static_files,
    "Tasks are run.": health.try_tasks,
}


class Command(BaseCommand):
    help = "Try the database and every service that is set; say what is wrong."
    requires_system_checks = ()

    def handle(self, **options):
        self.stdout.write(f"note   This is Tertulia {__version__}.")
        deployed = not (settings.LOCAL or settings.DEBUG)
        found = checks.run_checks(tags=["security"], include_deployment_checks=deployed)
        for message in found:
            mark = "wrong" if message.is_serious() else "note "
            self.stdout.write(f"{mark}  {message.msg} {message.hint or ''}".strip())
        faults = sum(message.is_serious() for message in found)
        faults += sum(not self.goes_well(*trial) for trial in TRIALS.items())
        if faults:
            sys.exit(1)

    def goes_well(self, sentence, trial):
        """Run one trial, write its outcome, and return True if it succeeded."""
        try:
            trial()
        except Exception as fault:
            said = fault if isinstance(fault, health.Fault) else f"Not so: {sentence} ({fault!r})"
            self.stdout.write(f"wrong  {said}")
            return False
        self.stdout.write(f"well   {sentence}")
        return True
