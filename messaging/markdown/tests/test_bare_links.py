"""Which links of a message are bare: typed as they are, to be looked at."""

import time

import pytest

from ..bare_links import bare_links
from ..rendering import render_body

A = "https://a.example/"


@pytest.mark.parametrize(
    ("body", "links"),
    [
        ("hello", []),
        (f"see {A}b?c=d#e.", [f"{A}b?c=d#e"]),
        ("www.a.example and HTTP://b.example", ["http://www.a.example", "http://b.example"]),
        (f"**{A}** ~~{A}x~~", [A, f"{A}x"]),
        (f"# {A}\n- {A}1\n\n| a | b |\n| --- | --- |\n| {A}2 | c |", [A, f"{A}1", f"{A}2"]),
        (f"[words]({A}) #lobby @ana me@a.example", []),
        (f"> {A}\n{A}x", [f"{A}x"]),
        (f"`{A}` ```{A}```", []),
        (f"```\n{A}\n```", []),
        (f"<{A}>", []),
        (f"<{A}> {A}x", [f"{A}x"]),
        (f"**<{A}>** (<{A}>)", []),
        (f"<{A} and >", [A]),
        (f"3 < {A} > 2", [A]),
        (f"a <\n{A}>", [A]),
        (f"<{A}\n>", [A]),
        (f"- <{A}\n- >{A}x", [A, f"{A}x"]),
        (f"<{A}", [A]),
        (f"{A}><", [A]),
        (f"{A}?a=1&amp;b=2", [f"{A}?a=1&amp;b=2"]),
        (f"{A}<b>", [A]),
        ("https://bücher.example/ü", ["https://xn--bcher-kva.example/%C3%BC"]),
    ],
)
def test_the_bare_links_of_a_message(body, links):
    assert bare_links(render_body(body)) == links


def test_a_message_that_is_shown_as_plain_text_has_none():
    assert bare_links(render_body(f"{A} " * 1_001)) == []


def test_a_long_message_takes_no_longer_a_letter_than_a_short_one():
    def seconds(times):
        html = render_body(f"<{A}> `x` " * times)
        began = time.perf_counter()
        bare_links(html)
        return time.perf_counter() - began

    seconds(10)
    assert min(seconds(300) for _ in range(3)) < 60 * max(
        min(seconds(30) for _ in range(3)), 0.0005
    )
