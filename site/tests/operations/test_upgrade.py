"""Every earlier release can be upgraded, or restored from its backup.

The fixtures are made by `releases/make.py`.
"""

import gzip
import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from ..servers import ROOT
from .test_backup import Site

RELEASES = sorted(path for path in Path(__file__).with_name("releases").glob("*/") if path.is_dir())
RELEASES = [path for path in RELEASES if (path / "migrations.txt").exists()]
# The ways to bring a workspace into this release.
UPGRADED, RESTORED, RESTORED_ON_POSTGRESQL = WAYS = [
    "its database on SQLite",
    "its backup on SQLite",
    "its backup on PostgreSQL",
]
# What users and operators do with a workspace: pages and commands.
USED = """
from django.test import Client
from messaging.models import Mention, Message

def page(path, **fields):
    answer = ana.post(path, fields) if fields else ana.get(path)
    assert answer.status_code in (200, 302, 303), (path, answer.status_code)
    return answer.content.decode()

ana = Client(headers={"host": "localhost"})
page("/accounts/login/", login="ana", password="come in and talk")
assert "Good morning" in page("/search/?q=welcome")
page("/rooms/lobby/messages/", body="Olives after the upgrade", nonce="after-the-upgrade")
assert "Olives" in page("/rooms/lobby/")
message = Message.objects.get(body="Olives after the upgrade")
mentions = [(m.room_id, m.position) for m in Mention.objects.all()]
said = [(m.message.room_id, m.message.position) for m in Mention.objects.all()]
assert mentions == said != []
assert message.position == message.room.last_position == message.room.messages.count()
assert f'id="message-{message.pk}"' in page("/search/?q=olives")
page(f"/messages/{message.pk}/edit/", body="Figs after the upgrade")
assert f'id="message-{message.pk}"' in page("/search/?q=figs")
assert f'id="message-{message.pk}"' not in page("/search/?q=olives")
"""


@pytest.fixture(params=RELEASES, ids=lambda path: path.name)
def release(request):
    """The folder of a release's fixture."""
    return request.param


@pytest.fixture(params=WAYS)
def site(request, release, tmp_path):
    """A site of this release that holds the workspace of an earlier one."""
    is_on_postgresql = request.param == RESTORED_ON_POSTGRESQL
    database = request.getfixturevalue("new_database")() if is_on_postgresql else None
    site = Site(tmp_path / "site", database)
    if request.param == UPGRADED:
        packed = (release / "database.sqlite3.gz").read_bytes()
        (site.folder / "database.sqlite3").write_bytes(gzip.decompress(packed))
    site.manage(["migrate"], ["createcachetable"])
    if request.param != UPGRADED:
        site.manage(["restore", release / "backup.tar.gz"])
    return site


def said_in(release, tmp_path):
    """Return the messages as the release stored them, {(room, position): …}."""
    path = tmp_path / "as-it-was.sqlite3"
    path.write_bytes(gzip.decompress((release / "database.sqlite3.gz").read_bytes()))
    query = """
        SELECT slug, position, username, body, messaging_message.deleted_at IS NOT NULL
        FROM messaging_message
        JOIN rooms_room ON rooms_room.id = room_id JOIN users_user ON users_user.id = author_id
    """
    with sqlite3.connect(path) as database:
        return {tuple(row[:2]): (*row[2:4], bool(row[4])) for row in database.execute(query)}


def said_by(export):
    """Return the messages in the folder `export`, {(room, position): …}."""
    rooms = [json.loads(path.read_text()) for path in sorted(export.glob("rooms/*.json"))]
    return {
        (room["room"]["slug"], message["position"]): (
            *(message["author"], message["body"], message["deleted_at"] is not None),
        )
        for room in rooms
        for message in room["messages"]
    }


def test_a_workspace_of_an_earlier_release_goes_on(release, site, tmp_path):
    site.manage(["export", tmp_path / "before"])
    said = said_in(release, tmp_path)
    assert len(said) > 50
    assert said_by(tmp_path / "before") == said

    site.shell(USED)
    site.manage(["backup", tmp_path / "backup.tar.gz"], ["export", tmp_path / "after"])
    again = Site(tmp_path / "again")
    again.manage(
        ["migrate"], ["restore", tmp_path / "backup.tar.gz"], ["export", tmp_path / "again-after"]
    )
    assert said_by(tmp_path / "again-after") == said_by(tmp_path / "after")
    new = said_by(tmp_path / "after").items() - said.items()
    assert [text for _key, (_author, text, _deleted) in new] == ["Figs after the upgrade"]


def test_the_migrations_of_a_release_stay_as_they_are(release):
    for line in (release / "migrations.txt").read_text().splitlines():
        digest, path = line.split("  ")
        file = ROOT / path
        assert file.exists(), f"{path} is part of release {release.name}: keep it."
        assert hashlib.sha256(file.read_bytes()).hexdigest() == digest, (
            f"{path} is part of release {release.name}, whose databases have run it:"
            " add a migration instead of changing it."
        )


def test_the_fixtures_are_small(release):
    sizes = {path.name: path.stat().st_size for path in release.iterdir()}
    assert set(sizes) == {"backup.tar.gz", "database.sqlite3.gz", "migrations.txt"}
    assert max(sizes.values()) <= 200_000
