"""Events: the event router handles each one, and nothing else is published."""

import ast
from inspect import signature
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from core.events import EVENTS
from messaging.live.hub import Hub

ROOT = Path(__file__).resolve().parents[3]
CONSTRUCTORS = {f"events.{constructor.__name__}" for constructor in EVENTS.values()}
VALUES = {
    "first": 1,
    "revision": 1,
    "access": [0, 0],
    "posted": True,
    "can_wait": False,
    "authors": [],
    "at": 0.0,
}
VALUES |= {"html": {"en": "<p>"}, "cuts": {"en": []}, "name": "Ana"}


def sample(name, **values):
    """Return an event of this type."""
    fields = signature(EVENTS[name]).parameters
    return EVENTS[name](**{field: (VALUES | values)[field] for field in fields})


def calls_of_publish():
    """Yield (file, published event) for each call of `publish` in all apps."""
    for app in ("users", "rooms", "messaging", "site/tertulia"):
        for path in sorted((ROOT / app).rglob("*.py")):
            if "tests" not in path.parts and "publish(" in path.read_text():
                yield from ((path, sent) for sent in _published(ast.parse(path.read_text())))


def _published(tree):
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        nodes = list(ast.walk(function))
        assigned = {
            target.id: node.value
            for node in nodes
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in nodes:
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("publish"):
                yield _made_by(node.args[1], assigned)


def _made_by(node, assigned):
    """Return the name of the function that creates the value of `node`; follow names, partials."""
    while isinstance(node, ast.Name) and node.id in assigned:
        node = assigned[node.id]
    if not isinstance(node, ast.Call):
        return ast.unparse(node)
    if ast.unparse(node.func) == "partial":
        return ast.unparse(node.args[0])
    return _made_by(node.func, assigned)


@pytest.mark.parametrize("name", EVENTS)
def test_the_constructor_of_an_event_makes_what_its_type_says(name):
    shape = get_type_hints(EVENTS[name])["return"]
    event = sample(name, room=1, user=1)
    assert event.keys() == shape.__required_keys__
    assert get_args(shape.__annotations__["type"]) == (name,) == (event["type"],)


def test_the_router_handles_the_events_of_the_table_and_no_others():
    assert Hub().event_router.handlers.keys() == EVENTS.keys()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", EVENTS)
async def test_the_router_takes_every_event_as_it_is_made(arrive, awake, lobby, ana, name, caplog):
    await arrive(ana, lobby)
    handled = []
    handler = awake.event_router.handlers[name]
    awake.event_router.handlers = {name: lambda event: handled.append(handler(event))}
    awake.event_router.route(sample(name, room=lobby.pk, user=ana.pk))
    assert (handled, caplog.messages) == ([None], [])


def test_everything_that_is_published_is_made_by_a_constructor_of_the_table():
    made_by = {maker for _path, maker in calls_of_publish()}
    assert made_by == CONSTRUCTORS
