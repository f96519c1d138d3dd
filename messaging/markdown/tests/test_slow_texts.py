"""Bodies designed to be slow or long; see also `python -m bench.slowest_text`."""

import time

import pytest
from bs4 import BeautifulSoup

from messaging.markdown.rendering import (
    HTML_A_LETTER,
    HTML_AT_LEAST,
    Mark,
    render_body,
    shows_nothing,
)
from messaging.message.models import BODY_LIMIT

UNITS = [
    *("://", "@", "@a ", "@a.", "@here ", "谢谢@a", "www.", "www.a.b ", "a@b.cc ", "http://é.é "),
    *("https://", "http://a.b/((", "http://a.b/)", "[", "[a][", "[a](", "[a](http://x"),
    *("[a](http://x.y) ", "a", "a.", "a-", "*", "~~", "*a* ", "*a ", "_a ", "(*a*)", "***a* "),
    *("*a **b _c ~~d ", "`", "`a` ", "```a\n", "> ", ">> ", "> a\nb\n", "- a\n", "- a\n\n"),
    *("# a\n", "# ", "|", "| a ", "|a\n", "|a|b|\n|-|-|\n|c|d|\n", "|a\n|-\n", "|-", "|-:\n"),
    *("\\|", "- [ ] a\n", "- [x", ":", ":a", ":a:", ":tada:", ":tada: ", "🎉", "❤️ ", "👩‍👩‍👧", "🇪"),
    *("  - a\n", "\n", "&", "<", "\u200b"),
]  # fmt: skip


def everybody(words):
    return {word: Mark(word, "7", "/people/somebody/") for word in words}


@pytest.mark.parametrize("unit", UNITS)
def test_no_body_makes_much_html_nor_nests_deeply(unit):
    body = (unit * BODY_LIMIT)[:BODY_LIMIT]
    html = render_body(body, everybody)
    assert len(html) <= HTML_AT_LEAST + HTML_A_LETTER * BODY_LIMIT == 42_000
    page = BeautifulSoup(html, "html.parser")
    assert max(len(list(element.parents)) for element in page.find_all(True)) <= 20


def seconds_for(body):
    """Return the CPU time for `body`, the best of three."""
    times = []
    for _ in range(3):
        begun = time.process_time()
        render_body(body, everybody)
        shows_nothing(body)
        times.append(time.process_time() - begun)
    return min(times)


@pytest.mark.parametrize("unit", UNITS)
def test_the_time_grows_with_the_length_only(unit):
    short = seconds_for((unit * 10_000)[:10_000])
    long = seconds_for((unit * 40_000)[:40_000])
    assert long < 9 * short + 0.05  # four times the text; quadratic time would be 16 times
