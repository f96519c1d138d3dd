"""Restores a backup of this or an earlier release into an empty site, all or nothing."""

import json
import re
import tarfile
import zlib
from itertools import batched

from django.core import serializers
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.management.color import no_style
from django.db import DataError, IntegrityError, connection, transaction

from files import stores
from files.models import Blob
from files.stores.nowhere import MISSING
from messaging.models import Mention
from messaging.webhooks.outgoing.actions import disable_restored
from rooms.models import RESERVED_SLUGS, Membership, Room
from users.models import User, Workspace

from .. import __version__
from ..background.models import KeptTask
from ..operations import health
from . import renames
from .archive import FILES, MANIFEST, RELEASE, ROWS, NotRestorable, Reader, label_of
from .backup import FORMAT, ROWS_AT_A_TIME, kept_models
from .restored_files import restoring_files

# The exceptions that Python, Django or a database raise for a damaged file.
DAMAGE = (
    *(ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError),
    *(EOFError, zlib.error, tarfile.TarError),
    *(serializers.base.DeserializationError, FieldDoesNotExist, ValidationError),
    *(DataError, IntegrityError),
)

PUSHES = "rooms.0007_pushes_and_previews"  # with which a level for pushes came


def read_backup(file):
    """Restore the backup in `file`, a binary stream; return the number of rows.

    Files go to the store that FILES_URL names; those that the backup does not have are missing.

    Raise NotRestorable and restore nothing if the site is not empty, or if the file is truncated,
    modified, from a newer release or not a backup.
    """
    try:
        with restoring_files() as files:
            return _read(file, files)
    except stores.Unavailable as error:
        raise NotRestorable(
            f"The files cannot be stored, and nothing was restored: {error}. Check FILES_URL."
        ) from error
    except DAMAGE as error:
        raise NotRestorable(f"The backup is damaged, and nothing was restored: {error}") from error


@transaction.atomic
def _read(file, files):
    _wait_for_others()
    reader = Reader(file)
    names = iter(reader)
    if next(names, None) != RELEASE:
        raise NotRestorable("This is not a backup of Tertulia.")
    release = reader.document()
    _check(release)
    KeptTask.objects.all().delete()
    tables = {model._meta.label_lower for model in kept_models()}
    for name in names:
        if name == MANIFEST:
            _check_manifest(reader, release)
            break
        if name.startswith(FILES):
            files.restore(reader, name.removeprefix(FILES))
            continue
        _restore_table(reader, name, tables)
    else:
        raise NotRestorable("The backup ends early: it is not whole, and nothing was restored.")
    if next(names, None) is not None:
        raise NotRestorable("The backup goes on after its end, and nothing was restored.")
    reader.finish()
    Mention.objects.fill_positions()
    if PUSHES not in release["migrations"]:
        Membership.objects.copy_levels()
    disable_restored()
    _move_rooms()
    _reset_sequences()
    return sum(member["rows"] or 0 for member in reader.members.values())


def _wait_for_others():
    """Lock out other restores, the setup and new tasks; SQLite has only one writer anyway."""
    if connection.vendor == "postgresql":
        tables = (connection.ops.quote_name(m._meta.db_table) for m in (Workspace, KeptTask))
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")


def _check(release):
    if release.get("format") != FORMAT or not {"tertulia", "migrations"} <= set(release):
        raise NotRestorable("This is not a backup, or its format is not known to this release.")
    try:
        health.try_migrations()
    except health.Fault as fault:
        raise NotRestorable(str(fault)) from fault
    made_by = str(release["tertulia"])
    is_newer = _numbers(made_by) > _numbers(__version__)
    if is_newer or not set(release["migrations"]) <= health.known_migrations():
        raise NotRestorable(
            f"The backup was made by release {made_by}, which is newer than this one"
            f" ({__version__}): deploy that release, then restore."
        )
    if Workspace.current() is not None:
        raise NotRestorable("There is a workspace here already: restore into an empty database.")


def _numbers(version):
    return [int(number) for number in re.findall(r"\d+", version)]


def _check_manifest(reader, release):
    """Raise NotRestorable if the manifest does not match the members read."""
    members = dict(reader.members)
    del members[MANIFEST]
    if reader.document() != release | {"members": members}:
        raise NotRestorable("The backup was changed after it was made, and nothing was restored.")


def _restore_table(reader, name, tables):
    old_label = label_of(name)
    label = renames.MODELS.get(old_label, old_label)
    if not name.endswith(ROWS) or (label is not None and label not in tables):
        raise NotRestorable(f"The backup holds {name!r}, which no backup holds.")
    for lines in batched(reader.rows(), ROWS_AT_A_TIME):
        rows = [json.loads(line) for line in lines]
        if any(row["model"] != old_label for row in rows):
            raise NotRestorable(f"The backup holds rows of another table in {name!r}.")
        if label is not None:
            _store([_as_now(row, label) for row in rows])


def _as_now(row, label):
    """Return the row with the current names of its model and fields."""
    names = {name: renames.FIELDS.get(f"{label}.{name}", name) for name in row["fields"]}
    fields = {names[name]: value for name, value in row["fields"].items() if names[name]}
    return row | {"model": label, "fields": fields}


def _store(rows):
    """Insert rows of one table unchanged, without calling `save`."""
    objects = [row.object for row in serializers.deserialize("python", rows)]
    for row in objects:
        if isinstance(row, User):  # older backups have no search keys
            row.search_key = row.current_search_key()
        if isinstance(row, Blob):  # until its bytes come: see `restored_files`
            row.stored_in = MISSING
    type(objects[0])._base_manager.bulk_create(objects)


def _move_rooms():
    """Change the slugs of restored rooms that are addresses of pages now (rooms.0004)."""
    for room in Room.objects.filter(slug__in=RESERVED_SLUGS):
        room.slug = room.free_slug()
        room.save(update_fields=["slug"])


def _reset_sequences():
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept_models()):
            cursor.execute(statement)
