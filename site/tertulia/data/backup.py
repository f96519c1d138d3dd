"""Everything that people made, in one tar file that either database restores; see `archive`.

A row is a line in Django's format "jsonl" (https://docs.djangoproject.com/en/6.1/topics/serialization/).
Left out is what a restored site makes anew: sessions (everybody logs in again), presence,
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
# Django's own apps hold nothing that people made; all others are backed up, with these exceptions.
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
    """Return the migrations that the tables of `database`, a connection, have seen."""
    return health.applied(database, {config.label for config in _kept_apps()})


def write_backup(file):
    """Write the site as it is now to `file`, a binary stream, while it runs; return its rows."""
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
