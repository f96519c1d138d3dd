"""README's table of variables is that of the code."""

import ast
import json
import re

from ..servers import ROOT

READERS = {"env", "env_flag", "env_number", "env_list"}
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.+) \| (.+) \|$", re.MULTILINE)


def read_by_the_code():
    """The names that the settings and checks ask the environment for."""
    for path in (ROOT / "site" / "tertulia").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in READERS:
                yield from (a.value for a in node.args[:1] if isinstance(a, ast.Constant))


def test_every_variable_stands_in_the_table():
    rows = ROW.findall((ROOT / "README.md").read_text())
    names = [name for name, _default, _effect in rows]
    assert sorted(names) == sorted({*read_by_the_code(), "PORT"})


def test_what_must_be_set_is_what_a_platform_asks_for():
    rows = ROW.findall((ROOT / "README.md").read_text())
    needed = {name for name, default, _effect in rows if default == "must be set"}
    assert needed == set(json.loads((ROOT / "app.json").read_text())["env"])
