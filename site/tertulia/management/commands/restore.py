"""Takes a backup back into an empty database, of either kind."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from tertulia.backup import NotRestorable, read_backup

from .backup import opened


class Command(BaseCommand):
    help = "Restore a file that backup wrote into an empty database, after migrate."

    def add_arguments(self, parser):
        parser.add_argument("file", help="the backup; - is the standard input")

    def handle(self, file, **options):
        try:
            if file == "-":
                count = read_backup(sys.stdin)
            else:
                with opened(Path(file), Path(file).suffix, "r") as backup:
                    count = read_backup(backup)
        except (NotRestorable, OSError) as error:
            raise CommandError(error) from error
        except ValueError as error:
            raise CommandError(f"This is no backup: {error}") from error
        self.stderr.write(f"{count} rows are restored. Everybody logs in again.")
