"""Writes everything that people made to one file, while the site runs."""

import errno
import gzip
import sys
from pathlib import Path

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError

from tertulia.backup import write_backup
from tertulia.console import counted


class Command(BaseCommand):
    help = "Back the site up to a file, while it runs; see also restore."
    requires_system_checks = (Tags.security,)  # templates and their faults are not used here

    def add_arguments(self, parser):
        parser.add_argument("file", help="compressed if it ends in .gz; - is the standard output")

    def handle(self, file, **options):
        try:
            count = write_backup(sys.stdout) if file == "-" else backed_up(Path(file))
        except OSError as error:
            raise CommandError(f"The backup was not written: {error.strerror or error}.") from error
        self.stderr.write(f"Backed up {counted(count, 'row')}.")


def backed_up(path):
    """Write a backup to `path`, which is there only once it is whole; return its rows."""
    part = path.with_name(f"{path.name}.part")
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, f"{path} is a folder")
    try:
        with opened(part, path.suffix, "w") as output:
            count = write_backup(output)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def opened(path, suffix, mode):
    """Open a text file, readable by its owner only, compressed if `suffix` is .gz."""
    if "w" in mode:
        path.unlink(missing_ok=True)
        path.touch(mode=0o600, exist_ok=False)
    if suffix == ".gz":
        return gzip.open(path, f"{mode}t", compresslevel=4, encoding="utf-8", newline="\n")
    return path.open(mode, encoding="utf-8", newline="\n")
