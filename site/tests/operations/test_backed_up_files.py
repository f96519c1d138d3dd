"""A backup holds the files, wherever they are stored, and restores them into any store."""

import io
import json
from contextlib import nullcontext

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from files import actions, stores
from files.models import Blob, Piece
from files.stores.address import StoreAddress
from messaging.attachments.actions import attach
from messaging.attachments.models import Attachment
from messaging.attachments.snapshots import snapshot_of
from messaging.message.actions import post_message
from rooms.models import Room
from tertulia.data.archive import NotRestorable
from tertulia.data.backup import write_backup
from tertulia.data.restore import read_backup
from users.models import User, Workspace

from .archives import members_of, packed


@pytest.fixture(autouse=True)
def no_snapshot(monkeypatch):
    """Back up the tests' own database."""
    monkeypatch.setattr("tertulia.data.backup.snapshot", lambda: nullcontext("default"))


CONTENTS = {"a.txt": b"hello", "big.bin": bytes(range(256)) * 3_000}
KINDS = ["folder", "database", "s3"]


@pytest.fixture
def filled(lobby, bruno):
    """Return a function that sends CONTENTS in a message, and stores a picture of a person."""

    def fill():
        message = post_message(lobby, bruno, "Two files", nonce="n")
        attachments = []
        for name, data in CONTENTS.items():
            blob = actions.keep(io.BytesIO(data))
            attachments.append(
                Attachment.objects.create(blob=blob, owner=bruno, room=lobby, name=name)
            )
        stores.store().write(blob.small_name, io.BytesIO(b"small"))
        Blob.objects.filter(pk=blob.pk).update(small_size=5)
        attach([(message, attachments)])
        message.extras["files"] = snapshot_of(attachments)
        message.save(update_fields=["extras"])

    return fill


@pytest.fixture
def backed_up(filled, use, tmp_path):
    """Return a function that fills one store, backs up, empties all, and returns the backup."""

    def back_up(kind="folder", **choice):
        use(kind)
        filled()
        backup = io.BytesIO()
        write_backup(backup, **choice)
        empty()
        backup.seek(0)
        return backup

    return back_up


def empty():
    actions.forget(list(Blob.objects.values_list("pk", flat=True)))
    Room.objects.all().delete()
    User.objects.all().delete()
    Workspace.objects.all().delete()


def contents():
    return {
        attachment.name: b"".join(
            stores.store_named(attachment.blob.stored_in).read(
                attachment.blob_id, 0, attachment.blob.size
            )
        )
        for attachment in Attachment.objects.select_related("blob")
    }


@pytest.mark.parametrize("after", KINDS)
@pytest.mark.parametrize("before", KINDS)
def test_files_are_restored_into_any_store(backed_up, use, before, after):
    backup = backed_up(before)
    use(after)
    read_backup(backup)
    assert contents() == CONTENTS
    assert set(Blob.objects.values_list("stored_in", flat=True)) == {after}
    [blob] = Blob.objects.filter(small_size=5)
    assert b"".join(stores.store().read(blob.small_name, 0, 5)) == b"small"
    assert bool(Piece.objects.count()) == (after == "database")


def test_a_restored_site_makes_the_same_backup(backed_up, tmp_path):
    backup = backed_up()
    read_backup(backup)
    again = io.BytesIO()
    write_backup(again)
    members = [read_members(file) for file in (backup, again)]
    first, second = (
        {name: data for name, data in found.items() if name.startswith("files/")}
        for found in members
    )
    assert len(first) == 3
    assert first == second


def read_members(file):
    import tarfile

    file.seek(0)
    with tarfile.open(fileobj=file) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}


def test_without_files_they_are_missing_and_all_else_is_restored(backed_up, client_of):
    read_backup(backed_up(with_files=False))
    assert set(Blob.objects.values_list("stored_in", flat=True)) == {"missing"}
    attachment = Attachment.objects.get(name="a.txt")
    assert [file.name for file in attachment.message.files] == list(CONTENTS)
    answer = client_of(User.objects.get(username="bruno")).get(attachment.message.files[0].address)
    assert answer.status_code == 404
    assert "missing" in answer.content.decode()


def test_a_picture_of_a_person_is_in_every_backup_and_stays_in_the_database(
    backed_up,
    filled,
    use,
):
    blob = Blob.objects.create(size=4, stored_in="database", claimed_at=timezone.now())
    stores.database().write(blob.pk, io.BytesIO(b"face"))
    backup = backed_up("folder", with_files=False)
    read_backup(backup)
    restored = Blob.objects.get(pk=blob.pk)
    assert restored.stored_in == "database"
    assert b"".join(stores.database().read(blob.pk, 0, 4)) == b"face"


def test_a_file_that_its_store_has_lost_stops_no_backup(filled, use, caplog):
    use("folder")
    filled()
    lost = Attachment.objects.get(name="a.txt").blob
    stores.store().remove(lost.names)
    backup = io.BytesIO()
    write_backup(backup)
    [record] = [record for record in caplog.records if record.event == "backup.files_missing"]
    assert record.fields == {"files": 1}
    empty()
    backup.seek(0)
    read_backup(backup)
    assert Blob.objects.get(pk=lost.pk).stored_in == "missing"


def test_a_store_that_does_not_answer_stops_the_backup_with_a_sentence(
    filled,
    faulty,
    tmp_path,
):
    filled()
    faulty.fault = 403
    with pytest.raises(CommandError, match=r"does not answer .*--without-files"):
        call_command("backup", str(tmp_path / "backup.tar"))
    assert not list(tmp_path.glob("*backup*"))
    call_command("backup", str(tmp_path / "backup.tar"), "--without-files")
    assert not [name for name in members_of(tmp_path / "backup.tar") if name.startswith("files/")]


def test_a_store_that_does_not_answer_stops_the_restore_and_nothing_is_restored(
    backed_up,
    faulty,
    settings,
):
    backup = backed_up("s3")
    faulty.fault = 403
    with pytest.raises(NotRestorable, match="nothing was restored"):
        read_backup(backup)
    assert not User.objects.exists()
    assert not Blob.objects.exists()


def changed(backup, change):
    members = read_members(backup)
    change(members)
    return packed(members)


def drop(members):
    del members[next(name for name in members if name.startswith("files/"))]


def alter(members):
    name = next(name for name in members if name.startswith("files/"))
    members[name] = b"x" * len(members[name])


def cut(members):
    name = next(name for name in members if name.startswith("files/"))
    members[name] = members[name][:-1]


def swap(members):
    one, other = [name for name in members if name.startswith("files/")][:2]
    members[one], members[other] = members[other], members[one]


def add_strange(members):
    manifest = members.pop("manifest.json")
    members["files/../../evil"] = b"x"
    members["manifest.json"] = manifest


def seal_off(members):
    manifest = json.loads(members["manifest.json"])
    manifest["members"]["files/"]["files"] += 1
    members["manifest.json"] = json.dumps(manifest).encode()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", [drop, alter, cut, swap, add_strange, seal_off])
def test_a_changed_backup_restores_nothing_and_leaves_no_bytes(
    backed_up, settings, request, change, kind
):
    backup = changed(backed_up(kind), change)
    with pytest.raises(NotRestorable):
        read_backup(backup)
    assert not User.objects.exists()
    assert not Blob.objects.exists()
    assert not Piece.objects.exists()
    assert not [path for path in settings.FILES_FOLDER.rglob("*") if path.is_file()]
    if kind == "s3":
        server = request.getfixturevalue("s3")
        assert server.names_in(settings.FILES_STORE.s3.bucket) == []
    assert StoreAddress(kind).kind == settings.FILES_STORE.kind
