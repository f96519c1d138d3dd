"""The page of help, and the short help at the composer."""

import re

import pytest
from django.urls import reverse

from messaging.markdown.tests.formatted import drawn
from messaging.search.terms import OPERATORS


@pytest.fixture
def help_page(client_of, bruno, page):
    """Return a function that opens the page of help in a language."""

    def read(language="en"):
        bruno.language = language
        bruno.save(update_fields=["language"])
        return page(client_of(bruno).get("/help/"))

    return read


@pytest.mark.parametrize("language", ["en", "es", "pt-br"])
def test_the_examples_are_drawn_as_messages_are(lobby, help_page, language):
    shown = help_page(language)
    examples = shown.select(".help-example")
    assert len(examples) == 10
    for example in examples:
        typed = example.select_one("pre > code").text
        body = example.select_one(".message-body")
        assert body.decode_contents() == drawn(typed).decode()
    for name in ("strong", "em", "s", "pre", "blockquote", "ul", "li.task", "h3", "table", "a"):
        assert shown.select_one(f".help-example .message-body {name}")


def test_every_operator_of_the_search_is_explained(lobby, help_page):
    codes = " ".join(code.text for code in help_page().select("#searching code"))
    assert {found[1] for found in re.finditer(r"(\w+):", codes)} == set(OPERATORS)


def test_the_composer_has_a_short_help(client_of, lobby, bruno, page):
    room = page(client_of(bruno).get(lobby.get_absolute_url()))
    short = room.select_one("#compose details.formatting")
    assert not short.has_attr("open") and len(short.select("li")) == 9
    assert short.select_one("a")["href"] == reverse("messaging:help")


def test_the_contents_lead_to_every_section(lobby, help_page):
    shown = help_page()
    links = [link["href"] for link in shown.select(".help-contents a")]
    assert links == [f"#{section['id']}" for section in shown.select("main section")]
