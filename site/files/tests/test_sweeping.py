"""Files that nothing uses are removed, whatever crashed, and only those."""

import io
import os
import time
from datetime import timedelta

import pytest
from django.conf import settings as site_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from files import actions, stores
from files.models import UNUSED_KEPT, Blob
from files.stores import Missing, Unavailable, bucket
from files.tasks import forget_incoming, forget_orphans
from messaging.attachments.models import Attachment

from .s3 import FaultyProxy


def keep(data=b"hello"):
    return actions.keep(io.BytesIO(data))


def made_ago(blob, ago):
    Blob.objects.filter(pk=blob.pk).update(created_at=timezone.now() - ago)


def has_bytes(blob):
    try:
        return b"".join(stores.store_named(blob.stored_in).read(blob.pk, 0, blob.size)) != b""
    except Missing:
        return False


@pytest.fixture
def sent(lobby, bruno):
    """Return a function that makes a file one of Bruno's, in use."""

    def attach(blob):
        actions.claim([blob.pk])
        return Attachment.objects.create(blob=blob, owner=bruno, room=lobby, name="a.txt")

    return attach


def test_a_file_whose_message_is_gone_is_removed_by_the_next_run(store, sent):
    blob = keep()
    attachment = sent(blob)
    forget_orphans.call()
    assert has_bytes(blob)
    attachment.delete()
    forget_orphans.call()
    assert not Blob.objects.exists()
    assert not has_bytes(blob)


def test_so_are_the_files_of_a_room_and_of_an_account(store, sent, lobby, bruno):
    blobs = [keep(), keep()]
    sent(blobs[0]), sent(blobs[1])
    lobby.delete()
    forget_orphans.call()
    assert not any(map(has_bytes, blobs))


def test_what_was_uploaded_and_never_used_waits_an_hour(store):
    fresh, old = keep(), keep()
    made_ago(fresh, UNUSED_KEPT - timedelta(minutes=1))
    made_ago(old, UNUSED_KEPT + timedelta(minutes=1))
    forget_orphans.call()
    assert (has_bytes(fresh), has_bytes(old)) == (True, False)
    assert list(Blob.objects.values_list("pk", flat=True)) == [fresh.pk]


def test_a_process_killed_between_row_and_bytes_leaves_a_row_that_goes(store):
    blob = Blob.objects.create(size=5, stored_in=store.name)
    made_ago(blob, UNUSED_KEPT + timedelta(minutes=1))
    forget_orphans.call()
    assert not Blob.objects.exists()


def test_the_small_picture_goes_with_its_file(store):
    blob = keep()
    store.write(blob.small_name, io.BytesIO(b"small"))
    Blob.objects.filter(pk=blob.pk).update(small_size=5, claimed_at=timezone.now())
    forget_orphans.call()
    with pytest.raises(Missing):
        b"".join(store.read(blob.small_name, 0, 5))


def test_a_process_killed_between_bytes_and_row_is_finished_by_the_next_run(store):
    blob = keep()
    actions.claim([blob.pk])
    store.remove([blob.pk])
    forget_orphans.call()
    assert not Blob.objects.exists()


def test_many_are_removed_in_as_many_queries_as_few(db):
    counts = []
    for number in (1, 30):
        for _file in range(number):
            keep()
        Blob.objects.update(claimed_at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            forget_orphans.call()
        counts.append(len(queries))
        assert not Blob.objects.exists()
    # Each model that refers to files is asked once.
    assert counts[0] == counts[1] <= 5 + len(Blob._meta.related_objects)


def test_a_store_that_does_not_answer_keeps_no_other_from_being_swept(use, faulty, db):
    away = keep()
    use("database")
    other = keep()
    Blob.objects.update(claimed_at=timezone.now())
    forget_orphans.call()  # no bucket is set now: its files are not there
    assert list(Blob.objects.values_list("pk", flat=True)) == [away.pk]
    assert not has_bytes(other)


@pytest.mark.parametrize("fault", [500, 503, 403, FaultyProxy.SILENT])
def test_a_bucket_that_fails_is_asked_a_few_times_and_again_by_the_next_run(
    faulty, db, fault, monkeypatch
):
    monkeypatch.setattr(bucket, "REQUEST_SECONDS", 3)
    blobs = [keep() for _file in range(20)]
    Blob.objects.update(claimed_at=timezone.now())
    faulty.fault, faulty.requests[:] = fault, []
    forget_orphans.call()
    assert Blob.objects.count() == 20
    assert 1 <= len(faulty.requests) <= 1 + bucket.RETRIES
    faulty.fault = None
    monkeypatch.setattr(bucket.time, "monotonic", lambda: time.perf_counter() + 10**6)
    forget_orphans.call()
    assert not Blob.objects.exists()
    assert not any(map(has_bytes, blobs))


@pytest.mark.parametrize("fault", [500, 403, FaultyProxy.SILENT])
def test_an_upload_to_a_bucket_that_fails_is_refused_within_seconds(faulty, db, fault, monkeypatch):
    monkeypatch.setattr(bucket, "REQUEST_SECONDS", 3)
    faulty.fault = fault
    begun = time.monotonic()
    for _file in range(3):
        with pytest.raises(actions.Refused) as refused:
            keep()
        assert refused.value.code == "unavailable"
    assert time.monotonic() - begun < 12
    made_ago_all()
    faulty.fault = None
    monkeypatch.setattr(bucket.time, "monotonic", lambda: time.perf_counter() + 10**6)
    forget_orphans.call()
    assert not Blob.objects.exists()


def made_ago_all():
    Blob.objects.update(created_at=timezone.now() - 2 * UNUSED_KEPT)


def test_a_file_that_a_full_disk_cuts_leaves_nothing(use, db, monkeypatch):
    use("folder")

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(actions.Refused) as refused:
        keep(bytes(2 * stores.PIECE))
    assert refused.value.code == "unavailable"
    assert not Blob.objects.exists()
    assert not [path for path in site_settings.FILES_FOLDER.rglob("*") if path.is_file()]


def test_half_files_of_killed_processes_are_removed_from_the_folder(use, db):
    store = use("folder")
    blob = keep()
    incoming = site_settings.FILES_FOLDER / "incoming"
    (incoming / "old").write_bytes(b"x")
    (incoming / "new").write_bytes(b"x")
    os.utime(incoming / "old", (1, 1))
    forget_incoming.call()
    assert [path.name for path in incoming.iterdir()] == ["new"]
    assert b"".join(store.read(blob.pk, 0, 5)) == b"hello"


def test_files_in_the_folder_are_for_this_user_only(use, db):
    use("folder")
    keep()
    modes = {path.stat().st_mode & 0o777 for path in site_settings.FILES_FOLDER.rglob("*")}
    assert modes == {0o600, 0o700}


def test_folders_that_become_empty_are_removed(use, db):
    use("folder")
    actions.forget([keep().pk])
    assert [path.name for path in site_settings.FILES_FOLDER.iterdir()] == ["incoming"]


def test_the_log_names_the_store_and_no_secret(faulty, db, caplog):
    faulty.fault = 403
    with pytest.raises(actions.Refused):
        keep()
    record = next(record for record in caplog.records if record.event == "files.unavailable")
    assert record.fields["store"] == "s3"
    assert "AccessDenied" in record.fields["error"]
    assert "http" not in caplog.text


def test_a_bucket_is_away_for_a_moment_after_it_did_not_answer(faulty, db, monkeypatch):
    monkeypatch.setattr(bucket, "REQUEST_SECONDS", 3)
    blob = keep()
    faulty.fault = FaultyProxy.SILENT
    with pytest.raises(Unavailable):
        b"".join(stores.store().read(blob.pk, 0, 5))
    faulty.fault, faulty.requests[:] = None, []
    with pytest.raises(Unavailable, match="a moment ago"):
        b"".join(stores.store().read(blob.pk, 0, 5))
    assert faulty.requests == []
