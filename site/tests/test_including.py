"""An include with a constant name looks its template up once, and does what Django's does."""

import pytest
from django.template import Context, Engine
from django.template.loader_tags import IncludeNode

from tertulia.design.including import Include

FILES = {
    "page.html": "{% include 'part.html' with word=1 %}{% include './part.html' %}",
    "alone.html": "{% include 'part.html' only %}",
    "chosen.html": "{% include which %}{% include 'part'|add:'.html' %}",
    "part.html": "[{{ word }}]",
    "folder/page.html": "{% include '../part.html' %}",
    "loop.html": "{% for word in words %}{% include 'part.html' %}{% endfor %}",
}


@pytest.fixture
def engine(monkeypatch):
    """An engine with these files; `looked_up` has the names of the templates it was asked for."""
    loaders = [("django.template.loaders.locmem.Loader", FILES)]
    engine = Engine(loaders=loaders, builtins=["tertulia.design.including"])
    engine.looked_up, get_template = [], engine.get_template
    monkeypatch.setattr(
        engine, "get_template", lambda name: engine.looked_up.append(name) or get_template(name)
    )
    return engine


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.html", "[1][a]"),
        ("alone.html", "[]"),
        ("chosen.html", "[a][a]"),
        ("folder/page.html", "[a]"),
        ("loop.html", "[b][c]"),
    ],
)
def test_it_shows_what_django_shows(engine, name, text):
    context = {"word": "a", "which": "part.html", "words": "bc"}
    page = engine.get_template(name)
    assert [page.render(Context(context)) for _ in range(2)] == [text, text]


def test_a_constant_name_is_looked_up_once(engine):
    page = engine.get_template("loop.html")
    for _ in range(3):
        page.render(Context({"words": "bcd"}))
    assert engine.looked_up == ["loop.html", "part.html"]


def test_with_debug_every_change_shows(engine, settings):
    settings.DEBUG = True
    for _ in range(2):
        engine.get_template("alone.html").render(Context())
    assert engine.looked_up == ["alone.html", "part.html"] * 2


def test_only_constant_names_are_kept(engine):
    nodes = engine.get_template("chosen.html").nodelist.get_nodes_by_type(IncludeNode)
    assert not any(isinstance(node, Include) for node in nodes)
