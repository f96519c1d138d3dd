"""What `manage.py export` writes comes back by `manage.py import tertulia`, the same."""

import json
import shutil
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from files.tests.makers import jpeg
from messaging.message.actions import delete_message, edit_message, post_message
from messaging.message.submit import submit
from messaging.models import Message
from messaging.pins.actions import pin_message
from messaging.reactions.actions import add_reaction
from rooms.actions import archive_room, create_room, join_room
from rooms.direct.actions import open_direct_room
from rooms.models import Room
from tertulia.imports.models import Import
from tertulia.management.commands import export
from users.models import User

pytestmark = pytest.mark.django_db
TIMES = timedelta(days=3)


@pytest.fixture(autouse=True)
def no_snapshot(monkeypatch):
    """Export what the test's transaction sees; a snapshot would be a connection of its own."""
    monkeypatch.setattr(export, "snapshot", lambda: nullcontext("default"))


@pytest.fixture
def exported(ana, bruno, lobby, den, tmp_path):
    """The folder of an export with all that messages can have."""
    first = post_message(lobby, ana, "Hello **@bruno**, see #lobby", "1")
    post_message(lobby, bruno, "Hi @ana", "2", reply_to=first.pk)
    gone = post_message(lobby, ana, "a secret", "3")
    post_message(lobby, bruno, "which one?", "4", reply_to=gone.pk)
    delete_message(gone)
    edit_message(first, "Hello **@bruno**, see #lobby and #den")
    add_reaction(first, bruno, "👍")
    add_reaction(first, ana, "👍")
    add_reaction(first, ana, "🎉")
    pin_message(first, ana)
    uploads = [SimpleUploadedFile("a note.txt", b"some words"), SimpleUploadedFile("p.jpg", jpeg())]
    data = {"body": "files", "nonce": "5", "alt": "a field"}
    assert submit(lobby.membership_of(ana), data, files=_files(uploads)).message
    post_message(den, bruno, "in private", "6")
    post_message(open_direct_room(ana, bruno), ana, "only us", "7")
    old = create_room(ana, "Old")
    post_message(old, ana, "long ago", "8")
    archive_room(old)
    Message.objects.update(created_at=timezone.now() - TIMES)
    call_command("export", str(tmp_path / "export"))
    return tmp_path / "export"


def _files(uploads):
    from django.utils.datastructures import MultiValueDict

    return MultiValueDict({"files": uploads})


def empty_site():
    """Delete everything but Ana, who has just set the new site up."""
    Room.objects.all().delete()
    User.objects.exclude(username="ana").delete()
    Import.objects.all().delete()


def imported(folder, tmp_path, *options):
    people = tmp_path / "people.csv"
    people.write_text("who,username here\nana,ana\n")
    call_command("import", "tertulia", str(folder), "--people", str(people), *options)


def normal(folder):
    """Return the export without what is new on every site: ids, roles and settings of accounts."""
    workspace = json.loads((folder / "workspace.json").read_text())
    rooms = [_room(json.loads((folder / room["file"]).read_text())) for room in workspace["rooms"]]
    people = sorted((each["username"], each["display_name"]) for each in workspace["people"])
    return people, sorted(rooms, key=str)


def _room(exported):
    room = exported["room"] | {"archived_at": exported["room"]["archived_at"] is not None}
    if room["kind"] == "direct":
        del room["slug"]
    positions = {each["id"]: each["position"] for each in exported["messages"]}
    members = sorted(member["username"] for member in exported["members"])
    return room, members, [_message(each, positions) for each in exported["messages"]]


def _message(message, positions):
    message = {**message, "id": None}
    if "reply_to" in message:
        message["reply_to"] = positions[message["reply_to"]]
    for file in message.get("files", []):
        file["key"] = None
        file["size"] = None if file["kind"] == "picture" else file["size"]  # it is drawn anew
    return message


def test_an_export_comes_back_as_it_was(exported, tmp_path):  # 60
    empty_site()
    imported(exported, tmp_path, "--direct", "--files")
    call_command("export", str(tmp_path / "again"))
    assert normal(tmp_path / "again") == normal(exported)


def test_a_zip_of_it_does_too_and_twice_is_once(exported, tmp_path):
    empty_site()
    zipped = shutil.make_archive(tmp_path / "export", "zip", tmp_path, "export")
    imported(zipped, tmp_path, "--direct", "--files")
    imported(zipped, tmp_path, "--direct", "--files")
    call_command("export", str(tmp_path / "again"))
    assert normal(tmp_path / "again") == normal(exported)


def test_people_are_called_as_they_are_here(exported, tmp_path):
    """Beside an ana and a bruno who are others, the imported ones have other names."""
    Room.objects.all().delete()
    call_command("import", "tertulia", str(exported), "--rooms", "Lobby")
    reply = Message.objects.get(body__startswith="Hi")
    assert reply.body == "Hi @ana-2"
    assert reply.author.username == "bruno-2"
    assert f'data-mention="{User.objects.get(username="ana-2").pk}"' in reply.body_html


def test_an_export_that_another_program_wrote_anew_is_read_too(exported, tmp_path):
    for path in exported.rglob("*.json"):
        path.write_text(json.dumps(json.loads(path.read_text()), indent=2, sort_keys=True))
    empty_site()
    imported(exported, tmp_path)
    assert Message.objects.filter(body="in private").exists()


def test_what_is_odd_in_an_export_is_counted(exported, tmp_path, capsys):
    [path] = [path for path in exported.glob("rooms/*") if "in private" in path.read_text()]
    lines = path.read_text().splitlines()
    odd = ['{"id": "x"},', "[1],", '{"id": 1, "created_at": "tomorrow", "author": "ana"},']
    at = lines.index('"messages": [') + 1
    path.write_text("\n".join([*lines[:at], *odd, *lines[at:]]))
    empty_site()
    imported(exported, tmp_path)
    assert Message.objects.filter(body="in private").exists()
    assert "3  records that are no messages" in capsys.readouterr().out


def test_members_who_joined_only_come_too(exported, eve, lobby, tmp_path):
    assert not User.objects.filter(is_imported=True).exists()
    join_room(lobby, eve)
    call_command("export", str(tmp_path / "more"))
    empty_site()
    imported(tmp_path / "more", tmp_path)
    assert Room.objects.get(name="Lobby").members.filter(username="eve").exists()
