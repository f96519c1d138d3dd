"""A queryset that is compiled once and then run with other values.

The ORM takes several times as long to build the SQL of a page's queries as a database takes to run
them. The querysets stay where they are, with the rules that they hold: who may see what.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection, models
from django.db.models import FETCH_ONE
from django.db.models.query import get_related_populators


def _stand_in(kind: type, number: int) -> Any:
    """Return a value of this kind that no real value equals, to find its place in the SQL."""
    if kind is int:
        return 2**62 + number
    return datetime(9999, 12, 31, 12, 0, 0, number, UTC) if kind is datetime else f"\uf8ff{number}"


class Prepared:
    """A queryset of models that differs only in a few values each time that it is run.

    `build(**values)` returns it. It is called once for each database system, with stand-ins for the
    values: it may compare them with columns, and nothing else may depend on them or on the time.
    `kinds` are the types of the values: int, str or datetime.

        by_slug = Prepared(lambda slug: Room.objects.filter(slug=slug), slug=str)
        by_slug.run(slug="lobby").objects()
    """

    def __init__(self, build: Callable[..., models.QuerySet], **kinds: type) -> None:
        self._build = build
        self._kinds = kinds
        self._compiled: dict[str, _Compiled] = {}  # by database system

    def run(self, **values: Any) -> "Found":
        """Run the query with these values."""
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = self._compiled[connection.vendor] = self._compile()
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, compiled.filled(values))
            return Found(compiled, cursor.fetchall())

    def _compile(self) -> "_Compiled":
        stand_ins = {name: _stand_in(kind, n) for n, (name, kind) in enumerate(self._kinds.items())}
        named = {_adapted(value): name for name, value in stand_ins.items()}
        compiler = self._build(**stand_ins).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        info, select = compiler.klass_info, compiler.select
        first, last = info["select_fields"][0], info["select_fields"][-1]
        converters = compiler.get_converters([column[0] for column in select])
        own = {*range(first, last + 1), *(compiler.annotation_col_map or {}).values()}
        return _Compiled(
            sql,
            params,
            list(_places_in(params, named)),
            info["model"],
            slice(first, last + 1),
            [column[0].target.attname for column in select[first : last + 1]],
            get_related_populators(info, select, connection.alias, FETCH_ONE),
            list((compiler.annotation_col_map or {}).items()),
            [(at, each) for at, each in converters.items() if at in own],
            list(converters.items()),
            [name or column.target.attname for column, _sql, name in select],
        )


class Place(NamedTuple):
    """Where a value stands in the parameters of a query. Its driver may want a type of its own."""

    number: int
    kind: type
    name: str


class _Compiled(NamedTuple):
    sql: str
    params: Sequence[Any]
    places: list[Place]
    model: type[models.Model]
    columns: slice  # those of the model itself
    fields: list[str]
    related: list[Any]
    annotations: list[tuple[str, int]]
    converters: list[tuple[int, Any]]  # of the model's columns and the annotations
    all_converters: list[tuple[int, Any]]
    names: list[str]  # of all columns

    def filled(self, values: dict[str, Any]) -> list:
        """Return the parameters with these `values` in their places."""
        params = list(self.params)
        for number, kind, name in self.places:
            value = _adapted(values[name])
            params[number] = value if isinstance(value, kind) else kind(value)
        return params


class Found:
    """The result of a query: `rows` as the database returned them, or `objects` made of them.

    Rows are cheap, and equal as long as nothing has changed.
    """

    def __init__(self, compiled: _Compiled, rows: Sequence[tuple]) -> None:
        self._compiled = compiled
        self.rows = rows

    def rows_without(self, *names: str) -> list[tuple]:
        """Return the `rows` without the columns of these names, of whatever model."""
        kept = [number for number, name in enumerate(self._compiled.names) if name not in names]
        return [itemgetter(*kept)(row) for row in self.rows]

    def objects(self) -> list[Any]:
        """Return the models, as the queryset would. Rows with the same related object share it."""
        shared: dict[tuple, Any] = {}
        return [self._object(row, shared) for row in self.rows]

    def first(self) -> Any:
        """Return the first of the `objects`, or None."""
        return self._object(self.rows[0], {}) if self.rows else None

    def column(self, name: str) -> list:
        """Return the values in the first column of this name, as the database returned them."""
        position = self._compiled.names.index(name)
        return [row[position] for row in self.rows]

    def values(self, *names: str) -> list[tuple]:
        """Return the first columns of these names, with the types that the models give them."""
        converters = dict(self._compiled.all_converters)
        columns = []
        for name in names:
            functions, expression = converters.get(self._compiled.names.index(name), ((), None))
            column = self.column(name)
            for function in functions:
                column = [function(value, expression, connection) for value in column]
            columns.append(column)
        return list(zip(*columns, strict=True))

    def _object(self, row: tuple, shared: dict) -> Any:
        compiled = self._compiled
        values = _converted(row, compiled.converters)
        found = compiled.model.from_db(connection.alias, compiled.fields, values[compiled.columns])
        for number, relation in enumerate(compiled.related):
            key = (number, row[relation.cols_start + relation.pk_idx])
            if key not in shared:
                shared[key] = _related(relation, _converted(row, compiled.all_converters))
            relation.local_setter(found, shared[key])
            if shared[key] is not None:
                relation.remote_setter(shared[key], found)
        for name, position in compiled.annotations:
            setattr(found, name, values[position])
        return found


def _converted(row: tuple, converters: list) -> list:
    """Return a row with Python's types: dates and truth values are others in some databases."""
    values = list(row)
    for position, (functions, expression) in converters:
        value = values[position]
        for function in functions:
            value = function(value, expression, connection)
        values[position] = value
    return values


def _related(relation: Any, row: list) -> Any:
    """Return the related object of a row, with those related to it, or None if there is none."""
    values = row[relation.cols_start : relation.cols_end]
    if values[relation.pk_idx] is None:
        return None
    found = relation.model_cls.from_db(connection.alias, relation.init_list, values)
    for further in relation.related_populators:
        further.populate(row, found)
    return found


def _places_in(params: Sequence[Any], named: dict[Any, str]) -> Iterator[Place]:
    """Yield the places of the stand-ins among these parameters."""
    for number, param in enumerate(params):
        if isinstance(param, Hashable) and param in named:
            yield Place(number, type(param), named[param])


def _adapted(value: Any) -> Any:
    """Return a value as a parameter of a query: moments are text in some databases."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
