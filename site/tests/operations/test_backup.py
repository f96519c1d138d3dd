"""Backup, destroy, restore: the same export, on both databases and from one to the other."""

import errno
import json
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tertulia.management.commands import backup as command

from ..conftest import SEED
from ..servers import ROOT, Server
from .archives import DOCUMENTS, members_of

# The commands that a person would type, run in one process.
COMMANDS = """
import json, sys
from django.core.management import call_command
for command in json.loads({commands!r}):
    call_command(*command, verbosity=0)
"""
SCHEDULES = """
from datetime import timedelta
from django.utils import timezone
from messaging.scheduled.actions import schedule_message
room, bruno = Room.objects.get(slug="library"), User.objects.get(username="bruno")
schedule_message(room.membership_of(bruno), "It was scheduled", timezone.now(), "later")

from users.status.actions import set_status
set_status(bruno, "\U0001f334", "On holiday", timezone.now() + timedelta(days=9))

from datetime import time
from messaging.notifications.quiet.actions import pause_until_tomorrow, set_quiet_hours
set_quiet_hours(bruno, time(22, 30), time(7), 0b1000001)
pause_until_tomorrow(bruno)
"""
GOES_ON = """
from messaging.message.actions import post_message
from messaging.search.index import holding, terms_of
room = Room.objects.get(slug="library")
message = post_message(room, User.objects.get(username="bruno"), "It goes on", "new")
assert message.position == 131, message.position
found = holding(room.messages.all(), terms_of('"number 9"'))
assert [message.position for message in found] == [9], found

from messaging.scheduled.actions import post_scheduled
from messaging.scheduled.models import Scheduled
posted = post_scheduled(Scheduled.objects.get())
assert posted.message.body == "It was scheduled", posted

from users.status.current import current_status
status = current_status(User.objects.get(username="bruno"))
assert status[:2] == ("\U0001f334", "On holiday"), status

from datetime import time
from messaging.models import NotificationSettings
kept = NotificationSettings.objects.get(user__username="bruno")
hours = (kept.quiet_from, kept.quiet_until, kept.quiet_days)
assert hours == (time(22, 30), time(7), 0b1000001), hours
assert kept.paused_at < kept.paused_until, kept
"""


class Site:
    """A site in its own folder, without a server."""

    def __init__(self, folder, database=None):
        folder.mkdir()
        self.folder = folder
        self.server = Server(folder, **({"DATABASE_URL": database} if database else {}))

    def manage(self, *commands):
        script = COMMANDS.format(commands=json.dumps(commands, default=str))
        self.shell(script)

    def run(self, *command):
        """Run one command as a person would; return (exit code, output)."""
        done = subprocess.run(
            [sys.executable, "manage.py", *map(str, command)],
            cwd=ROOT,
            env=self.server.environment | {"RATE_LIMITS": "on"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.returncode, done.stdout

    def shell(self, script):
        self.server.python("manage.py", "shell", "--verbosity", "0", input=script)

    @property
    def export(self):
        """Return the export in this site's folder, {file name: text}."""
        folder = self.folder / "export"
        files = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): path.read_text() for path in files}


@pytest.fixture(scope="module")
def lost(tmp_path_factory):
    """A site on SQLite that was backed up, exported and then deleted."""
    site = Site(tmp_path_factory.mktemp("backup") / "lost")
    site.manage(["migrate"])
    site.shell(SEED.read_text())
    site.shell(SCHEDULES)
    site.manage(["backup", site.folder / "backup.gz"], ["export", site.folder / "export"])
    return site


def restored(site, backup):
    """Restore a backup into an empty site; back it up and export it again."""
    folder = site.folder
    site.manage(
        ["migrate"],
        ["restore", backup],
        ["backup", folder / "backup"],
        ["export", folder / "export"],
    )
    site.shell(GOES_ON)
    return site


def contents(path):
    """Return the members of a backup, {name: bytes}, without its time."""
    return {name: text for name, text in members_of(path).items() if name not in DOCUMENTS}


def test_a_restored_site_exports_the_same_on_either_database(lost, new_database, tmp_path):
    on_postgresql = restored(Site(tmp_path / "1", new_database()), lost.folder / "backup.gz")
    assert on_postgresql.export == lost.export
    assert contents(on_postgresql.folder / "backup") == contents(lost.folder / "backup.gz")
    on_sqlite = restored(Site(tmp_path / "2"), on_postgresql.folder / "backup")
    assert on_sqlite.export == lost.export
    assert set(lost.export) == {"workspace.json", "rooms/1.json", "rooms/2.json"}


def test_a_backup_is_read_by_its_owner_only(lost):
    assert oct((lost.folder / "backup.gz").stat().st_mode & 0o777) == "0o600"


@pytest.mark.parametrize("cut", [0, 40, 4_000, -1])
def test_a_cut_file_is_a_sentence_to_restore(lost, tmp_path, cut):
    site = Site(tmp_path / "site")
    site.manage(["migrate"])
    whole = (lost.folder / "backup.gz").read_bytes()
    (tmp_path / "cut.gz").write_bytes(whole[:cut])
    code, said = site.run("restore", tmp_path / "cut.gz")
    assert (code, said.count("\n"), said.startswith("CommandError: ")) == (1, 1, True), said


def test_what_cannot_be_written_is_a_sentence_and_leaves_nothing(lost, tmp_path):
    missing = tmp_path / "missing" / "backup.gz"
    assert lost.run("backup", missing) == (
        1,
        "CommandError: The backup was not written: No such file or directory.\n",
    )
    assert lost.run("backup", tmp_path)[0] == 1
    assert lost.run("backup", "/dev/full/x")[0] == 1
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_no_part_of_a_backup(lost, tmp_path, monkeypatch):
    def full(file):
        file.write(b"the beginning")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(command, "write_backup", full)
    with pytest.raises(CommandError, match="No space left on device"):
        call_command("backup", tmp_path / "backup.gz")
    assert list(tmp_path.iterdir()) == []


def test_a_site_that_is_not_set_up_says_so(lost, tmp_path):
    site = Site(tmp_path / "site")
    code, said = site.run("restore", lost.folder / "backup.gz")
    assert (code, "run `python manage.py migrate`" in said) == (1, True), said
    site.manage(["migrate"])
    code, said = site.run("export", tmp_path / "export")
    assert (code, "There is no workspace yet" in said) == (1, True), said
    assert not (tmp_path / "export").exists()


@pytest.mark.parametrize("address", [None, "smtp://u:p@mail.example"])
def test_standard_output_holds_the_backup_and_nothing_else(lost, address, tmp_path):
    variables = {"EMAIL_URL": address} if address else {}
    done = subprocess.run(
        [sys.executable, "manage.py", "backup", "-"],
        cwd=ROOT,
        env=lost.server.environment | {"RATE_LIMITS": "on"} | variables,
        capture_output=True,
    )
    (tmp_path / "backup").write_bytes(done.stdout)
    kept = contents(lost.folder / "backup.gz")
    assert contents(tmp_path / "backup") == kept
    count = sum(text.count(b"\n") for text in kept.values())
    assert (done.stderr.decode(), done.returncode) == (f"Backed up {count} rows.\n", 0)
