"""The constants of README's table: their values in the code, and how the table writes them."""

from datetime import timedelta
from pkgutil import resolve_name

UNITS = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)]


def value_of(name):
    """Return the value of a constant by its dotted name."""
    module, _dot, constant = name.rpartition(".")
    return getattr(resolve_name(module), constant)


def written(value):
    """Return a value as the table writes it: "1,000", "5 min"."""
    if not isinstance(value, timedelta):
        return f"{value:,}"
    seconds = int(value.total_seconds())
    unit, size = next((unit, size) for unit, size in UNITS if seconds % size == 0)
    return f"{seconds // size} {unit}"
