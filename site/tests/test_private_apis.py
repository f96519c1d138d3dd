"""private_apis.txt lists every undocumented API that we use, and each still matches its entry."""

import ast
import importlib
import inspect
import re
import sys
from importlib import metadata
from typing import NamedTuple

import h11
import pytest
import uvicorn
import websockets
from uvicorn.protocols.http.h11_impl import H11Protocol

from tertulia.server.http_protocol import HTTPProtocol
from tertulia.server.lean_protocol import LeanProtocol
from tertulia.server.push_protocol import PushProtocol

from .servers import ROOT
from .test_house import APPS, modules

# Documented by Django or Python, although they begin with an underscore.
DOCUMENTED = {"_meta", "_state", "_base_manager", "_db", "_replace", "_asdict", "_exit"}
SET_BY_PYTHON = {"_abc_impl", "_is_protocol"}  # on abstract classes and protocols
VERSIONS = {h11: "0.16.0", uvicorn: "0.54.0", websockets: "17.4"}
UPGRADED = "read what has changed in its protocols, then change the version here"


class Private(NamedTuple):
    package: str
    name: str
    used_in: str
    looks: str


def rows():
    lines = (ROOT / "site/tests/private_apis.txt").read_text().splitlines()
    return [Private(*line.split(" | ", 3)) for line in lines if line and line[0] != "#"]


ROWS = rows()


def found(name):
    """Return the object at a dotted name."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            thing = getattr(thing, part)
        return thing
    raise ModuleNotFoundError(name)


def look_of(thing):
    """Return a function's parameters or a value, in the notation of the list."""
    if not callable(thing):
        return f"= {thing!r}"
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    parameters = inspect.signature(thing).parameters.values()
    return f"({', '.join(stars.get(each.kind, '') + each.name for each in parameters)})"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name} {row.used_in}")
def test_an_undocumented_api_looks_as_it_did(row):
    broken = f"{row.package} {metadata.version(row.package)} changed {row.name}: {row.used_in}"
    try:
        thing = found(row.name)
    except (ModuleNotFoundError, AttributeError):
        pytest.fail(f"{broken} needs it, and it is gone")
    if row.looks[0] in "(=":
        assert look_of(thing) == row.looks, broken
    else:
        assert row.looks in inspect.getsource(thing), broken


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name} {row.used_in}")
def test_what_is_listed_is_used(row):
    text = (ROOT / row.used_in).read_text()
    words = [] if row.looks[0] in "(=" else re.findall(r"(?<!\w)_\w+|(?<=[.])\w+", row.looks)
    words = words or [row.name.rpartition(".")[2]]
    assert any(re.search(rf"\b{word}\b", text) for word in words)


def path_of(module):
    """Return the path of a module's file, as in the list."""
    return str(found(module).__file__).removeprefix(f"{ROOT}/")


def is_listed(path, word):
    """Return True if a row lists `word`, a name or a URL, for the file at `path`."""
    return any(
        re.search(rf"(?<!\w){re.escape(word)}(?!\w)", f"{row.name} {row.looks}")
        for row in ROWS
        if row.used_in == path
    )


def test_every_import_of_something_private_is_listed():
    missing = [
        f"{name} imports {address}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module
        for address in [f"{node.module}.{alias.name}" for alias in node.names]
        if node.module.split(".")[0] not in APPS
        if re.search(r"\.internal\b|\._[a-z]", address)
        if not is_listed(path_of(name), address)
    ]
    assert missing == []


def test_every_private_name_that_is_overridden_is_listed():
    missing = [
        f"{ours.__module__}.{ours.__name__} overrides {name} of {base.__module__}"
        for ours in _classes()
        for base in ours.__mro__[1:]
        if base.__module__.split(".")[0] not in APPS | sys.stdlib_module_names
        for name in vars(ours).keys() & vars(base).keys() - DOCUMENTED - SET_BY_PYTHON
        if re.fullmatch(r"_[a-z]\w*[a-z]", name)
        if not is_listed(path_of(ours.__module__), name)
    ]
    assert missing == []


def _classes():
    for name, tree in modules().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                yield getattr(found(name), node.name)


def test_every_private_attribute_of_something_foreign_is_listed():
    own = set().union(*map(_defined, modules().values()))
    missing = [
        f"{name}:{node.lineno} uses {node.attr}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and re.match(r"_[a-z]", node.attr)
        if node.attr not in own | DOCUMENTED
        if not is_listed(path_of(name), node.attr)
    ]
    assert missing == []


def _defined(tree):
    """Return the names that a module defines, or sets on `self` or on a class of its own."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                yield name


@pytest.mark.parametrize("module", VERSIONS)
def test_the_versions_of_the_protocols_are_those_that_were_read(module):
    assert module.__version__ == VERSIONS[module], UPGRADED


@pytest.mark.parametrize("protocol", [HTTPProtocol, LeanProtocol, PushProtocol])
def test_no_name_of_ours_is_one_of_uvicorns(protocol):
    ours = {name for name in vars(protocol) if name.startswith("_") and not name.endswith("__")}
    base = next(base for base in protocol.__mro__ if base.__module__.startswith("uvicorn"))
    theirs = inspect.getsource(base)
    assert ours
    assert [name for name in ours if re.search(rf"\b{name}\b", theirs)] == []


def test_the_400_is_sent_while_the_error_is_handled():
    source = inspect.getsource(H11Protocol.handle_events)
    handler = source.split("except h11.RemoteProtocolError:")[1].split("return")[0]
    assert "self.send_400_response" in handler
