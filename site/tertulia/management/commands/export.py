"""Writes the whole workspace as JSON, a file a room; README says its shape."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from rooms.models import Room
from tertulia import exports
from tertulia.backup import snapshot


class Command(BaseCommand):
    help = "Export the workspace to a new folder: workspace.json, and a file in rooms/ for each."

    def add_arguments(self, parser):
        parser.add_argument("folder")

    def handle(self, folder, **options):
        folder = Path(folder)
        try:
            folder.mkdir(mode=0o700, parents=True)
        except FileExistsError as error:
            raise CommandError(f"{folder} is there already.") from error
        with snapshot() as database:
            rooms = list(Room.objects.using(database).order_by("pk"))
            (folder / "rooms").mkdir()
            for room in rooms:
                write(folder / exports.room_file(room), exports.room_json(room, database))
            write(folder / "workspace.json", exports.workspace_json(database))
        self.stderr.write(f"{len(rooms)} rooms are exported.")


def write(path, pieces):
    with path.open("w", encoding="utf-8") as file:
        file.writelines(pieces)
