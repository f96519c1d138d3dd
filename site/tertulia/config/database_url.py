"""Reads DATABASE_URL into an entry of Django's DATABASES.

    postgres://user:password@host/name    PostgreSQL; also postgresql:// and pgsql://
    sqlite:////path/to/file               a file; sqlite:///file is relative to the clone

Without it the database is a file in the clone's own `var/`.
"""

from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

import dj_database_url

from .env import ConfigurationError
from .pasted_urls import quoted

POSTGRESQL = ("postgres://", "postgresql://", "pgsql://")
SQLITE = "sqlite://"
SQLITE_ENGINE = "core.sqlite"  # Django's backend, in which transactions wait for their turn
MAX_NAME_BYTES = 63  # of a PostgreSQL database
SQLITE_HEADER = b"SQLite format 3\0"


def database(url, folder):
    """Return the settings for `url`, with relative paths below `folder`.

    Raise ConfigurationError if `url` cannot be read.
    """
    if not url:
        path = folder / "var" / "tertulia.sqlite3"
        with suppress(OSError):  # a system check reports it
            path.parent.mkdir(exist_ok=True)
        return _sqlite(path)
    if url.lower().startswith(SQLITE):
        return _sqlite(_path_of(url, folder))
    if not url.lower().startswith(POSTGRESQL):
        raise ConfigurationError(
            "DATABASE_URL must begin with postgres:// or sqlite://: Tertulia runs on these two."
        )
    return _postgresql(url)


def _postgresql(url):
    try:
        read = dj_database_url.parse(quoted(url, {"postgres", "postgresql", "pgsql"}))
    except ValueError:
        read = {"NAME": ""}
    if not 0 < len(read["NAME"].encode()) <= MAX_NAME_BYTES:
        raise ConfigurationError("DATABASE_URL must look like postgres://user:password@host/name")
    return read


def _sqlite(path):
    return {"ENGINE": SQLITE_ENGINE, "NAME": str(path)}


def _path_of(url, folder):
    """Return everything after the scheme as a path: a file's name may contain `#` and `?`."""
    path = unquote(url[len(SQLITE) :]).removeprefix("/")
    if not path or path == ":memory:" or "\0" in path:
        raise ConfigurationError("DATABASE_URL must look like sqlite:////path/to/file")
    return folder / path


def fault_of_file(path):
    """Return why `path` cannot be used as a database file, as a sentence, or "" if it can."""
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
