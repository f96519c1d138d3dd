"""Right-to-left text does not reorder the left-to-right text around it."""

import re

import pytest

from messaging.markdown.rendering import Mark, render_body

from .servers import ROOT

LAYLA = "ليلى"
# The position of an element's first letter, and of the rest.
PLACES = """
element => {
  const text = element.firstChild, box = (from, to) => {
    const range = document.createRange();
    range.setStart(text, from);
    range.setEnd(text, to);
    return range.getBoundingClientRect().left;
  };
  return [box(0, 1), box(1, 2)];
}
"""


@pytest.mark.browser
@pytest.mark.parametrize(
    "body", [f"Hello @{LAYLA} there", f"@{LAYLA}", f"مرحبا @{LAYLA} كيف", "مرحبا @bo"]
)
def test_the_at_stands_where_its_name_begins(browser, body):
    def find(words):
        return {word: Mark(word, "7", "/people/somebody/") for word in words}

    page = browser.new_page()
    page.set_content(f'<div dir="auto">{render_body(body, find)}</div>')
    sign, name = page.locator(".mention").evaluate(PLACES)
    page.close()
    assert (sign > name) == (LAYLA in body)


ENDS = """
element => {
  const text = element.lastChild, place = at => {
    const range = document.createRange();
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    return range.getBoundingClientRect().left;
  };
  return [place(0), place(text.length - 1)];
}
"""


@pytest.mark.browser
@pytest.mark.parametrize("words", [("مرحبا بكم.", "Hello there."), ("Hello there.", "مرحبا بكم.")])
def test_the_full_stop_stands_at_the_end_of_each_paragraph(browser, words):
    css = (ROOT / "site/static/tertulia.css").read_text()
    body = render_body("\n\n".join(words), lambda words: {})
    page = browser.new_page()
    page.set_content(f'<style>{css}</style><div class="message-body" dir="auto">{body}</div>')
    places = [paragraph.evaluate(ENDS) for paragraph in page.locator("p").all()]
    page.close()
    assert [first < last for first, last in places] == [text.isascii() for text in words]


def test_templates_isolate_a_name_together_with_its_at():
    wrong = [
        (path.name, line.strip())
        for path in (ROOT / "templates").rglob("*.html")
        for line in path.read_text().splitlines()
        if re.search(r"""(?<!<bdi>)(?<!=["'])@(<bdi>)?\{\{""", line)
    ]
    assert wrong == []
