"""Makes the fixture of a release: `make release-fixture`, once, as the last step before a release.

    releases/1.0/database.sqlite3.gz    the demo's workspace as that release stores it
    releases/1.0/backup.tar.gz          the same as that release backs it up
    releases/1.0/migrations.txt         SHA-256 of each migration of ours that it has

`test_upgrade.py` upgrades both and holds the migrations as they are. A release that is out is never
made again; `--replace` is for the time before.
"""

import gzip
import hashlib
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from tertulia import __version__  # noqa: E402
from tests.servers import Server  # noqa: E402

NOW = "2026-11-20T12:00:00+00:00"
MOST_BYTES = 200_000
# What the demo does not do, so that more tables hold a row.
FURTHER = """
from messaging.message.actions import post_message
from messaging.models import Message
from messaging.reports.actions import report_message
from rooms.models import Membership, Room
from rooms.moderation.actions import ban_person, mute_member
from users.links.actions import create_invitation
from users.models import User

ana, bruno, carmen = User.objects.filter(username__in=["ana", "bruno", "carmen"]).order_by("pk")
lobby, club = Room.objects.get(slug="lobby"), Room.objects.get(slug="book-club")
post_message(lobby, carmen, "@bruno, could you look at **the oven**?", "further-1")
report_message(lobby.messages.filter(author=bruno, deleted_at=None).first(), carmen, "Off topic")
mute_member(Membership.objects.get(room=lobby, user=bruno), ana, 60)
eve = User.objects.create_user("eve", "eve@example.com", "come in and talk")
ban_person(club, eve, ana, "Spoils the end of every book")
create_invitation(ana, "For the neighbours", days=7, uses=3)
"""


def main(replaces):
    folder = HERE / __version__
    if folder.exists() and not replaces:
        sys.exit(
            f"{folder} is there already: a release is made once (--replace, before it is out)."
        )
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        server = Server(Path(place))
        server.prepare()
        server.python("manage.py", "demo", "--at", NOW)
        server.python("manage.py", "shell", "--verbosity", "0", input=FURTHER)
        server.python("manage.py", "backup", str(folder / "backup.tar.gz"))
        (folder / "backup.tar.gz").chmod(0o644)
        pack(Path(place) / "database.sqlite3", folder / "database.sqlite3.gz")
    (folder / "migrations.txt").write_text("".join(map(line_of, migrations())))
    for path in sorted(folder.iterdir()):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")
        assert path.stat().st_size <= MOST_BYTES, f"{path} is larger than {MOST_BYTES} bytes."


def pack(database, packed):
    """Copy a database, with what its write-ahead log holds, and compress it."""
    copy = database.with_name("copy.sqlite3")
    with sqlite3.connect(database) as connection:
        connection.execute("VACUUM INTO ?", [str(copy)])
    with copy.open("rb") as source, gzip.GzipFile(packed, "wb", mtime=0) as target:
        shutil.copyfileobj(source, target)


def migrations():
    """Return the files of the migrations of the product's own apps."""
    folders = (ROOT / app for app in ("users", "rooms", "messaging", "site/tertulia"))
    return sorted(path for folder in folders for path in folder.glob("migrations/[0-9]*.py"))


def line_of(path):
    return f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(ROOT)}\n"


if __name__ == "__main__":
    main(replaces="--replace" in sys.argv[1:])
