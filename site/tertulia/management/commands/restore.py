"""Takes a backup back into an empty database, of either kind."""

import sys
from pathlib import Path

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError

from tertulia.backup import NotRestorable, read_backup
from tertulia.console import counted

from .backup import opened


class Command(BaseCommand):
    help = "Restore a file that backup wrote into an empty database, after migrate."
    requires_system_checks = (Tags.security,)  # templates and their faults are not used here

    def add_arguments(self, parser):
        parser.add_argument("file", help="the backup; - is the standard input")

    def handle(self, file, **options):
        try:
            if file == "-":
                count = read_backup(sys.stdin)
            else:
                with opened(Path(file), Path(file).suffix, "r") as backup:
                    count = read_backup(backup)
        except NotRestorable as error:
            raise CommandError(error) from error
        except OSError as error:
            raise CommandError(f"The backup was not read: {error.strerror or error}.") from error
        self.stderr.write(f"Restored {counted(count, 'row')}. Everybody logs in again.")
