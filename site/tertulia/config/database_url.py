"""Read DATABASE_URL into one of Django's DATABASES.

    postgres://user:password@host/name    PostgreSQL; also postgresql:// and pgsql://
    sqlite:////path/to/file               a file; sqlite:///file lies in the clone

Without it the database is a file in the clone's own `var/`, whatever the clone's folder is called.
"""

from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

import dj_database_url

from .env import Unfit
from .pasted_urls import quoted

POSTGRESQL = ("postgres://", "postgresql://", "pgsql://")
SQLITE = "sqlite://"
SQLITE_ENGINE = "django.db.backends.sqlite3"
MAX_NAME_BYTES = 63  # of a PostgreSQL database
SQLITE_HEADER = b"SQLite format 3\0"


def database(url, folder):
    """Return the database of `url`; `folder` is the clone. Raise Unfit if it cannot be read."""
    if not url:
        path = folder / "var" / "tertulia.sqlite3"
        with suppress(OSError):  # the check says it, where somebody can read it
            path.parent.mkdir(exist_ok=True)
        return _sqlite(path)
    if url.lower().startswith(SQLITE):
        return _sqlite(_path_of(url, folder))
    if not url.lower().startswith(POSTGRESQL):
        raise Unfit(
            "DATABASE_URL must begin with postgres:// or sqlite://: Tertulia runs on these two."
        )
    return _postgresql(url)


def _postgresql(url):
    try:
        read = dj_database_url.parse(quoted(url, {"postgres", "postgresql", "pgsql"}))
    except ValueError:
        read = {"NAME": ""}
    if not 0 < len(read["NAME"].encode()) <= MAX_NAME_BYTES:
        raise Unfit("DATABASE_URL must look like postgres://user:password@host/name")
    return read


def _sqlite(path):
    return {"ENGINE": SQLITE_ENGINE, "NAME": str(path)}


def _path_of(url, folder):
    """Return the path in an address: all that follows, as `#` and `?` are part of a file's name."""
    path = unquote(url[len(SQLITE) :]).removeprefix("/")
    if not path or path == ":memory:" or "\0" in path:
        raise Unfit("DATABASE_URL must look like sqlite:////path/to/file")
    return folder / path


def fault_of_file(path):
    """Return why no database can be kept in the file `path`, as a sentence, or "" if it can."""
    path = Path(path)
    try:
        if path.is_dir():
            return f"The database {path} is a folder."
        if not path.parent.is_dir():
            return f"The folder of the database, {path.parent}, does not exist."
        if path.exists():
            with path.open("rb+") as file:
                header = file.read(len(SQLITE_HEADER))
            return "" if header in (b"", SQLITE_HEADER) else f"{path} is not a SQLite database."
        probe = path.with_name(f"{path.name}.probe")
        probe.touch()
        probe.unlink()
    except OSError as error:
        return f"The database {path} cannot be written: {error.strerror}."
    return ""
