"""`manage.py backup`: writes all of the site's data to one tar file while the site runs."""

import errno
import gzip
import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError

from files.stores import Unavailable
from tertulia.data.backup import write_backup
from tertulia.operations.console import counted

COMPRESSED = {".gz", ".tgz"}


class Command(BaseCommand):
    help = "Back the site up to a file, while it runs; see also restore."
    requires_system_checks = (Tags.security,)  # templates and their faults are not used here

    def add_arguments(self, parser):
        where = "a tar, compressed if it ends in .gz or .tgz; - is the standard output"
        parser.add_argument("file", help=where)
        parser.add_argument(
            "--without-files", action="store_true", help="leave the files of messages out"
        )

    def handle(self, file, without_files, **options):
        choice = {"with_files": False} if without_files else {}
        try:
            count = written_out(**choice) if file == "-" else backed_up(Path(file), **choice)
        except Unavailable as error:
            raise CommandError(
                f"The backup was not written: the store of files does not answer ({error})."
                " Check FILES_URL, or leave the files out with --without-files."
            ) from error
        except OSError as error:
            raise CommandError(f"The backup was not written: {error.strerror or error}.") from error
        self.stderr.write(f"Backed up {counted(count, 'row')}.")


def written_out(**choice):
    """Write a backup to standard output and return its number of rows.

    Raise OSError if standard output is a terminal.
    """
    if sys.stdout.isatty():
        raise OSError("the standard output is a terminal")
    count = write_backup(sys.stdout.buffer, **choice)
    sys.stdout.buffer.flush()  # a full disk shows here
    return count


def backed_up(path, **choice):
    """Write a backup to `path` and return its number of rows.

    The file appears when it is complete, readable by its owner only. A device or a pipe is
    written directly.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, f"{path} is a folder")
    if path.exists() and not path.is_file():
        with opened(path, path.suffix) as output:
            return write_backup(output, **choice)
    path = path.resolve()  # replace the target of a symbolic link, not the link
    number, part = tempfile.mkstemp(prefix=".backup-", suffix=".part", dir=path.parent)
    try:
        os.close(number)
        with opened(Path(part), path.suffix) as output:
            count = write_backup(output, **choice)
        Path(part).replace(path)
    finally:
        Path(part).unlink(missing_ok=True)
    return count


@contextmanager
def opened(path, suffix):
    """Open a file to write bytes, compressed if `suffix` is that of a compressed file."""
    with path.open("wb") as output:
        if suffix not in COMPRESSED:
            yield output
        else:
            with gzip.GzipFile(fileobj=output, mode="wb", filename="", compresslevel=4) as smaller:
                yield smaller
