"""DATABASE_URL, and the default database in the clone."""

import re
from pathlib import Path

import pytest

from tertulia.config.database_url import database, fault_of_file
from tertulia.config.env import ConfigurationError

from ..servers import ROOT

ODD_FOLDERS = ["team#1", "what?", "50%25", "a b", "x%20y", "a&b=c", "ü;é", "file:x", "%", "a:b@c"]


@pytest.mark.parametrize("name", ODD_FOLDERS)
def test_a_clone_keeps_its_database_in_its_own_folder(tmp_path, name):
    clone = tmp_path / name
    clone.mkdir()
    path = database("", clone)["NAME"]
    assert (path, (clone / "var").is_dir()) == (str(clone / "var" / "tertulia.sqlite3"), True)


@pytest.mark.parametrize("name", ODD_FOLDERS)
def test_so_does_the_demo_of_a_clone(tmp_path, name):
    [url] = re.findall(r"DATABASE_URL=(sqlite:\S+)", (ROOT / "Makefile").read_text())
    path = database(url, tmp_path / name)["NAME"]
    assert path == str(tmp_path / name / "var" / "demo.sqlite3")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////srv/chat.db", "/srv/chat.db"),
        ("sqlite:///var/demo.sqlite3", "/clone/var/demo.sqlite3"),
        ("SQLITE:////srv/chat.db", "/srv/chat.db"),
        ("sqlite:////srv/team#1/chat?.db", "/srv/team#1/chat?.db"),
        ("sqlite:////srv/team%231/a b", "/srv/team#1/a b"),
        ("sqlite:////srv/100%/chat", "/srv/100%/chat"),
    ],
)
def test_a_file_is_named_whole(url, path):
    assert database(url, Path("/clone"))["NAME"] == path


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://u:secret@h/n", "must begin with postgres:// or sqlite://"),
        ("oracle://u:secret@h/n", "must begin with postgres:// or sqlite://"),
        ("/srv/chat.db", "must begin with postgres:// or sqlite://"),
        ("postgres://u:secret@h:port/n", "must look like postgres://"),
        ("postgres://u:secret@[h/n", "must look like postgres://"),
        ("sqlite://", "must look like sqlite:////path/to/file"),
        ("sqlite://:memory:", "must look like sqlite:////path/to/file"),
    ],
)
def test_an_address_that_names_no_database_stops_the_start(url, sentence):
    with pytest.raises(ConfigurationError, match=sentence) as raised:
        database(url, Path("/clone"))
    assert "secret" not in str(raised.value)


def test_a_file_that_holds_no_database_is_named(tmp_path):
    (tmp_path / "notes.txt").write_text("not a database")
    assert fault_of_file(tmp_path) == f"The database {tmp_path} is a folder."
    assert "is not a SQLite database" in fault_of_file(tmp_path / "notes.txt")
    assert "does not exist" in fault_of_file(tmp_path / "missing" / "x")
    assert fault_of_file(tmp_path / "new.sqlite3") == ""
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("command", ["migrate", "createcachetable", "check", "doctor", "export"])
def test_a_missing_folder_is_a_sentence_to_every_command(python, command):
    arguments = ["x"] if command == "export" else []
    code, output = python("manage.py", command, *arguments, DATABASE_URL="sqlite:////missing/dir/x")
    assert code != 0
    assert "The folder of the database, /missing/dir, does not exist." in output
    assert "Traceback" not in output
