"""The house's own rules: what may stand where, and how much of it.

Who may import whom is checked by import-linter: see pyproject.toml.
"""

import ast
import os
import re
import subprocess
import sys
import warnings
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from .servers import ROOT

APPS = {"core", "files", "users", "rooms", "messaging", "tertulia"}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "services", "misc"}
MAX_FILES = 18  # of a package
LINES, MOST_LINES = 200, 300
LONG_FOR_A_REASON = {
    "site/tertulia/settings.py",  # one file, in Django's own order
    "messaging/live/tests/test_model.py",  # one state machine
    "site/tests/security/doors.py",  # one table
    "site/tests/security/test_fuzzing.py",  # one list of hostile inputs, and the doors they go by
}
TEMPLATES = ROOT / "templates"


def python_files():
    """Every Python file of the project but the migrations."""
    folders = (ROOT / name for name in ("site", "users", "rooms", "messaging"))
    paths = [*ROOT.glob("*.py"), *(path for folder in folders for path in folder.rglob("*.py"))]
    return sorted(path for path in paths if "migrations" not in path.parts)


@cache
def modules():
    """The product's own modules, {dotted name: syntax tree}; tests and measurements are outside."""
    trees = {}
    for path in python_files():
        parts = path.relative_to(ROOT).with_suffix("").parts
        parts = parts[1:] if parts[0] == "site" else parts
        if parts[0] in APPS and not {"tests", "conftest"} & {*parts}:
            name = ".".join(parts).removesuffix(".__init__")
            trees[name] = ast.parse(path.read_text(), path)
    return trees


def test_imports_keep_to_the_order_of_packages():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    paths = {"PYTHONPATH": f"{ROOT / 'site'}:{ROOT}"}
    done = subprocess.run(command, cwd=ROOT, env=os.environ | paths, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_files_are_named_after_what_they_hold():
    assert [path for path in python_files() if path.stem in EMPTY_NAMES] == []


def test_python_files_are_short():
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in python_files()
    }
    for path, lines in sorted(lengths.items()):
        if lines > LINES:
            warnings.warn(f"{path} has {lines} lines: look for the missing noun", stacklevel=1)
    assert {path for path, lines in lengths.items() if lines > MOST_LINES} == LONG_FOR_A_REASON


def test_packages_hold_few_files():
    counts = Counter(path.parent for path in python_files() if "tests" not in path.parts)
    assert {str(folder): count for folder, count in counts.items() if count > MAX_FILES} == {}


def test_every_save_names_its_fields():
    """A bare `save()` would write what was read earlier over what was decided since."""
    wrong = [
        f"{name}:{node.lineno} {ast.unparse(node)}"
        for name, tree in modules().items()
        if name != "files.drawing"  # saves pictures, no rows
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in {"save", "asave"}
        if ast.unparse(node.func.value) not in {"super()", "form"}
        if not {"update_fields", "force_insert"} & {keyword.arg for keyword in node.keywords}
    ]
    assert wrong == []


def test_no_clock_or_chance_names_a_test():
    """Both workers must collect the same tests, and a run must not tell the time of its start."""
    asks = re.compile(r"now|today|localdate|time|time_ns|uuid[147]|token_\w+|urandom|random")
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}"
        for path in python_files()
        if path.name.startswith("test_")
        for node in _calls_at_import(ast.parse(path.read_text()))
        if asks.fullmatch(ast.unparse(node.func).rpartition(".")[2])
    ]
    assert wrong == []


def _calls_at_import(node):
    """Every call that is made when a module is imported: in its body, decorators and defaults."""
    if isinstance(node, ast.Call):
        yield node
    skipped = node.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else []
    for child in ast.iter_child_nodes(node):
        if child not in skipped and not isinstance(node, ast.Lambda):
            yield from _calls_at_import(child)


def test_no_html_stands_in_python():
    tag = re.compile(r"(?<!\?P)</?[a-zA-Z][\w-]*(\s[^>]*)?>|&(nbsp|amp|lt|gt|#\d+);|\bclass=")
    wrong = [
        f"{name}:{node.lineno} {node.value[:60]!r}"
        for name, tree in modules().items()
        if not name.endswith(".urls")  # `<token>` is a part of an address there
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if tag.search(node.value) and node not in _docstrings(tree)
    ]
    assert wrong == []


@cache
def _docstrings(tree):
    return [
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if node.body and isinstance(node.body[0], ast.Expr)
    ]


def templates():
    return [pytest.param(path, id=str(path.relative_to(TEMPLATES))) for path in _template_paths()]


def _template_paths():
    return sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".svg"})


def markup(path):
    """A template's text without its comments."""
    return re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("path", templates())
def test_a_template_keeps_to_the_content_security_policy(path):
    text = markup(path)
    assert re.findall(r"\s(?:style|on[a-z]+|hx-on[\w:-]*)\s*=", text) == []
    assert re.findall(r"javascript:|[\"'\s]js:", text) == []
    assert [tag for tag in re.findall(r"<style\b[^>]*>", text) if "csp_nonce" not in tag] == []
    scripts = re.findall(r"<script\b[^>]*>", text)
    assert [tag for tag in scripts if not re.search(r' src=| type="application/json"', tag)] == []
    assert re.findall(r"(?:src|href)=[\"']?(?:https?:)?//[^\s\"']*", text) == []


@pytest.mark.parametrize("path", templates())
def test_every_form_works_without_scripts(path):
    for tag, inside in re.findall(r"<form\b([^>]*)>(.*?)</form>", markup(path), re.DOTALL):
        tag = re.sub(r"\{\{.*?default:'(\w+)' *\}\}", r"\1", tag)
        method = re.search(r'\bmethod="(\w+)"', tag)
        assert method, tag
        assert re.search(r'\saction="[^"]+"', tag), tag
        if "{% slot" in inside:  # allauth's own templates fill it with a token and a button
            continue
        assert ("{% csrf_token %}" in inside) == (method[1] == "post"), tag
        # The buttons of form#act are in the messages. A form that only a script submits has nothing
        # in it to see.
        is_sent = re.search('<button|type="submit"|{% include', inside)
        assert is_sent or "hx-trigger=" in tag or 'id="act"' in tag, tag


@pytest.mark.parametrize("path", templates())
def test_every_link_leads_somewhere(path):
    tags = re.findall(r"<a\b(?:[^>{]|\{[{%].*?[}%]\})*>", path.read_text(), re.DOTALL)
    assert [tag for tag in tags if " href=" not in tag] == []
