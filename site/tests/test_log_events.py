"""Every line that the product logs has the name of an event, and its fields reach the log."""

import ast
import json
import logging
import re

import pytest

from tertulia.config.logging import JsonFormatter, PlainFormatter

from .test_house import modules

LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
LOGGERS = {"logger", "requests", "logging"}
NAME = re.compile(r"[a-z_]+(\.[a-z_]+)+")


def log_calls():
    """The calls of loggers in the product's own modules: (module and line, the call)."""
    for module, tree in modules().items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=level)) if (
                    name in LOGGERS and level in LEVELS
                ):
                    yield f"{module}:{node.lineno}", node


def event_of(call):
    """The name of the event that a call logs, or None."""
    for keyword in call.keywords:
        match keyword:
            case ast.keyword(
                arg="extra",
                value=ast.Dict(
                    keys=[ast.Constant(value="event"), *others],
                    values=[ast.Constant(value=name), *_],
                ),
            ) if [key.value for key in others] in ([], ["fields"]):
                return name
    return None


def test_every_line_of_the_log_names_an_event():
    events = {where: event_of(call) for where, call in log_calls()}
    assert len(events) > 20
    assert [where for where, name in events.items() if not NAME.fullmatch(name or "")] == []


def test_lines_are_logged_by_loggers_of_known_names():
    made = re.compile(r"^(\w+) = logging\.getLogger", re.M)
    names = {name for tree in modules().values() for name in made.findall(ast.unparse(tree))}
    assert names <= LOGGERS


@pytest.fixture
def record():
    """A line of the log with an event and fields."""
    record = logging.LogRecord("messaging", logging.WARNING, "file", 1, "Gone", (), None)
    record.event = "layer.unavailable"
    record.fields = {"room": 7, "name": 'a "b"\n[c'}
    return record


def test_a_line_of_json_holds_the_event_and_its_fields(record):
    entry = json.loads(JsonFormatter().format(record))
    assert (entry["event"], entry["room"], entry["message"]) == ("layer.unavailable", 7, "Gone")


def test_a_field_replaces_nothing_of_the_line(record):
    record.fields = {"message": "forged", "level": "forged", "event": "forged"}
    entry = json.loads(JsonFormatter().format(record))
    assert (entry["message"], entry["level"]) == ("Gone", "warning")
    assert entry["event"] == "layer.unavailable"


def test_a_plain_line_ends_with_the_event_and_its_fields(record):
    line = PlainFormatter("%(levelname)s %(message)s").format(record)
    assert line == r'WARNING Gone [layer.unavailable room=7 name="a \"b\"\n[c"]'


def test_a_line_of_a_library_is_written_as_it_is():
    record = logging.LogRecord("uvicorn", logging.INFO, "file", 1, "Hello", (), None)
    assert PlainFormatter("%(message)s").format(record) == "Hello"
    assert "event" not in json.loads(JsonFormatter().format(record))
