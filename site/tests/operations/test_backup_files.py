"""Backups to and from files, links, pipes, terminals and full disks."""

import gzip
import os
import subprocess
import sys
import threading
import time
from io import BytesIO, TextIOWrapper

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tertulia.management.commands import backup
from tertulia.management.commands.restore import opened

from ..servers import ROOT
from .test_backup import Site, lost  # noqa: F401 (a fixture)

DATA = "¡Hola, 谢谢!\n\0\xff".encode()


@pytest.fixture(autouse=True)
def small(request, monkeypatch):
    """Write a few bytes instead of a backup."""
    if "lost" not in request.fixturenames:
        monkeypatch.setattr(backup, "write_backup", lambda file: file.write(DATA))


@pytest.mark.parametrize("name", ["backup", "backup.gz", "odd #1 ?%25"])
def test_what_is_written_is_read(tmp_path, name):
    call_command("backup", tmp_path / name)
    with opened(tmp_path / name) as file:
        assert file.read() == DATA
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_a_backup_is_known_by_its_first_bytes_and_not_by_its_name(tmp_path, monkeypatch):
    (tmp_path / "backup").write_bytes(gzip.compress(DATA))
    with opened(tmp_path / "backup") as file:
        assert file.read() == DATA
    with (tmp_path / "backup").open() as standard_input:
        monkeypatch.setattr(sys, "stdin", standard_input)
        with opened("-") as file:
            assert file.read() == DATA


@pytest.mark.parametrize("name", ["", ".", "..", "/"])
def test_a_folder_is_no_place_for_a_backup(name):
    with pytest.raises(CommandError, match="is a folder"):
        call_command("backup", name)


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "newest").symlink_to(tmp_path / "monday")
    call_command("backup", tmp_path / "newest")
    assert (tmp_path / "newest").is_symlink()
    assert (tmp_path / "monday").read_bytes() == DATA


def test_a_pipe_stays_a_pipe(tmp_path):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    call_command("backup", pipe)
    reader.join(10)
    assert (read, pipe.is_fifo()) == ([DATA], True)


def test_two_backups_at_once_to_one_file_are_both_whole(tmp_path, monkeypatch):
    def written(file):
        monkeypatch.setattr(backup, "write_backup", lambda other: other.write(DATA))
        file.write(DATA[:3])
        backup.backed_up(tmp_path / "backup")  # from its beginning to its end
        return file.write(DATA[3:])

    monkeypatch.setattr(backup, "write_backup", written)
    call_command("backup", tmp_path / "backup")
    assert (tmp_path / "backup").read_bytes() == DATA
    assert len(list(tmp_path.iterdir())) == 1


def test_standard_output_is_bytes_whatever_the_encoding(monkeypatch):
    output = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(output, encoding="latin-1"))
    call_command("backup", "-")
    assert output.getvalue() == DATA


def test_standard_output_on_a_full_disk_is_a_sentence(monkeypatch):
    with open(os.open("/dev/full", os.O_WRONLY), "w", closefd=False) as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(CommandError, match="No space left on device"):
            call_command("backup", "-")
        monkeypatch.undo()
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())  # for the data in its buffer


def test_a_terminal_is_no_place_for_a_backup(monkeypatch):
    screen, terminal = os.openpty()
    with os.fdopen(screen), os.fdopen(terminal, "w") as output:
        monkeypatch.setattr(sys, "stdout", output)
        with pytest.raises(CommandError, match="is a terminal"):
            call_command("backup", "-")


def test_of_two_restores_at_once_the_second_says_that_it_is_late(lost, new_database, tmp_path):  # noqa: F811
    site = Site(tmp_path / "site", new_database())
    site.manage(["migrate"])
    whole = (lost.folder / "backup.gz").read_bytes()
    first = restore(site, "-")
    first.stdin.write(whole[: len(whole) // 2])
    first.stdin.flush()
    wait_for_lock(site, "granted")
    second = restore(site, lost.folder / "backup.gz")
    wait_for_lock(site, "NOT granted")
    said = [*first.communicate(whole[len(whole) // 2 :], 60), *second.communicate(timeout=60)]
    assert (first.returncode, second.returncode) == (0, 1), said
    assert said[1].startswith(b"Restored ")
    assert said[3].startswith(b"CommandError: There is a workspace here already")


def restore(site, file):
    return subprocess.Popen(
        [sys.executable, "manage.py", "restore", file],
        cwd=ROOT,
        env=site.server.environment | {"RATE_LIMITS": "on"},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def wait_for_lock(site, state):
    """Wait until a process holds or waits for the lock of a restore."""
    query = (
        "SELECT count(*) FROM pg_locks WHERE relation = 'users_workspace'::regclass"
        f" AND mode = 'ShareRowExclusiveLock' AND {state}"
    )
    deadline = time.monotonic() + 60
    with psycopg.connect(site.server.environment["DATABASE_URL"], autocommit=True) as database:
        while not database.execute(query).fetchone()[0]:
            assert time.monotonic() < deadline
            time.sleep(0.02)
