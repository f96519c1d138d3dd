"""Backup, destroy, restore: the same export, on both databases and from one to the other."""

import gzip
import json

import pytest

from tertulia.backup import NotRestorable, read_backup
from users.models import User

from ..conftest import SEED
from ..servers import Server

# What a person would type, one after the other, in one process.
COMMANDS = """
import json, sys
from django.core.management import call_command
for command in json.loads({commands!r}):
    call_command(*command, verbosity=0)
"""
GOES_ON = """
from messaging.actions import post_message
from messaging.words import terms_of
room = Room.objects.get(slug="library")
message = post_message(room, User.objects.get(username="bruno"), "It goes on", "new")
assert message.position == 131, message.position
found = room.messages.holding(terms_of('"number 9"'))
assert [message.position for message in found] == [9], found
"""


class Site:
    """A site in a folder of its own, without its server."""

    def __init__(self, folder, database=None):
        folder.mkdir()
        self.folder = folder
        self.server = Server(folder, **({"DATABASE_URL": database} if database else {}))

    def manage(self, *commands):
        script = COMMANDS.format(commands=json.dumps(commands, default=str))
        self.shell(script)

    def shell(self, script):
        self.server.python("manage.py", "shell", "--verbosity", "0", input=script)

    @property
    def export(self):
        """The export in this site's folder, as {file name: text}."""
        folder = self.folder / "export"
        files = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): path.read_text() for path in files}


@pytest.fixture(scope="module")
def lost(tmp_path_factory):
    """A site on SQLite, which was backed up and exported before it was lost."""
    site = Site(tmp_path_factory.mktemp("backup") / "lost")
    site.manage(["migrate"])
    site.shell(SEED.read_text())
    site.manage(["backup", site.folder / "backup.gz"], ["export", site.folder / "export"])
    return site


def restored(site, backup):
    """Restore a backup into an empty site, and back it up and export it again."""
    folder = site.folder
    site.manage(
        ["migrate"],
        ["restore", backup],
        ["backup", folder / "backup"],
        ["export", folder / "export"],
    )
    site.shell(GOES_ON)
    return site


def rows(path):
    """The rows of a backup, without the header, which says when it was made."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    return text.splitlines()[1:]


def test_a_restored_site_exports_the_same_on_either_database(lost, new_database, tmp_path):
    on_postgresql = restored(Site(tmp_path / "1", new_database()), lost.folder / "backup.gz")
    assert on_postgresql.export == lost.export
    assert rows(on_postgresql.folder / "backup") == rows(lost.folder / "backup.gz")
    on_sqlite = restored(Site(tmp_path / "2"), on_postgresql.folder / "backup")
    assert on_sqlite.export == lost.export
    assert set(lost.export) == {"workspace.json", "rooms/1.json", "rooms/2.json"}


def test_a_backup_is_read_by_its_owner_only(lost):
    assert oct((lost.folder / "backup.gz").stat().st_mode & 0o777) == "0o600"


@pytest.fixture
def lines(lost):
    """The lines of the backup."""
    return gzip.decompress((lost.folder / "backup.gz").read_bytes()).decode().splitlines()


def test_a_backup_that_is_not_whole_changes_nothing(lines, db):
    with pytest.raises(NotRestorable, match="it is not whole"):
        read_backup(iter(lines[:-5]))
    assert User.objects.count() == 0
    read_backup(iter(lines))
    assert User.objects.count() == 3


def test_a_backup_is_not_restored_over_a_workspace(lines, ana):
    with pytest.raises(NotRestorable, match="There is a workspace here already"):
        read_backup(iter(lines))
    assert User.objects.get() == ana


def test_a_backup_of_another_shape_names_the_release_that_made_it(lines, db):
    header = json.loads(lines[0])
    header["migrations"].append("rooms.0999_later")
    with pytest.raises(NotRestorable, match=header["tertulia"]):
        read_backup(iter([json.dumps(header), *lines[1:]]))


def test_what_is_no_backup_is_refused(db):
    with pytest.raises(NotRestorable, match="This is no backup"):
        read_backup(iter(["{}"]))
