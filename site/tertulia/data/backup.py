"""Backs up all user data to one tar file that SQLite and PostgreSQL restore; see `archive`.

Each row is a line in Django's format "jsonl" (https://docs.djangoproject.com/en/6.1/topics/serialization/).
Data that a restored site creates again is left out: sessions (everybody logs in again), presence,
processes, cache.
"""

from datetime import datetime

from django.apps import apps
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections
from django.utils import timezone

from .. import __version__
from ..operations import health
from .archive import MANIFEST, RELEASE, TableWriter, Writer
from .snapshot import snapshot

FORMAT = 1
# Django's own apps hold no user data. All other models are backed up except these.
EXCEPT_APPS = {"admin", "auth", "contenttypes", "sessions"}
MADE_ANEW = {"rooms.presence", "tertulia.process", "users.session"}
ROWS_AT_A_TIME = 1_000


def kept_models():
    """Return the models whose rows a backup holds."""
    models = [model for config in _kept_apps() for model in config.get_models()]
    return [model for model in models if model._meta.label_lower not in MADE_ANEW]


def _kept_apps():
    return [config for config in apps.get_app_configs() if config.label not in EXCEPT_APPS]


def migrations_of(database):
    """Return the migrations applied to `database`, a connection."""
    return health.applied(database, {config.label for config in _kept_apps()})


def write_backup(file):
    """Back up the running site to `file`, a binary stream; return the number of rows."""
    writer = Writer(file)
    with snapshot() as database:
        release = _release(database)
        writer.add_document(RELEASE, release)
        for model in kept_models():
            _write_table(writer, model, database)
    rows = sum(member["rows"] or 0 for member in writer.members.values())
    writer.add_document(MANIFEST, release | {"members": writer.members})
    writer.close()
    return rows


def _release(database):
    return {
        "tertulia": __version__,
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "migrations": migrations_of(connections[database]),
    }


def _write_table(writer, model, database):
    table = TableWriter(writer, model._meta.label_lower)
    rows = model._base_manager.using(database).order_by("pk").iterator(ROWS_AT_A_TIME)
    serializers.serialize("jsonl", rows, stream=table, fields=_fields_of(model), cls=PreciseEncoder)
    table.close()


def _fields_of(model):
    """Return the names of the fields to back up: all but references to models left out."""
    return [
        field.name
        for field in model._meta.local_fields
        if not (field.is_relation and field.related_model._meta.label_lower in MADE_ANEW)
    ]


class PreciseEncoder(DjangoJSONEncoder):
    """Keeps microseconds, which Django's encoder truncates."""

    def default(self, value):
        return value.isoformat() if isinstance(value, datetime) else super().default(value)
