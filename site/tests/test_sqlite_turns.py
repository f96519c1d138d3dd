"""SQLite: those who write in one process wait in line for each other."""

import threading
import time

import pytest
from django.db import DatabaseError, OperationalError, connections, transaction
from django.db.backends.utils import CursorWrapper

from core.sqlite import base
from users.models import AccessCount

WRITERS, WRITES = 8, 15


@pytest.fixture
def database(tmp_path, django_db_blocker):
    """The alias of a database in a file, which several threads write."""
    settings = connections["default"].settings_dict
    if settings["ENGINE"] != "core.sqlite":
        pytest.fail("this test needs SQLite")
    own = {**settings, "NAME": str(tmp_path / "turns.sqlite3"), "CONN_MAX_AGE": 0}
    connections.databases["turns"] = own
    django_db_blocker.unblock()
    with connections["turns"].cursor() as cursor:
        cursor.execute("CREATE TABLE counted (number integer)")
        cursor.execute("INSERT INTO counted VALUES (0)")
    yield "turns"
    connections["turns"].close()
    del connections.databases["turns"]
    del connections["turns"]
    django_db_blocker.restore()


def in_threads(count, function):
    errors = []

    def run():
        try:
            function()
        except Exception as error:
            errors.append(error)
        finally:
            connections["turns"].close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return errors


def count_up(pause=0.0):
    with transaction.atomic(using="turns"), connections["turns"].cursor() as cursor:
        cursor.execute("SELECT number FROM counted")
        (number,) = cursor.fetchone()
        time.sleep(pause)
        cursor.execute("UPDATE counted SET number = %s", [number + 1])


def counted():
    with connections["turns"].cursor() as cursor:
        cursor.execute("SELECT number FROM counted")
        return cursor.fetchone()[0]


def test_many_who_write_lose_nothing_and_nobody_finds_the_database_locked(database):
    def write():
        with connections[database].cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout=0")  # who finds it locked fails at once
        for _ in range(WRITES):
            count_up(0.002)

    errors = in_threads(WRITERS, write)
    assert (errors, counted()) == ([], WRITERS * WRITES)


def test_a_transaction_that_fails_ends_its_turn(database):
    for error in (ValueError, DatabaseError):
        with pytest.raises(error), transaction.atomic(using=database):
            raise error
        assert not base._writing.locked()
    with pytest.raises(OperationalError), transaction.atomic(using=database):
        connections[database].cursor().execute("no such statement")
    assert not base._writing.locked()


def test_a_connection_that_closes_ends_its_turn(database):
    connection = connections[database]
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert base._writing.locked()
    connection.close()
    assert not base._writing.locked()


def test_who_cannot_begin_ends_the_turn(database, monkeypatch):
    def refuse(*_):
        raise OperationalError("database is locked")

    connections[database].ensure_connection()
    monkeypatch.setattr(CursorWrapper, "execute", refuse)
    with pytest.raises(OperationalError), transaction.atomic(using=database):
        pass
    assert not base._writing.locked()


def test_a_commit_that_fails_ends_the_turn(database, monkeypatch):
    def refuse(_self):
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(base.base.DatabaseWrapper, "_commit", refuse)
    with pytest.raises(OperationalError):
        count_up()
    monkeypatch.undo()
    assert not base._writing.locked()
    assert counted() == 0


def test_who_waits_too_long_is_told_so(database):
    connections.databases[database]["OPTIONS"] = {
        **connections.databases[database]["OPTIONS"],
        "timeout": 0.05,
    }
    begun, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic(using="turns"):
            begun.set()
            done.wait(30)

    holder = threading.Thread(target=in_threads, args=(1, hold))
    holder.start()
    begun.wait(30)
    errors = in_threads(1, count_up)
    done.set()
    holder.join(30)
    assert [str(error) for error in errors] == ["database is locked"]
    assert in_threads(1, count_up) == []


@pytest.mark.django_db
def test_a_transaction_in_another_is_one_turn():
    with transaction.atomic(), transaction.atomic():
        AccessCount.objects.count()
    assert base._writing.locked()  # that of this test
