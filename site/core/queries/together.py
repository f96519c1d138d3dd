"""Statements that are sent to the database together, for what runs with every post.

They are written as SQL: the ORM takes several times as long to build a statement as the database
takes to run it. PostgreSQL gets them in one round trip instead of one each.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Any, NamedTuple

from django.db import connection, connections
from django.utils import timezone

MAX_VALUES = 999  # of one statement, as old releases of SQLite take


class Statement(NamedTuple):
    """An SQL statement with "%s" for each of its values."""

    sql: str
    values: Sequence[Any] = ()


def run_together(*statements: Statement) -> list[list[tuple]]:
    """Run these statements in order; return the rows of each, none for one that returns no rows.

    Each sees what those before it have changed, and what others had committed when it began. If one
    fails, raise its error. Several need a transaction, so that nothing remains of the others.
    """
    if connection.vendor != "postgresql" or len(statements) == 1:
        return [_rows(_executed(statement)) for statement in statements]
    with connection.wrap_database_errors, connection.connection.pipeline():
        cursors = [_executed(statement) for statement in statements]
    return [_rows(cursor) for cursor in cursors]


def _executed(statement: Statement) -> Any:
    cursor = connection.cursor()
    cursor.execute(*statement)
    return cursor


def _rows(cursor: Any) -> list[tuple]:
    with cursor:
        return cursor.fetchall() if cursor.description else []


def insertions(objects: Sequence[Any], returning: Sequence[str]) -> Iterator[Statement]:
    """Yield the statements that store these new objects of one model.

    They return the columns `returning` of each object, in any order.
    """
    meta, database = objects[0]._meta, connections[connection.alias]  # not its proxy: it is slow
    fields = [field for field in meta.local_concrete_fields if not field.primary_key]
    head = f"INSERT INTO {meta.db_table} ({', '.join(field.column for field in fields)}) VALUES "
    places = f"({', '.join(['%s'] * len(fields))})"
    for some in batched(objects, MAX_VALUES // len(fields)):
        rows = ", ".join([places] * len(some))
        values = [
            _prepared(field, getattr(one, field.attname), database)
            for one in some
            for field in fields
        ]
        yield Statement(f"{head}{rows} RETURNING {', '.join(returning)}", values)


def _prepared(field: Any, value: Any, database: Any) -> Any:
    """Return a value as the database takes it: numbers and texts as they are."""
    if type(value) in (int, str) and field.get_internal_type() != "JSONField":
        return value
    return field.get_db_prep_save(value, database)


def moment(value: datetime | None) -> datetime | None:
    """Return a time as it is read without the ORM, with its time zone."""
    if value is not None and timezone.is_naive(value):
        return timezone.make_aware(value, connection.timezone)
    return value
