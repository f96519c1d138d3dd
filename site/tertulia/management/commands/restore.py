"""`manage.py restore`: reads a backup into an empty database, SQLite or PostgreSQL."""

import gzip
import sys
from contextlib import contextmanager
from pathlib import Path

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError

from tertulia.data.archive import NotRestorable
from tertulia.data.restore import read_backup
from tertulia.operations.console import counted

GZIP_MAGIC = b"\x1f\x8b"


class Command(BaseCommand):
    help = "Restore a file that backup wrote into an empty database, after migrate."
    requires_system_checks = (Tags.security,)  # templates and their faults are not used here

    def add_arguments(self, parser):
        parser.add_argument("file", help="the backup; - is the standard input")

    def handle(self, file, **options):
        try:
            with opened(file) as backup:
                count = read_backup(backup)
        except NotRestorable as error:
            raise CommandError(error) from error
        except OSError as error:
            raise CommandError(f"The backup was not read: {error.strerror or error}.") from error
        self.stderr.write(f"Restored {counted(count, 'row')}. Everybody logs in again.")


@contextmanager
def opened(file):
    """Open a backup to read bytes; "-" is standard input. Decompress it if it begins as gzip."""
    with sys.stdin.buffer if file == "-" else Path(file).open("rb") as backup:
        if backup.peek(2).startswith(GZIP_MAGIC):
            backup = gzip.GzipFile(fileobj=backup)
        yield backup
