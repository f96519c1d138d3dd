"""Writes everything that people made to one file, while the site runs."""

import gzip
import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from tertulia.backup import write_backup


class Command(BaseCommand):
    help = "Back the site up to a file, while it runs; see also restore."

    def add_arguments(self, parser):
        parser.add_argument("file", help="compressed if it ends in .gz; - is the standard output")

    def handle(self, file, **options):
        if file == "-":
            count = write_backup(sys.stdout)
        else:
            path = Path(file)
            part = path.with_name(f"{path.name}.part")  # a file of that name is whole
            with opened(part, path.suffix, "w") as output:
                count = write_backup(output)
            part.replace(path)
        self.stderr.write(f"{count} rows are backed up.")


def opened(path, suffix, mode):
    """Open a text file, readable by its owner only, compressed where `suffix` is .gz."""
    if "w" in mode:
        path.unlink(missing_ok=True)
        path.touch(mode=0o600, exist_ok=False)
    if suffix == ".gz":
        return gzip.open(path, f"{mode}t", compresslevel=4, encoding="utf-8", newline="\n")
    return path.open(mode, encoding="utf-8", newline="\n")
