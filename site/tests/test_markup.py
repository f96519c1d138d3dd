"""Rendered HTML is searched by CSS, and shows what a browser would repair."""

import pytest

from tertulia.design.markup import Markup


@pytest.mark.parametrize(
    ("selector", "is_there"),
    [
        ("form > [name=body]", True),
        ("form > b", False),
        ("p:not(.note) b", True),
        ("[hx-ws:send]", True),
        ("[hx-ws:connect]", False),
        ("[id^=message-]", True),
    ],
)
def test_any_css_selector_finds_its_element(selector, is_there):
    html = '<form id="message-1" hx-ws:send=""><input name="body"></form><p><b>Hi</b></p>'
    assert Markup(html).has(selector) == is_there


def test_what_a_browser_repairs_is_told():
    markup = Markup('<div id="a"><b>Hi</div></i><p id="a"><br><path/>')
    assert (markup.unclosed, markup.unopened, markup.repeated_ids) == (["b", "p"], ["i"], ["a"])
