"""Read the memberships of those who post, with their rooms and users."""

from collections.abc import Callable, Iterator, Sequence, Set
from functools import cache
from typing import Any

from django.db import connection, models

from core.queries.together import Statement, run_together
from rooms.models import Membership, Room
from users.models import User

_SQL = f"""FROM {Membership._meta.db_table}
JOIN {Room._meta.db_table} ON {Room._meta.db_table}.id = room_id
JOIN {User._meta.db_table} ON {User._meta.db_table}.id = user_id
WHERE is_active AND user_id IN ({{}}) AND room_id IN ({{}})"""


def memberships_of(user_ids: Set[int], room_ids: Set[int]) -> list[Membership]:
    """Return the memberships of these users, if they are active, in these rooms.

    Those in one room share its Room, and those of one user their User.
    """
    columns = ", ".join(_columns(model) for model in (Membership, Room, User))
    where = _SQL.format(_places(user_ids), _places(room_ids))
    [rows] = run_together(Statement(f"SELECT {columns} {where}", [*user_ids, *room_ids]))
    rooms: dict[int, Room] = {}
    users: dict[int, User] = {}
    return [_membership(iter(row), rooms, users) for row in rows]


def _membership(
    values: Iterator[Any], rooms: dict[int, Room], users: dict[int, User]
) -> Membership:
    membership, room, user = (_taken(model, values) for model in (Membership, Room, User))
    membership.room = rooms.setdefault(room.pk, room)
    membership.user = users.setdefault(user.pk, user)
    return membership


def _taken(model: type[models.Model], values: Iterator[Any]) -> Any:
    """Return an object of `model` from its next values in a row."""
    names, converters = _fields(model, connection.vendor)
    own = [next(values) for _name in names]
    for place, convert in converters:
        own[place] = convert(own[place])
    return model.from_db(connection.alias, names, own)


@cache
def _columns(model: type[models.Model]) -> str:
    table = model._meta.db_table
    return ", ".join(f"{table}.{field.column}" for field in model._meta.concrete_fields)


@cache
def _fields(
    model: type[models.Model], _vendor: str
) -> tuple[list[str], list[tuple[int, Callable[[Any], Any]]]]:
    """Return the names of the fields of `model`, and (place, how to convert a value read there)."""
    fields = model._meta.concrete_fields
    converters = [
        (place, _converter(convert, field))
        for place, field in enumerate(fields)
        for convert in _converters(field)
    ]
    return [field.attname for field in fields], converters


def _converters(field: models.Field) -> list[Callable[..., Any]]:
    """Return what the ORM does to a value of `field`, as this database returns it."""
    column = field.get_col(field.model._meta.db_table)
    return [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]


def _converter(convert: Callable[..., Any], field: models.Field) -> Callable[[Any], Any]:
    column = field.get_col(field.model._meta.db_table)
    return lambda value: convert(value, column, connection)


def _places(values: Sequence[Any] | Set[Any]) -> str:
    return ", ".join(["%s"] * len(values))
