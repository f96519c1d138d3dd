"""What every store does: a folder, the database, and S3 on a real server."""

import io
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from files.models import new_key
from files.stores import PIECE, Missing, Unavailable, base, bucket, database, store_named

SIZES = [1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, bucket.PART_BYTES, 2 * bucket.PART_BYTES + 7]


def read(store, name, start=0, end=0):
    return b"".join(store.read(name, start, end))


class Torn(io.BytesIO):
    """A file that cannot be read to its end."""

    def read(self, size=-1):
        if self.tell() > len(self.getvalue()) - PIECE:
            raise OSError("torn")
        return super().read(size)


@pytest.mark.parametrize("size", SIZES)
def test_what_is_written_is_read(store, size):
    name, data = new_key(), os.urandom(size)
    store.write(name, io.BytesIO(data))
    assert read(store, name, 0, size) == data


def test_a_file_is_read_in_pieces(store):
    name = new_key()
    store.write(name, io.BytesIO(bytes(5 * PIECE + 3)))
    sizes = [len(piece) for piece in store.read(name, 0, 5 * PIECE + 3)]
    assert sum(sizes) == 5 * PIECE + 3
    assert max(sizes) <= PIECE


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 1), (PIECE - 1, PIECE + 1), (PIECE, 2 * PIECE), (2 * PIECE + 5, 2 * PIECE + 9), (7, 7)],
)
def test_a_part_of_a_file_is_read(store, start, end):
    name, data = new_key(), os.urandom(2 * PIECE + 9)
    store.write(name, io.BytesIO(data))
    assert read(store, name, start, end) == data[start:end]


def test_a_file_is_written_from_its_position_on(store):
    name, file = new_key(), io.BytesIO(b"onetwo")
    file.seek(3)
    store.write(name, file)
    assert read(store, name, 0, 3) == b"two"


def test_a_name_is_written_again(store):
    name = new_key()
    store.write(name, io.BytesIO(bytes(2 * PIECE)))
    store.write(name, io.BytesIO(b"new"))
    assert read(store, name, 0, 3) == b"new"
    with pytest.raises(Missing):
        read(store, name, 0, 4)


@pytest.mark.parametrize(("start", "end"), [(0, 4), (3, 4), (9, 12)])
def test_more_than_there_is_is_missing(store, start, end):
    name = new_key()
    store.write(name, io.BytesIO(b"abc"))
    with pytest.raises(Missing):
        read(store, name, start, end)


def test_what_was_removed_is_missing_and_can_be_removed_again(store):
    names = [new_key(), new_key(), f"{new_key()}.small"]
    for name in names[:2]:
        store.write(name, io.BytesIO(b"abc"))
    for _time in range(2):
        store.remove(names)
    for name in names:
        with pytest.raises(Missing):
            read(store, name, 0, 3)


@pytest.mark.parametrize("size", [1, 3 * PIECE, 2 * bucket.PART_BYTES])
def test_a_file_whose_reading_fails_is_not_stored(store, size):
    name = new_key()
    with pytest.raises(Unavailable):
        store.write(name, Torn(bytes(size)))
    with pytest.raises(Missing):
        read(store, name, 0, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["folder", "database", "s3"])
def test_twenty_files_are_written_at_once(use, kind):
    store = use(kind)

    def write(number):
        name, data = new_key(), bytes([number]) * (PIECE + number)
        store.write(name, io.BytesIO(data))
        connection.close()
        return name, data

    with ThreadPoolExecutor(10) as threads:
        written = list(threads.map(write, range(20)))
    assert [read(store, name, 0, len(data)) == data for name, data in written] == [True] * 20


def test_files_stay_readable_when_another_store_is_chosen(use, db):
    name = new_key()
    use("folder").write(name, io.BytesIO(b"abc"))
    use("database")
    assert read(store_named("folder"), name, 0, 3) == b"abc"


def test_a_store_that_is_not_set_any_more_does_not_answer(db):
    for act in (lambda store: read(store, "x", 0, 1), lambda store: store.remove(["x"])):
        with pytest.raises(Unavailable):
            act(store_named("s3"))


def test_what_a_backup_did_not_have_is_missing_and_can_be_removed(db):
    with pytest.raises(Missing):
        read(store_named("missing"), "x", 0, 1)
    store_named("missing").remove(["x"])


@pytest.mark.parametrize("kind", ["folder", "database"])
def test_nothing_is_written_on_a_disk_that_is_nearly_full(use, kind, monkeypatch, db):
    if kind == "database" and connection.vendor != "sqlite":
        pytest.skip("the disk of PostgreSQL is another machine's")
    monkeypatch.setattr(base, "MIN_FREE_BYTES", 2**60)
    name, store = new_key(), use(kind)
    with pytest.raises(Unavailable, match="nearly full"):
        store.write(name, io.BytesIO(b"abc"))
    with pytest.raises(Missing):
        read(store, name, 0, 1)


def test_the_database_stores_files_whatever_is_chosen(use, db):
    use("folder")
    name = new_key()
    database().write(name, io.BytesIO(b"abc"))
    assert read(store_named("database"), name, 0, 3) == b"abc"
