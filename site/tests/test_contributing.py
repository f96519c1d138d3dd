"""CONTRIBUTING.md names what is there."""

import importlib
import re

from .servers import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text()


def test_each_gate_is_a_function():
    gates = re.findall(r"^\d\. `([\w.]+)\(", TEXT, re.MULTILINE)
    assert len(gates) == 3
    for gate in gates:
        module, _dot, name = gate.rpartition(".")
        assert callable(getattr(importlib.import_module(module), name))


def test_each_file_that_it_names_exists():
    before_recipe, recipe = TEXT.split("## A new feature")
    lines_elsewhere = re.findall(r"^\d\. `([\w/.]+)`", recipe, re.MULTILINE)
    paths = set(re.findall(r"`([\w./-]+/[\w./-]*)`", before_recipe))
    assert len(lines_elsewhere) == 6
    missing = [path for path in [*paths, *lines_elsewhere] if not (ROOT / path).exists()]
    assert missing == []


def test_the_packages_that_it_lists_are_all():
    [listed] = re.findall(r"^\| `messaging/` \| (.*) \|$", TEXT, re.MULTILINE)
    packages = {path.parent.name for path in (ROOT / "messaging").glob("*/__init__.py")}
    assert set(re.findall(r"`(\w+)`", listed)) == packages - {"migrations", "templatetags"}
