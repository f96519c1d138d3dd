"""`manage.py export`: writes the workspace as JSON, one file per room; see the README."""

import shutil
import tempfile
from pathlib import Path

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError

from files.stores import Missing, Unavailable
from rooms.models import Room
from tertulia.data import exported_files, exports
from tertulia.data.snapshot import snapshot
from tertulia.operations.console import counted
from users.models import Workspace


class Command(BaseCommand):
    help = "Export the workspace to a new folder: workspace.json, rooms/ and files/."
    requires_system_checks = (Tags.security,)  # templates and their faults are not used here

    def add_arguments(self, parser):
        parser.add_argument("folder")

    def handle(self, folder, **options):
        if Workspace.current() is None:
            raise CommandError("There is no workspace yet: open the site and set it up first.")
        folder = Path(folder)
        if folder.exists():
            raise CommandError(f"{folder} is there already.")
        try:
            count = exported(folder)
        except Unavailable as error:
            raise CommandError(
                f"Nothing was exported: the store of files does not answer ({error})."
            ) from error
        except OSError as error:
            raise CommandError(f"Nothing was exported: {error.strerror or error}.") from error
        self.stderr.write(f"Exported {counted(count, 'room')}.")


def exported(folder):
    """Export to `folder`, which appears when it is complete; return the number of rooms."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        (part / "rooms").mkdir()
        with snapshot() as database:
            rooms = list(Room.objects.using(database).order_by("pk"))
            for room in rooms:
                write(part / exports.room_file(room), exports.room_json(room, database))
            write(part / "workspace.json", exports.workspace_json(database))
            write_files(part, exported_files.files(database), database)
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return len(rooms)


def write_files(folder, files, database):
    """Write the files of messages; one that its store does not have is left out."""
    for file in files:
        path = folder / exported_files.path_of(file)
        path.parent.mkdir(exist_ok=True)
        try:
            with path.open("wb") as written:
                written.writelines(exported_files.pieces_of(file, database))
        except Missing:
            path.unlink()


def write(path, pieces):
    with path.open("w", encoding="utf-8") as file:
        file.writelines(pieces)
