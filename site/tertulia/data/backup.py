"""Everything that people made, as lines of JSON that either database takes back.

The first line is a header, the last counts and digests the rows between; each of those is a row in
Django's format "jsonl" (https://docs.djangoproject.com/en/6.1/topics/serialization/). Left out is
what a restored site makes anew: sessions (everybody logs in again), presence, processes, cache.
"""

import hashlib
import json
import tempfile
import zlib
from contextlib import contextmanager
from datetime import datetime
from itertools import batched
from pathlib import Path

from django.apps import apps
from django.core import serializers
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError, IntegrityError, connection, connections, transaction
from django.utils import timezone

from users.models import Workspace

from .. import VERSION
from ..background.models import KeptTask
from ..operations import health

FORMAT = 1
# Django's own apps hold nothing that people made; all others are backed up, with these exceptions.
EXCEPT_APPS = {"admin", "auth", "contenttypes", "sessions"}
MADE_ANEW = {"rooms.presence.leases", "tertulia.process", "users.session"}
ROWS_AT_A_TIME = 1_000


class NotRestorable(Exception):
    """A backup that cannot be taken back here; the text says why and what to do."""


def kept_models():
    """Return the models whose rows a backup holds."""
    models = [model for config in _kept_apps() for model in config.get_models()]
    return [model for model in models if model._meta.label_lower not in MADE_ANEW]


def _kept_apps():
    return [config for config in apps.get_app_configs() if config.label not in EXCEPT_APPS]


def _migrations(database):
    """Return what the tables of `database`, a connection, are shaped by."""
    return health.applied(database, {config.label for config in _kept_apps()})


def write_backup(file):
    """Write a backup to `file`, as it is at this moment, while the site runs; return its rows."""
    seal = _Seal()
    with snapshot() as database:
        _write_line(file, _header(database))
        sealed = _Sealed(file, seal)
        for model in kept_models():
            rows = model._base_manager.using(database).order_by("pk").iterator(ROWS_AT_A_TIME)
            serializers.serialize(
                "jsonl", rows, stream=sealed, fields=_fields_of(model), cls=PreciseEncoder
            )
    _write_line(file, seal.entry)
    return seal.rows


def _fields_of(model):
    """Return the names of the columns that a backup holds: no references to what is made anew."""
    return [
        field.name
        for field in model._meta.local_fields
        if not (field.is_relation and field.related_model._meta.label_lower in MADE_ANEW)
    ]


class PreciseEncoder(DjangoJSONEncoder):
    """Django's own cuts microseconds off."""

    def default(self, value):
        return value.isoformat() if isinstance(value, datetime) else super().default(value)


@contextmanager
def snapshot():
    """Give the alias of a database that holds still: SQLite's copy, or a transaction's view."""
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])  # beside it there is room for a copy
        with tempfile.TemporaryDirectory(dir=file.parent if file.is_file() else None) as place:
            copy = Path(place) / "snapshot.sqlite3"
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(copy)])
            with _opened(copy):
                yield "snapshot"
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield "default"


@contextmanager
def _opened(path):
    connections.settings["snapshot"] = connections.settings["default"] | {"NAME": str(path)}
    try:
        yield
    finally:
        connections["snapshot"].close()
        del connections["snapshot"], connections.settings["snapshot"]


def _header(database):
    return {
        "tertulia": VERSION,
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "migrations": _migrations(connections[database]),
    }


def _write_line(file, entry):
    file.write(json.dumps(entry, ensure_ascii=False) + "\n")


class _Seal:
    """Count lines and digest them: the last line of a backup says what stands before it."""

    def __init__(self):
        self.rows = 0
        self._digest = hashlib.sha256()

    def add(self, text):
        self.rows += text.count("\n")
        self._digest.update(text.encode())

    @property
    def entry(self):
        return {"rows": self.rows, "sha256": self._digest.hexdigest()}


class _Sealed:
    """A text file's `write`, whose lines are added to a seal."""

    def __init__(self, file, seal):
        self.file, self.seal = file, seal

    def write(self, text):
        self.seal.add(text)
        self.file.write(text)


# What a damaged file makes Python, Django or a database raise while it is read.
DAMAGE = (
    *(ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError),
    *(EOFError, zlib.error),
    *(serializers.base.DeserializationError, FieldDoesNotExist, ValidationError),
    *(DataError, IntegrityError),
)


def read_backup(file):
    """Take back what `write_backup` wrote, into an empty site, all or nothing; return its rows.

    Raise NotRestorable if the site is not empty, or if the file is cut, changed or no backup.
    """
    try:
        return _read(file)
    except DAMAGE as error:
        raise NotRestorable(f"The backup is damaged, and nothing was restored: {error}") from error


@transaction.atomic
def _read(file):
    _wait_for_others()
    _check(_header_of(next(file, "")))
    seal, end = _Seal(), None
    KeptTask.objects.all().delete()
    for lines in batched(file, ROWS_AT_A_TIME):
        rows = [line for line in lines if not _is_end(line)]
        end = next(filter(_is_end, lines), end)
        seal.add("".join(rows))
        _store([json.loads(row) for row in rows])
    if end is None:
        raise NotRestorable(f"The backup ends early, after {seal.rows} rows: it is not whole.")
    if json.loads(end) != seal.entry:
        raise NotRestorable("The backup was changed after it was made, and nothing was restored.")
    sequences = connection.ops.sequence_reset_sql(no_style(), kept_models())
    with connection.cursor() as cursor:
        for statement in sequences:
            cursor.execute(statement)
    return seal.rows


def _wait_for_others():
    """Let no other restore, no set-up and no new task in between: SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        tables = (connection.ops.quote_name(m._meta.db_table) for m in (Workspace, KeptTask))
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")


def _is_end(line):
    return line.startswith('{"rows":')


def _header_of(line):
    try:
        header = json.loads(line)
    except ValueError:
        header = None
    return header if isinstance(header, dict) else {}


def _check(header):
    if header.get("format") != FORMAT or not {"tertulia", "migrations"} <= set(header):
        raise NotRestorable("This is no backup, or one of a release that this one does not know.")
    try:
        health.try_migrations()
    except health.Fault as fault:
        raise NotRestorable(str(fault)) from fault
    if header["migrations"] != _migrations(connection):
        raise NotRestorable(
            f"The backup is of release {header['tertulia']}, whose database has another shape:"
            " restore it with that release, then deploy this one."
        )
    if Workspace.current() is not None:
        raise NotRestorable("There is a workspace here already: restore into an empty database.")


def _store(entries):
    """Insert rows as they were, many of a table at once, without what `save` would add."""
    rows, kept = {}, {model._meta.label_lower for model in kept_models()}
    if not {str(entry["model"]) for entry in entries} <= kept:
        raise NotRestorable("The backup holds rows that no backup holds, and nothing was restored.")
    for row in serializers.deserialize("python", entries):
        rows.setdefault(type(row.object), []).append(row.object)
    for model, objects in rows.items():
        model._base_manager.bulk_create(objects)
