"""Pages made to be slow or to break what reads them. Cases 47, 48 and 51."""

import io
import random
import re
import time

import pytest

from files import sandbox
from files.heads import Head, read_head
from files.markup import charsets, reading
from files.markup.tags import tags

MANY = 512 * 1024

HOSTILE = {
    "100,000 nested elements": "<div>" * 100_000,
    "nested titles": "<title>" * 90_000,
    "nested drawings": "<svg>" * 100_000 + "</math>" * 9_000,
    "nested templates": "<template>" * 50_000 + "</template>" * 50_000,
    "a megabyte of <": "<" * 2 * MANY,
    "a megabyte of </": "</" * MANY,
    "a megabyte of <!": "<!" * MANY,
    "a megabyte of <?": "<?" * MANY,
    "a megabyte of <a": "<a" * MANY,
    "comments without end": "<!--" * 200_000,
    "many comments": "<!---->" * 70_000,
    "comments that nearly end": "<!--" + "--" * MANY,
    "CDATA without end": "<![CDATA[" * 60_000,
    "a meta without end": "<meta " + 'content="x ' * 50_000,
    "metas without end": '<meta property="og:title" content="' * 15_000,
    "a tag of spaces": "<meta" + " " * MANY + "=" * MANY,
    "a tag of slashes": "<meta" + "/" * MANY,
    "a tag of equal signs": "<meta " + "=" * MANY,
    "50,000 attributes": "<meta " + "a='b' " * 80_000 + ">",
    "quotes": "<a " + "\"'" * MANY,
    "quotes in quotes": '<a b="' * 90_000,
    "scripts that nearly end": "<script>" + "</scrip" * 80_000,
    "ends of scripts": "<script></script " * 30_000,
    "metas": '<meta property="og:title" content="">' * 14_000,
    "pictures": '<meta property="og:image" content="data:">' * 12_000,
    "ampersands": "<title>" + "&" * MANY,
    "long entities": "<title>" + "&CounterClockwiseContourIntegral" * 9_000,
    "numbers of entities": "<title>&#" + "9" * MANY,
    "an address of entities": '<meta property="og:image" content="' + "&amp;" * 90_000 + '">',
    "charsets": "<meta " * 90_000 + "charset",
    "letters that grow in lower case": "<title>" + "İ" * 100_000,
    "zeros": "\0" * MANY,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_costs_no_time(name):
    """The child may use two seconds of the processor, and is killed then."""
    for html in (HOSTILE[name], "<title>Own</title>" + HOSTILE[name]):
        began = time.process_time()
        said = reading.read(_file(html), "")
        assert time.process_time() - began < 2
    assert said["title"] == "Own"
    assert read_head(html.encode(), "text/html", "https://a.example/").title == "Own"


def _file(html):
    return io.BytesIO(html.encode())


def test_a_page_of_random_bytes_raises_nothing():
    dice = random.Random(16)
    parts = "< > / ! -- - = ' \" title meta svg script </title> content property og:title & ; #x \0"
    parts = [*parts.split(" "), " ", "\n", "é", "<!--", "-->", "</", "<base href=", "]]>", "\ud7ff"]
    for _each in range(3_000):
        html = "".join(dice.choices(parts, k=dice.randrange(60)))
        reading.read(_file(html), dice.choice(["", "utf-16", "shift_jis", "x"]))
        charsets.decoded(dice.randbytes(50), dice.choice(["", "utf-8", "iso-2022-jp", "big5"]))


def test_every_tag_is_found_that_a_simple_search_finds():
    html = "<a><B c=d><e f='g'/></h><i\nj = k >" * 50
    assert [tag.name for tag in tags(html)] == re.findall(r"</?(\w+)", html.lower())


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        {"title": "a"},
        {"title": 1, "description": "", "site": "", "base": "", "images": []},
        {"title": "a", "description": "", "site": "", "base": "", "images": "x"},
        {"title": ["a"], "description": "", "site": "", "base": "", "images": []},
    ],
)
def test_a_child_that_answers_nonsense_is_not_believed(monkeypatch, answer):
    monkeypatch.setattr(sandbox, "run", lambda *_, **__: answer)
    assert read_head(b"<title>a</title>", "text/html") is None


def test_what_a_child_says_is_cleaned_again(monkeypatch):
    said = {"title": "\u202ea\nb" * 900, "description": "<b>", "site": "s" * 99, "base": "x:"}
    said["images"] = [7, "javascript:1", "/ok"]
    monkeypatch.setattr(sandbox, "run", lambda *_, **__: said)
    found = read_head(b"<title>a</title>", "text/html", "https://a.example/")
    assert found == Head(
        ("a b" + "a b" * 900)[:199] + "…", "<b>", "https://a.example/ok", "s" * 59 + "…"
    )


def test_a_child_that_cannot_start_means_no_preview(monkeypatch):
    def run(*_arguments, **_options):
        raise OSError("no more processes")

    monkeypatch.setattr(sandbox, "run", run)
    assert read_head(b"<title>a</title>", "text/html") is None


def test_a_child_that_takes_too_long_is_killed(monkeypatch, tmp_path):
    child = tmp_path / "child.py"
    child.write_text("while True: pass")
    monkeypatch.setattr(sandbox, "CHILD", child)
    monkeypatch.setattr(sandbox, "DEADLINE_SECONDS", 0.3)
    assert read_head(b"<title>a</title>", "text/html") is None
