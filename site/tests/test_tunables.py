"""README's table of limits and periods holds what the code holds."""

import ast
import re
from datetime import timedelta

import pytest

from .servers import ROOT
from .test_house import modules
from .tunables import value_of, written

ROW = re.compile(r"^\| `([a-z_]+(?:\.\w+)+)` \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)
# What somebody who runs a site looks for; all of these have a row.
SOUGHT = re.compile(
    r"PAGE_SIZE|\w+_(PER|A)_PAGE|CONNECTIONS_\w+|\w*LEASE\w*|MAX_(WAITING|MISSED|BODIES)\w*"
    r"|(RENEWAL|SAFETY|ACCESS|STALLED)_SECONDS|\w+_THREADS|\w+_KEPT"
)


def rows():
    """The rows of the table: [(dotted name, default)]."""
    return ROW.findall((ROOT / "README.md").read_text())


@pytest.mark.parametrize(("name", "default"), rows())
def test_a_row_of_the_table_says_what_the_code_says(name, default):
    assert default == written(value_of(name))


def test_every_constant_that_somebody_would_look_for_has_a_row():
    constants = {
        f"{module}.{target.id}"
        for module, tree in modules().items()
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and SOUGHT.fullmatch(target.id)
    }
    constants = {name for name in constants if isinstance(value_of(name), int | timedelta)}
    assert len(constants) > 20
    assert constants - {name for name, _default in rows()} == set()
