"""Every command ends with a clear message if the database, the disk or the terminal fails."""

import os
import signal

import pytest
from django.db import OperationalError, ProgrammingError

from tertulia.config.env import ConfigurationError, local_secret_key
from tertulia.operations import console, health


@pytest.fixture
def run_raising(monkeypatch):
    """Return a function that runs a command which raises an error, and returns the output.

    A number instead of an error is a signal that the command gets.
    """

    def run(error):
        def fails(arguments):
            if isinstance(error, int):
                os.kill(os.getpid(), error)
            raise error

        monkeypatch.setattr(console, "execute_from_command_line", fails)
        with pytest.raises(SystemExit) as ended:
            console.run(["manage.py", "work"])
        return ended.value.code

    handler = signal.getsignal(signal.SIGTERM)
    yield run
    signal.signal(signal.SIGTERM, handler)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("database is locked", "The database is locked: another process is writing to it."),
        ("database or disk is full", "The database could not do this: database or disk is full."),
        ("connection failed\nat host", "The database could not do this: connection failed."),
    ],
)
def test_a_database_that_refuses_is_a_sentence(db, run_raising, error, said):
    assert run_raising(OperationalError(error)).startswith(said)


def test_a_fault_of_the_command_itself_shows_where_it_is(db, run_raising):
    with pytest.raises(ProgrammingError):
        run_raising(ProgrammingError("syntax error"))


def test_a_command_that_is_stopped_tidies_up_and_says_nothing(run_raising):
    assert run_raising(KeyboardInterrupt()) == 130
    assert run_raising(signal.SIGTERM) == 143


def test_a_database_that_cannot_be_read_is_a_sentence(db, monkeypatch):
    def malformed():
        raise OperationalError("database disk image is malformed")

    monkeypatch.setattr(health, "try_migrations", malformed)
    assert health.database_fault() == (
        "The database cannot be read. (database disk image is malformed)"
    )


def test_a_key_that_cannot_be_kept_is_a_sentence(tmp_path):
    (tmp_path / "var").write_text("a file in the place of the folder")
    with pytest.raises(ConfigurationError, match="cannot be kept"):
        local_secret_key(tmp_path / "var" / "secret-key")


def test_the_lock_of_a_release_takes_no_connection_of_the_pool(new_database, python):
    variables = {"DATABASE_URL": new_database(), "DATABASE_POOL": "1", "RATE_LIMITS": "on"}
    assert python("manage.py", "migrate", "--verbosity", "0", **variables) == (0, "")


def test_one_thing_is_said_of_one():
    said = [console.counted(number, "room") for number in (0, 1, 2)]
    assert said == ["0 rooms", "1 room", "2 rooms"]
