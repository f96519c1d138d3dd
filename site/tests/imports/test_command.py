"""`manage.py import`: what it says, and that nothing is written when it cannot go on."""

import io
import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.core.management import CommandError, call_command

from messaging.models import Message
from rooms.models import Room
from tertulia.imports.models import Import, Imported
from users.models import User

from ..servers import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(tmp_path):
    """Return a function that writes an export of rooms {name: number of messages}."""

    def write(**rooms):
        folder = tmp_path / "export"
        (folder / "rooms").mkdir(parents=True)
        listed = [
            {"file": f"rooms/{name}.json", "name": name, "kind": "open", "topic": ""}
            for name in rooms
        ]
        people = [{"username": "marta", "email": "ana@example.com", "display_name": "Marta"}]
        workspace = {"format": 1, "workspace": {"name": "Old"}, "rooms": listed, "people": people}
        (folder / "workspace.json").write_text(json.dumps(workspace))
        for name, count in rooms.items():
            with (folder / "rooms" / f"{name}.json").open("w") as file:
                file.write('{"format": 1,\n"members": [{"username": "marta"}],\n"messages": [')
                lines = [json.dumps(message(number)) for number in range(1, count + 1)]
                file.write("\n" + ",\n".join(lines) + "\n]}\n")
        return folder

    return write


def message(number):
    at = f"2024-05-0{1 + number // 1440}T{number // 60 % 24:02}:{number % 60:02}:00+00:00"
    return {"id": number, "author": "marta", "created_at": at, "body": f"text {number}"}


def run(*arguments):
    out = io.StringIO()
    call_command("import", *map(str, arguments), stdout=out)
    return out.getvalue()


def refused(*arguments):
    with pytest.raises(CommandError) as error:
        run(*arguments)
    assert (Room.objects.count(), Import.objects.count(), Imported.objects.count()) == (0, 0, 0)
    return str(error.value)


def test_it_ends_with_a_table(ana, export):
    said = run("tertulia", export(general=3, random=1))
    assert said.splitlines()[:4] == [
        "Comes:",
        "  4  messages",
        "  2  rooms",
        "  1  people without an account here",
    ]


def test_a_check_writes_nothing_and_says_what_comes(ana, export):
    said = run("tertulia", export(general=3), "--check")
    assert "  3  messages\n" in said and "  1  public rooms\n" in said
    assert "Without an account here: marta." in said and "Nothing was written." in said
    assert (Room.objects.count(), Message.objects.count(), Import.objects.count()) == (0, 0, 0)
    assert User.objects.count() == 1


def test_a_check_knows_what_is_here_already(ana, export):
    folder = export(general=3)
    run("tertulia", folder)
    assert "3  messages that were imported before" in run("tertulia", folder, "--check")


def test_the_owner_can_be_named(ana, bruno, export):
    User.objects.filter(pk=bruno.pk).update(is_administrator=True)
    run("tertulia", export(general=1), "--as", "@Bruno")
    assert Room.objects.get().memberships.get(role="owner").user == bruno


@pytest.mark.parametrize("name", ["marta", "bruno"])
def test_nobody_but_an_administrator_can_own(ana, bruno, export, name):
    assert "no administrator" in refused("tertulia", export(general=1), "--as", name)


def test_without_a_workspace_there_is_nothing_to_import_into(db, export):
    assert "no workspace yet" in refused("tertulia", export(general=1))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"PK\x05\x06" + bytes(18),
        random.Random(5).randbytes(5000),
        b"[]",
        b"\x1f\x8b\x08",
    ],
)
def test_a_file_that_is_no_archive_is_one_sentence(ana, tmp_path, data):  # 56
    (tmp_path / "x.zip").write_bytes(data)
    assert "\n" not in refused("tertulia", tmp_path / "x.zip")
    assert "is not there" in refused("tertulia", tmp_path / "y.zip")


def test_an_unknown_room_is_named(ana, export):
    said = refused("tertulia", export(general=1), "--rooms", "general, secret")
    assert said == "There is no room 'secret' in the archive."


def test_a_fault_in_people_csv_is_named_by_its_line(ana, export, tmp_path):
    (tmp_path / "people.csv").write_text("marta,ana\nmarta,ana\nnobody,ana\nmarta\n\nmarta,x\n")
    said = refused("tertulia", export(general=1), "--people", tmp_path / "people.csv")
    assert said.splitlines() == [
        "Nothing was imported.",
        "Line 2: 'marta' is in the file twice.",
        "Line 3: nobody in the archive is 'nobody'.",
        "Line 4: it needs two columns: who it is there, and the username here.",
        "Line 6: there is no account with the username 'x'.",
    ]
    assert "cannot be read" in refused("tertulia", tmp_path / "export", "--people", tmp_path / "z")


def test_people_csv_says_who_has_an_account(ana, export, tmp_path):
    (tmp_path / "people.csv").write_text("\ufeffthere;username here\r\nANA@example.com;@Ana\r\n")
    run("tertulia", export(general=1), "--people", tmp_path / "people.csv")
    assert Message.objects.get().author == ana


def test_another_mapping_brings_no_message_twice(ana, export, tmp_path):
    folder = export(general=3)
    run("tertulia", folder)
    (tmp_path / "people.csv").write_text("marta,ana\n")
    run("tertulia", folder, "--people", tmp_path / "people.csv")
    assert Message.objects.count() == 3


def test_a_killed_import_goes_on(export, tmp_path):  # 53
    """A process of its own is killed in the middle, several times, then ends."""
    folder = export(general=3000, random=500)
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/own.sqlite3",
        "FILES_URL": f"file://{tmp_path}/files",
        "DJANGO_SETTINGS_MODULE": "tertulia.settings",
        "SECRET_KEY": "x" * 60,
        "DEBUG": "1",
    }
    database = tmp_path / "own.sqlite3"
    command = [sys.executable, "manage.py", "import", "tertulia", str(folder)]

    def python(*arguments):
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    python("manage.py", "migrate", "-v0", "--skip-checks")
    python("manage.py", "shell", "-v0", "-c", SET_UP)
    for kills in range(1, 3):
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        while stored(database) < kills * 1000 and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert 0 < stored(database) < 3500
    table = python("manage.py", "import", "tertulia", str(folder))
    assert stored(database) == 3500
    assert "messages that were imported before" in table
    numbers = "from messaging.models import Message as M; from rooms.models import Room\n"
    numbers += "for r in Room.objects.order_by('name'):\n print([list(r.messages.order_by("
    numbers += "'position').values_list(f, flat=True)) == list(range(1, r.last_position + 1))"
    numbers += " for f in ('position', 'revision')], r.last_position)"
    said = python("manage.py", "shell", "-v0", "-c", numbers)
    assert said.splitlines() == ["[True, True] 3000", "[True, True] 500"]


SET_UP = """
from users.actions import set_up_workspace
set_up_workspace("Casa", "open", "ana", "ana@example.com", "correct horse")
"""


def stored(path):
    """Return how many messages the database at `path` has."""
    import sqlite3

    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        return database.execute("SELECT count(*) FROM messaging_message").fetchone()[0]
