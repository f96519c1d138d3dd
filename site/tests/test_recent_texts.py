"""What is rendered once is kept within bounds, and the least used is forgotten first."""

import pytest
from django.utils.safestring import SafeString

from core.conditional.recent_texts import RecentHtml, RecentTexts


@pytest.mark.parametrize("key", [1, "k" * 900, ("k", ("k" * 900, 1)), tuple(range(30))])
@pytest.mark.parametrize("text", ["a" * 100, ["a" * 50, "b" * 50], ("é" * 100, "👍" * 100)])
def test_keys_count_like_texts(key, text):
    texts = RecentTexts(10**9)
    texts.keep(("first", key), text)
    one = texts.bytes
    bounded = RecentTexts(5 * one)
    for number in range(50):
        bounded.keep((f"{number:05}", key), text)
    assert len(bounded) == 5
    assert bounded.bytes <= 5 * one
    assert bounded.get(("00000", key)) is None
    assert bounded.get(("00049", key)) == text


def test_what_was_used_last_stays():
    texts = RecentTexts(10**9)
    texts.keep("0", "text")
    bounded = RecentTexts(3 * texts.bytes)
    for number in "0123456":
        bounded.keep(number, "text")
        assert bounded.get("0") == "text"
    assert [number for number in "0123456" if bounded.get(number)] == ["0", "5", "6"]


def test_what_was_kept_twice_counts_once():
    texts = RecentTexts(10**9)
    for _time in range(2):
        texts.keep("key", "text")
        once = texts.bytes
    texts.clear()
    assert (texts.bytes, len(texts)) == (0, 0)
    texts.keep("key", "text")
    assert texts.bytes == once


@pytest.mark.parametrize("html", ["<p>plain</p>", "<p>é …</p>", "<p>👍</p>", ""])
def test_html_comes_back_safe_and_as_it_was(html):
    kept = RecentHtml(10**6)
    kept.keep("key", SafeString(html))
    assert kept.get("key") == html
    assert isinstance(kept.get("key"), SafeString)
    assert kept.get("other") is None


def test_an_emoji_does_not_make_a_page_four_times_as_large():
    kept = RecentHtml(500_000)
    for number in range(6):
        kept.keep(number, "a" * 70_000 + "👍")
    assert len(kept) == 6
