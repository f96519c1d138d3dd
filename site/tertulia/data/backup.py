"""Backs up all user data to one tar file that SQLite and PostgreSQL restore; see `archive`.

Each row is a line in Django's format "jsonl" (https://docs.djangoproject.com/en/6.1/topics/serialization/).
Data that a restored site creates again is left out: sessions (everybody logs in again), presence,
processes, cache.
"""

import logging
from datetime import datetime
from tempfile import SpooledTemporaryFile

from django.apps import apps
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections
from django.utils import timezone

from files import stores
from files.models import Blob
from files.stores.nowhere import MISSING

from .. import __version__
from ..operations import health
from .archive import MANIFEST, RELEASE, TableWriter, Writer
from .snapshot import snapshot

logger = logging.getLogger(__name__)

FORMAT = 1
# Django's own apps hold no user data. All other models are backed up except these.
EXCEPT_APPS = {"admin", "auth", "contenttypes", "sessions"}
# The bytes of files are in the backup as files, wherever they are stored.
# Devices belong to sessions; a link is fetched again.
MADE_ANEW = {
    *("files.piece", "rooms.presence", "tertulia.process", "users.session"),
    *("messaging.pushsubscription", "messaging.fetchedlink", "messaging.attempt"),
}
ROWS_AT_A_TIME = 1_000
MAX_IN_MEMORY = 2**20  # bytes of a file; a larger one is copied to the disk first


def kept_models():
    """Return the models whose rows a backup holds."""
    models = [model for config in _kept_apps() for model in config.get_models()]
    return [model for model in models if model._meta.label_lower not in MADE_ANEW]


def _kept_apps():
    return [config for config in apps.get_app_configs() if config.label not in EXCEPT_APPS]


def migrations_of(database):
    """Return the migrations applied to `database`, a connection."""
    return health.applied(database, {config.label for config in _kept_apps()})


def write_backup(file, with_files=True):
    """Back up the running site to `file`, a binary stream; return the number of rows.

    Raise stores.Unavailable if a store of files does not answer. Without files, the pictures of
    people are in it all the same: they are small.
    """
    writer = Writer(file)
    with snapshot() as database:
        release = _release(database)
        writer.add_document(RELEASE, release)
        for model in kept_models():
            _write_table(writer, model, database)
        _write_files(writer, database, with_files)
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


def _write_files(writer, database, with_files):
    """Add the bytes of all files. Log how many their stores do not have."""
    blobs = Blob.objects.using(database).exclude(stored_in=MISSING)
    if not with_files:
        blobs = blobs.filter(attachment=None, stored_in="database")
    missing = 0
    for blob in blobs.order_by("pk").iterator(ROWS_AT_A_TIME):
        is_here = blob.stored_in == "database"
        store = stores.database(database) if is_here else stores.store_named(blob.stored_in)
        sizes = dict(zip(blob.names, (blob.size, blob.small_size), strict=False))
        for name, size in sizes.items():
            missing += not _write_file(writer, store, name, size)
    if missing:
        logger.warning(
            "Files that are not in the backup, because their store does not have them: %s",
            missing,
            extra={"event": "backup.files_missing", "fields": {"files": missing}},
        )


def _write_file(writer, store, name, size):
    """Add one file and return True, or False if its bytes are missing."""
    with SpooledTemporaryFile(MAX_IN_MEMORY) as copy:  # a tar cannot take back half a file
        try:
            copy.writelines(store.read(name, 0, size))
        except stores.Missing:
            return False
        copy.seek(0)
        writer.add_file(name, copy, size)
    return True


class PreciseEncoder(DjangoJSONEncoder):
    """Keeps microseconds, which Django's encoder truncates."""

    def default(self, value):
        return value.isoformat() if isinstance(value, datetime) else super().default(value)
