"""Hypothesis strategies of JSON in which some values are not what they should be."""

from copy import deepcopy

from hypothesis import strategies as st


def nested(depth):
    value = "deep"
    for level in range(depth):
        value = [value] if level % 2 else {"text": value, "type": "section", "elements": [value]}
    return value


VALUES = [
    *(None, True, 0, -1, 1.5, 1e300, 10**30, 2**63, nested(9)),
    *("", " ", "x" * 5_000, "\x00", "\ud800", "@here", "../..", "<@", "<!date^x^{date}|"),
    *("*" * 99, "`" * 99, "١٢٣", "1700000000.000100"),
    *([], [None], [[]], ["x", 1, None], [{}], [{"type": None}], {}, {"": None}, {"id": []}),
]
STRANGE = st.sampled_from(VALUES) | st.text(max_size=20)


def paths_of(value, path=()):
    """Yield the path to each value inside `value`."""
    items = value.items() if isinstance(value, dict) else []
    items = enumerate(value) if isinstance(value, list) else items
    for key, inner in items:
        yield (*path, key)
        yield from paths_of(inner, (*path, key))


def changes_of(value):
    """Return a strategy of lists of (path, strange value) that can be put into `value`."""
    paths = list(paths_of(value))
    return st.lists(st.tuples(st.sampled_from(paths), STRANGE), min_size=1, max_size=8)


def changed(value, changes):
    """Return a copy of `value` with `changes`, those that still find their place."""
    value = deepcopy(value)
    for path, strange in changes:
        owner = value
        try:
            for key in path[:-1]:
                owner = owner[key]
            owner[path[-1]] = strange
        except (KeyError, IndexError, TypeError):
            continue
    return value
