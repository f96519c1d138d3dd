"""`manage.py import`: brings rooms, people and messages from elsewhere; see the README."""

import contextlib
from pathlib import Path

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from core.text import fold
from tertulia.imports.readers import READERS, open_reader
from tertulia.imports.records import Broken, Options, uncounted
from tertulia.imports.writer import report
from tertulia.imports.writer.check import check
from tertulia.imports.writer.choices import Choices, unknown_rooms
from tertulia.imports.writer.lease import STOPPED, Busy, Superseded
from tertulia.imports.writer.mapping import MAX_BYTES, MappingRefused, read_mapping
from tertulia.imports.writer.run import run_import
from users.clock.zones import zone_named
from users.languages import workspace_time_zone
from users.models import User, Workspace

BUSY = "Another import is running. Wait for its end; if it was killed, for two minutes."


class Command(BaseCommand):
    help = "Import rooms, people and messages from elsewhere. It can be repeated, and goes on."
    requires_system_checks = (Tags.security,)  # templates and their faults are not used here

    def add_arguments(self, parser):
        parser.add_argument("source", choices=sorted(READERS))
        parser.add_argument("file", help="the archive: a file or a folder, as the source has it")
        parser.add_argument(
            "--check", action="store_true", help="read everything and write nothing"
        )
        parser.add_argument(
            "--people", metavar="FILE", help="a CSV: who it is there, and the username here"
        )
        parser.add_argument("--rooms", default="", help="only these, with commas between them")
        parser.add_argument("--direct", action="store_true", help="direct conversations as well")
        parser.add_argument("--files", action="store_true", help="files as well")
        parser.add_argument("--large", action="store_true", help="more than 2 GiB when unpacked")
        parser.add_argument(
            "--zone", help="of times without one, such as Europe/Madrid; else the workspace's"
        )
        parser.add_argument(
            "--as", dest="owner", metavar="USERNAME", help="the administrator who owns new rooms"
        )

    def handle(self, source, file, **options):
        by = administrator(options["owner"])
        rooms = tuple(filter(None, map(str.strip, options["rooms"].split(","))))
        choices = Choices(rooms, options["direct"], options["files"])
        try:
            with contextlib.suppress(BrokenPipeError):
                reader = opened(source, Path(file), options["large"], options["zone"])
                accounts = mapped(options["people"], reader)
                if unknown := unknown_rooms(reader, choices):
                    raise CommandError("\n".join(unknown))
                if options["check"]:
                    self._check(reader, choices, accounts)
                else:
                    map_no_database()
                    self._import(reader, choices, by, Path(file).name, accounts)
        except Broken as broken:
            raise CommandError(f"Nothing was imported. {broken}") from broken
        except MappingRefused as refused:
            raise CommandError(
                "\n".join(["Nothing was imported.", *refused.sentences])
            ) from refused

    def _check(self, reader, choices, accounts):
        found = check(reader, choices, accounts.keys())
        self.stdout.write(report.table(found.done, found.skipped))
        if found.bytes:
            self.stdout.write(f"\nThe files have {report.size(found.bytes)}.")
        self.stdout.write(f"\n{report.names(found.without_account)}")
        self.stdout.write("\nNothing was written.")

    def _import(self, reader, choices, by, name, accounts):
        try:
            run = run_import(reader, choices, by, name, accounts, self._tell)
        except Busy as busy:
            raise CommandError(BUSY) from busy
        except Superseded as superseded:
            raise CommandError(STOPPED) from superseded
        self.stdout.write(report.table(run.done, run.skipped))

    def _tell(self, run):
        if self.stderr.isatty():
            self.stderr.write(f"\r{run.done.get('messages', 0):,} messages", ending="")


def map_no_database():
    """Turn off SQLite's memory map: up to 128 MiB of it would count as memory of the import."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA mmap_size = 0")


def administrator(username):
    """Return the administrator of that username, or the first one. Raise CommandError."""
    if Workspace.current() is None:
        raise CommandError("There is no workspace yet: open the site and set it up first.")
    people = User.objects.filter(is_administrator=True, is_active=True).order_by("pk")
    if username:
        people = people.filter(username_key=fold(username.removeprefix("@")))
    by = people.first()
    if by is None:
        raise CommandError(
            f"There is no administrator with the username {username!r}."
            if username
            else "There is no active administrator, who would own the rooms."
        )
    return by


def opened(source, path, is_large, zone_name=None):
    """Return the reader of the archive. Raise CommandError or Broken."""
    zone = zone_named(zone_name or "") or workspace_time_zone()
    if zone_name and zone_named(zone_name) is None:
        raise CommandError(f"{zone_name!r} is not a time zone, such as Europe/Madrid.")
    if not path.exists():
        raise CommandError(f"{path} is not there.")
    return open_reader(source, path, Options(is_large=is_large, zone=zone))


def mapped(path, reader):
    """Return {key of a Person: User} of the file of people, {} without one."""
    if not path:
        return {}
    try:
        with Path(path).open("rb") as file, uncounted(reader):
            return read_mapping(file.read(MAX_BYTES + 1), reader.people())
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror or error}.") from error
