"""Exports hold the files of messages; doctor tries the store."""

import io
import json
from zipfile import ZipFile

import pytest
from asgiref.sync import async_to_sync

from files import actions, stores
from files.models import Piece
from messaging.attachments.actions import attach, hold_files, remove
from messaging.attachments.models import Attachment
from messaging.attachments.snapshots import snapshot_of
from messaging.message.actions import delete_message, post_message
from tertulia.data import exported_files, exports
from tertulia.management.commands import doctor
from tertulia.management.commands.export import write_files
from tertulia.operations import health

KINDS = ["folder", "database", "s3"]


@pytest.fixture
def sent(lobby, bruno):
    """Return a function that sends a file to the lobby and returns its Attachment."""

    def send(name, data=b"hello"):
        message = post_message(lobby, bruno, "See", nonce=str(len(name)))
        blob = actions.keep(io.BytesIO(data))
        file = Attachment.objects.create(blob=blob, owner=bruno, room=lobby, name=name)
        attach([(message, [file])])
        message.extras["files"] = snapshot_of([file])
        message.save(update_fields=["extras"])
        return file

    return send


def export_to(folder):
    folder.mkdir()
    write_files(folder, exported_files.files(), "default")


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_has_the_files_of_messages_in_a_folder(sent, use, tmp_path, kind):
    use(kind)
    file = sent("note.txt")
    export_to(tmp_path / "export")
    path = tmp_path / "export" / "files" / f"{file.blob_id}-note.txt"
    assert path.read_bytes() == b"hello"


def test_deleted_unsent_and_missing_files_are_not_in_it(sent, tmp_path, bruno, lobby):
    delete_message(sent("deleted.txt").message, bruno)
    actions.forget([])
    missing = sent("missing.txt")
    stores.store().remove(missing.blob.names)
    blob = actions.keep(io.BytesIO(b"hello"))
    Attachment.objects.create(blob=blob, owner=bruno, room=lobby, name="unsent.txt")
    export_to(tmp_path / "export")
    assert [path.name for path in tmp_path.joinpath("export").rglob("*.txt")] == []


def test_a_file_that_its_sender_has_removed_is_not_in_it_though_a_report_holds_it(sent, tmp_path):
    file = sent("removed.txt")
    hold_files(file.message_id)
    remove([file])
    export_to(tmp_path / "export")
    assert not (tmp_path / "export" / "files").exists()


@pytest.mark.parametrize("name", ["é" * 119 + ".txt", "../../x", "a/b.txt", "谢" * 120, "." * 120])
def test_any_name_is_a_file_in_the_folder(sent, tmp_path, name):
    sent(name)
    export_to(tmp_path / "export")
    [path] = (tmp_path / "export" / "files").iterdir()
    assert path.read_bytes() == b"hello"


@pytest.mark.parametrize("fault", [None, 403])
def test_doctor_tries_the_store(faulty, s3, bucket, db, fault):
    faulty.fault = fault
    if fault is None:
        health.try_files()
        assert s3.names_in(bucket) == []
    else:
        with pytest.raises(health.Fault, match="check FILES_URL"):
            health.try_files()


def test_doctor_leaves_nothing(use, db, settings):
    for kind in KINDS:
        use(kind)
        health.try_files()
    assert not Piece.objects.exists()
    assert not [path for path in settings.FILES_FOLDER.rglob("*") if path.is_file()]
    assert health.try_files in doctor.TRIALS.values()


@pytest.mark.django_db(transaction=True)
def test_a_person_takes_their_files_and_nobody_elses(sent, lobby, ana, bruno, client_of):
    async def joined(pieces):
        return b"".join([piece async for piece in pieces])

    mine = sent("mine.bin", bytes(600_000))
    lost = sent("lost-one.txt")
    stores.store().remove(lost.blob.names)
    response = client_of(bruno).get("/profile/export/zip/")
    archive = ZipFile(io.BytesIO(async_to_sync(joined)(response.streaming_content)))
    assert archive.namelist() == ["bruno.json", f"files/{mine.blob_id}-mine.bin"]
    assert archive.read(archive.namelist()[1]) == bytes(600_000)
    assert len(json.loads(archive.read("bruno.json"))["messages"]) == 2
    response = client_of(ana).get("/profile/export/zip/")
    archive = ZipFile(io.BytesIO(async_to_sync(joined)(response.streaming_content)))
    assert archive.namelist() == ["ana.json"]


def test_the_zip_of_a_room_has_its_own_files(sent, lobby, den):
    file = sent("note.txt")
    for room, paths in ((lobby, [f"files/{file.blob_id}-note.txt"]), (den, [])):
        pieces = exported_files.zipped(f"{room.slug}.json", exports.room_json(room), room=room)
        archive = ZipFile(io.BytesIO(b"".join(pieces)))
        assert archive.namelist() == [f"{room.slug}.json", *paths]
