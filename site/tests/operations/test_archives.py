"""Restores of damaged backups are rejected, those of earlier releases are converted."""

import gzip
import io
import json
import tarfile
from contextlib import nullcontext

import pytest
from django.core.management import call_command

from messaging.message.actions import post_message
from messaging.models import Message
from rooms.actions import create_room
from rooms.models import Presence
from tertulia import __version__
from tertulia.data import archive, renames
from tertulia.data.archive import NotRestorable
from tertulia.data.backup import kept_models, write_backup
from tertulia.data.restore import read_backup
from tertulia.models import Process
from users.models import Session, User

from .archives import DOCUMENTS, add, members_of, packed, sealed
from .test_backup import lost  # noqa: F401 (a fixture)

USERS = "users.user.jsonl"


@pytest.fixture
def members(lost):  # noqa: F811
    """The members of the backup, {name: bytes}."""
    return members_of(lost.folder / "backup.gz")


@pytest.fixture(autouse=True)
def nothing_else(request, tmp_path, monkeypatch):
    """Check that a rejected restore wrote no file and no user."""
    monkeypatch.chdir(tmp_path)
    yield
    assert list(tmp_path.iterdir()) == []


def refused(file, match):
    with pytest.raises(NotRestorable, match=match) as refusal:
        read_backup(file)
    assert User.objects.count() == 0
    return str(refusal.value)


def test_a_backup_has_a_member_for_each_table_between_two_documents(members):
    tables = [f"{model._meta.label_lower}.jsonl" for model in kept_models()]
    assert list(members) == ["release.json", *tables, "manifest.json"]
    assert members["messaging.message.jsonl"].count(b"\n") == 180
    assert sealed(members) == members
    assert json.loads(members["manifest.json"])["tertulia"] == __version__


def test_a_backup_restores(members, db):
    count = sum(data.count(b"\n") for name, data in members.items() if name not in DOCUMENTS)
    assert read_backup(packed(members)) == count
    assert (User.objects.count(), Message.objects.count()) == (3, 180)


@pytest.fixture
def written(monkeypatch):
    """Return a function that backs up the tests' database and returns a binary stream."""
    monkeypatch.setattr("tertulia.data.backup.snapshot", lambda: nullcontext("default"))

    def write():
        file = io.BytesIO()
        write_backup(file)
        file.seek(0)
        return file

    return write


def test_what_is_made_anew_is_left_out(ana, written):
    names = names_of(written())
    assert "users.user.jsonl" in names
    for model in (Presence, Process, Session):
        assert f"{model._meta.label_lower}.jsonl" not in names


def test_a_long_table_is_divided_and_restored(transactional_db, ana, written, monkeypatch):
    monkeypatch.setattr(archive, "PART_CHARACTERS", 2_000)
    room = create_room(ana, "Lobby")
    for number in range(12):
        post_message(room, ana, f"Number {number}", str(number))
    backup = written()
    assert {"messaging.message.jsonl", "messaging.message.2.jsonl"} <= names_of(backup)
    call_command("flush", interactive=False, verbosity=0)
    read_backup(backup)
    assert Message.objects.count() == 12


def names_of(file):
    with tarfile.open(fileobj=file) as tar:
        names = set(tar.getnames())
    file.seek(0)
    return names


def test_a_backup_is_not_restored_over_a_workspace(members, ana):
    with pytest.raises(NotRestorable, match="There is a workspace here already"):
        read_backup(packed(members))
    assert User.objects.get() == ana


@pytest.mark.parametrize("data", [b"", b"{}", b"x" * 20_000, bytes(10_240), b"\xff\xfe"])
def test_what_is_not_a_tar_is_refused(db, data):
    refused(io.BytesIO(data), "This is not a backup of Tertulia")


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b"null", b"x", b'{"format": 1}', b"\xff"])
def test_a_tar_of_something_else_is_refused(db, members, text):
    refused(packed(members | {"release.json": text}), "not a backup|damaged")


def test_a_tar_without_a_release_is_refused(db, members):
    refused(packed({USERS: members[USERS]}), "This is not a backup of Tertulia")
    refused(packed({"notes.txt": b"Hello"}), "This is not a backup of Tertulia")


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("smaller", [bytes, gzip.compress])
def test_a_cut_file_is_refused_wherever_it_is_cut(db, members, part, smaller):
    whole = smaller(packed(members).getvalue())
    cut = io.BytesIO(whole[: int(len(whole) * part)])
    refused(gzip.GzipFile(fileobj=cut) if smaller is gzip.compress else cut, "backup")


@pytest.mark.parametrize("missing", [1, 4, 8, 512, 1024])
def test_a_file_that_lacks_its_last_bytes_is_refused(db, members, missing):
    whole = packed(members).getvalue()
    refused(io.BytesIO(whole[:-missing]), "cut|whole|damaged")
    smaller = gzip.compress(whole)
    refused(gzip.GzipFile(fileobj=io.BytesIO(smaller[: -min(missing, 8)])), "damaged")


@pytest.mark.parametrize("name", [USERS, "manifest.json", "messaging.message.jsonl"])
def test_a_member_that_is_missing_is_detected(db, members, name):
    del members[name]
    refused(packed(members), "changed|ends early|damaged")


def test_a_changed_row_is_detected(db, members):
    members[USERS] = members[USERS].replace(b"bruno@example.com", b"thief@example.com")
    refused(packed(members), "was changed after it was made")


def test_a_manifest_must_agree_with_the_release(db, members):
    release = json.loads(members["release.json"]) | {"made_at": "2020-01-01T00:00:00+00:00"}
    refused(packed(members | {"release.json": json.dumps(release).encode()}), "was changed")


def test_what_follows_the_manifest_is_refused(db, members):
    refused(packed(members | {"users.user.2.jsonl": b""}), "goes on after its end")


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/cron.d/job.jsonl",
        "/etc/passwd",
        "files/../../x",
        "users.user.jsonl/../x.jsonl",
        "nothing.here.jsonl",
        "users.session.jsonl",
        "auth.permission.jsonl",
        "users.user.txt",
        "users.user",
    ],
)
def test_a_member_that_no_backup_holds_is_refused(db, members, name):
    refused(packed(sealed(members | {name: b""})), "which no backup holds")


@pytest.mark.parametrize(
    "kind",
    [
        *(tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE),
        *(tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_SPARSE, b"?"),
    ],
)
def test_only_ordinary_files_are_members(db, members, kind):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        add(tar, "release.json", members["release.json"])
        add(tar, USERS, type=kind, linkname="/etc/passwd")
    file.seek(0)
    refused(file, "is not an ordinary file")


def test_a_member_that_comes_twice_is_refused(db, members):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in ("release.json", USERS, USERS):
            add(tar, name, members[name])
    file.seek(0)
    refused(file, "twice")


BAD_ROWS = [
    "{",
    "[]",
    "null",
    '{"model": "users.user"}',
    '{"model": "users.user", "pk": 1, "fields": []}',
    '{"model": "users.user", "pk": 9, "fields": {"no_such_field": 1}}',
    '{"model": "users.user", "pk": "x", "fields": {}}',
    '{"model": "rooms.membership", "pk": 1, "fields": {"room": 9, "user": 9}}',
    '{"model": "users.session", "pk": "x", "fields": {}}',
    '{"model": "nothing.here", "pk": 1, "fields": {}}',
    '{"model": "users.user", "pk": 99999999999999999999, "fields": {}}',
    '{"model": ["users.user"], "pk": 1, "fields": {}}',
    "[" * 100_000,
]


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_row_that_cannot_be_is_a_sentence(members, db, row):
    members[USERS] = row.encode() + b"\n" + members[USERS]
    refused(packed(sealed(members)), "backup")


def test_a_row_for_another_row_that_is_not_there_is_a_sentence(members, transactional_db):
    orphan = members["rooms.membership.jsonl"].replace(b'"user": 2', b'"user": 99')
    refused(packed(sealed(members | {"rooms.membership.jsonl": orphan})), "damaged")


def test_a_row_without_an_end_is_refused(members, db, monkeypatch):
    monkeypatch.setattr(archive, "MAX_ROW_BYTES", 100)
    refused(packed(members), "a row without an end")


# Other releases


@pytest.mark.parametrize(
    "release", [{"tertulia": "9.0"}, {"tertulia": "1.10"}, {"migrations": ["rooms.0999_later"]}]
)
def test_a_backup_of_a_newer_release_names_it(members, db, release):
    said = refused(packed(sealed(members, **release)), "is newer than this one")
    assert release.get("tertulia", __version__) in said


def test_a_field_that_is_new_gets_its_default(members, db):
    rows = [json.loads(row) for row in members[USERS].splitlines()]
    for row in rows:
        del row["fields"]["is_administrator"]
    members[USERS] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    read_backup(packed(sealed(members)))
    assert set(User.objects.values_list("is_administrator", flat=True)) == {False}


def test_a_table_that_is_new_stays_empty(members, db):
    del members["users.auditentry.jsonl"]
    read_backup(packed(sealed(members)))
    assert User.objects.count() == 3


def test_what_was_renamed_is_restored_under_its_new_name(members, db, monkeypatch):
    old = members.pop(USERS).replace(b"users.user", b"users.person")
    members["users.person.jsonl"] = old.replace(b'"display_name"', b'"full_name"')
    monkeypatch.setitem(renames.MODELS, "users.person", "users.user")
    monkeypatch.setitem(renames.FIELDS, "users.user.full_name", "display_name")
    read_backup(packed(sealed(members)))
    assert User.objects.count() == 3


def test_what_is_gone_is_skipped(members, db, monkeypatch):
    row = b'{"pk": 1, "model": "users.badge", "fields": {"colour": "red"}}\n'
    members["users.badge.jsonl"] = row
    members[USERS] = members[USERS].replace(b'"fields": {', b'"fields": {"shoe_size": 9, ')
    monkeypatch.setitem(renames.MODELS, "users.badge", None)
    monkeypatch.setitem(renames.FIELDS, "users.user.shoe_size", None)
    read_backup(packed(sealed(members)))
    assert User.objects.count() == 3
