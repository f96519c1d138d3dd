"""What a page says of itself: cases 47 and 49."""

import codecs

import pytest

from files.heads import Head, read_head

HTML = "text/html; charset=utf-8"
URL = "https://news.example/2026/story.html"


def page(*lines, rest="</head><body><p>Words</p></body>"):
    return "\n".join(["<!doctype html><html><head>", *lines, rest]).encode()


def meta(name, content, attribute="property"):
    return f'<meta {attribute}="{name}" content="{content}">'


def head(*lines, url=URL):
    return read_head(page(*lines), HTML, url)


def test_what_a_page_says_for_previews():
    said = head(
        "<title>Story | News</title>",
        meta("description", "For searching", "name"),
        meta("og:title", "A story"),
        meta("og:description", "What happened"),
        meta("og:image", "https://img.example/a.jpg"),
        meta("og:site_name", "News"),
    )
    assert said == Head("A story", "What happened", "https://img.example/a.jpg", "News")


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["<title>Own</title>", meta("twitter:title", "Short", "name")], "Short"),
        ([meta("twitter:title", "Short"), meta("og:title", "Open", "name")], "Open"),
        (["<TITLE lang=en>Own</TITLE >", meta("og:title", "  ")], "Own"),
        (
            ["<title>\n  Two\t lines &amp; &lt;b&gt; &#8220;x&#8221; </title>"],
            "Two lines & <b> “x”",
        ),
        (["<title>First</title><title>Second</title>"], "First"),
        (["<title></title><title>Second</title>"], "Second"),
        (["<title>a</b>c<i>d</title>"], "a</b>c<i>d"),
        (["<title>a<!-- b --></title>"], "a<!-- b -->"),
        (["<title/>Own</title>"], "Own"),
        (['<meta property="og:title"content=\'It&#39;s "it"\'>'], 'It\'s "it"'),
        (["<meta content=Bare property=og:title>"], "Bare"),
        (["<META PROPERTY=OG:TITLE CONTENT=Loud/>"], "Loud/"),
        (['<meta property = "og:title" content = "a > b">'], "a > b"),
        (['<meta property="og:title" content="one" content="two">'], "one"),
        ([meta("og:title", "&#x202e;drow&#x2066; a\u200bb\u0007c &#0;")], "drow abc �"),
        ([meta("og:title", "👩‍👩‍👧 می‌خواهم ☀️")], "👩‍👩‍👧 می‌خواهم ☀️"),
        ([meta("og:title", "&lt;script&gt;alert(1)&lt;/script&gt;")], "<script>alert(1)</script>"),
        ([meta("og:title", "{{ user }} {% load x %}")], "{{ user }} {% load x %}"),
        ([meta("og:title", "&amp;lt;")], "&lt;"),
    ],
)
def test_the_title_of_a_page(lines, title):
    assert head(*lines).title == title


@pytest.mark.parametrize(
    "hidden",
    [
        "<svg><title>Icon</title></svg>",
        "<svg><svg></svg><title>Icon</title></svg>",
        "<svg><style><title>Icon</title></style></svg>",
        "<svg/><math><title>x</title></math>",
        "<template><title>Later</title></template>",
        "<script>var a = '<title>Script</title>';</script>",
        "<style><title>Style</title></style>",
        "<!-- <title>Comment</title> -->",
        "<!-- <title>Comment</title> --!>",
        "<!--><title></title>",
        "<textarea><title>Area</title></textarea>",
        "<noembed><title>x</title></noembed><iframe><title>x</title></iframe>",
        "<?php <title\n?>",
        "<![CDATA[<title ]]>",
        "</ <title >",
        '<link title="<title>Attribute</title>">',
        "<titles>x</titles><xtitle>x</xtitle>",
        "<script></script-><title>x</title></script x>",
    ],
)
def test_a_title_elsewhere_is_not_the_page_s(hidden):
    assert head(hidden, "<title>Own</title>").title == "Own"


def test_nothing_after_the_head_counts():
    for end in ("</head>", "</HEAD >", "<body class=a>"):
        html = page(
            "<title>Own</title>", rest=end + meta("og:title", "Body") + meta("og:image", "a")
        )
        assert read_head(html, HTML, URL) == Head("Own", "", "", "")


def test_long_texts_are_cut():
    said = head(
        meta("og:title", "é" * 10_000),
        meta("og:description", "word " * 9_000),
        meta("og:site_name", "s" * 61),
    )
    assert [len(text) for text in (said.title, said.description, said.site)] == [200, 300, 60]
    assert (said.title[-2:], said.description[-6:], said.site[-2:]) == ("é…", " word…", "s…")
    exact = head(meta("og:title", "t" * 200), meta("og:site_name", "s" * 60))
    assert (exact.title, exact.site) == ("t" * 200, "s" * 60)
    assert head(meta("og:title", " &nbsp;" * 300 + "end")).title == "end"


def test_a_page_without_words_has_no_head():
    for lines in (
        [],
        ["<title> </title>"],
        [meta("og:image", "/a.png")],
        [meta("og:title", "⠀\u200b")],
    ):
        assert head(*lines) is None
    assert read_head(b"", HTML, URL) is None
    assert head(meta("description", "Only this", "name")) == Head("", "Only this", "", "")


@pytest.mark.parametrize(
    ("lines", "image"),
    [
        ([meta("og:image", "https://img.example/a.jpg")], "https://img.example/a.jpg"),
        ([meta("og:image", "/a.jpg?b=1&amp;c=2")], "https://news.example/a.jpg?b=1&c=2"),
        ([meta("og:image", "a.jpg")], "https://news.example/2026/a.jpg"),
        ([meta("og:image", "../../../a.jpg")], "https://news.example/a.jpg"),
        ([meta("og:image", "//img.example/a b.jpg")], "https://img.example/a%20b.jpg"),
        ([meta("og:image", " https://img\n.example/a.jpg\t")], "https://img.example/a.jpg"),
        ([meta("twitter:image", "/t.png", "name")], "https://news.example/t.png"),
        (
            [meta("og:image:secure_url", "/s.png"), meta("og:image", "/a")],
            "https://news.example/s.png",
        ),
        ([meta("og:image", ""), meta("og:image", "/2.png")], "https://news.example/2.png"),
        ([meta("og:image", "/1.png"), meta("og:image", "/2.png")], "https://news.example/1.png"),
        (
            [meta("og:image", "data:image/png;base64,AA"), meta("og:image", "/2")],
            "https://news.example/2",
        ),
        (
            ['<base href="/static/">', meta("og:image", "a.png")],
            "https://news.example/static/a.png",
        ),
        ([meta("og:image", "a"), "<base href=//cdn.example/x/>"], "https://cdn.example/x/a"),
        (["<base target=x><base href=/b/>", meta("og:image", "a")], "https://news.example/2026/a"),
        (['<base href="data:,x">', meta("og:image", "a")], "https://news.example/2026/a"),
        (['<base href="http://[">', meta("og:image", "a")], "https://news.example/2026/a"),
        ([meta("og:image", "data:image/svg+xml,<svg/>")], ""),
        ([meta("og:image", "javascript:alert(1)")], ""),
        ([meta("og:image", "file:///etc/passwd")], ""),
        ([meta("og:image", "ftp://a.example/b")], ""),
        ([meta("og:image", "http://[::1")], ""),
        ([meta("og:image", "/" + "a" * 2_000)], ""),
        ([meta("og:image", "/a\u202eb")], ""),
    ],
)
def test_the_picture_of_a_page(lines, image):
    assert head("<title>Own</title>", *lines).image == image


def test_a_picture_without_the_address_of_the_page():
    title = "<title>Own</title>"
    assert head(title, meta("og:image", "/a.png"), url="").image == ""
    assert head(title, meta("og:image", "https://a.example/"), url="").image == "https://a.example/"


TITLE = "<title>Año € Ж 日本</title>"
LATIN = "<title>Año</title>"


@pytest.mark.parametrize(
    ("html", "content_type", "title"),
    [
        (TITLE.encode(), "text/html", "Año € Ж 日本"),
        (TITLE.encode(), "", "Año € Ж 日本"),
        (TITLE.encode(), "TEXT/HTML ; Charset='UTF-8'", "Año € Ж 日本"),
        (TITLE.encode(), "application/xhtml+xml", "Año € Ж 日本"),
        (TITLE.encode("gb18030", "ignore"), "text/html; charset=gb2312", "Año € Ж 日本"),
        (codecs.BOM_UTF8 + TITLE.encode(), "text/html", "Año € Ж 日本"),
        (codecs.BOM_UTF8 + TITLE.encode(), "text/html; charset=latin1", "Año € Ж 日本"),
        (TITLE.encode("utf-16"), "text/html", "Año € Ж 日本"),
        (TITLE.encode("utf-16"), "text/html; charset=utf-8", "Año € Ж 日本"),
        (TITLE.encode("utf-16-be"), "text/html; charset=utf-16be", "Año € Ж 日本"),
        (TITLE.encode("utf-16-le"), "text/html; charset=utf-16", "Año € Ж 日本"),
        (LATIN.encode("latin1"), "text/html", "Año"),
        (LATIN.encode("latin1"), "text/html; charset=iso-8859-1", "Año"),
        ("<title>“€”</title>".encode("cp1252"), "text/html; charset=iso-8859-1", "“€”"),
        (b'<meta charset="windows-1251">' + "<title>Ж</title>".encode("cp1251"), "text/html", "Ж"),
        (b"<meta charset=x-sjis>" + "<title>日本</title>".encode("cp932"), "text/html", "日本"),
        (
            b'<meta http-equiv=Content-Type content="text/html; charset=koi8-r">'
            + "<title>Ж</title>".encode("koi8-r"),
            "text/html",
            "Ж",
        ),
        (b"<?xml version='1.0' encoding='latin1'?>" + LATIN.encode("latin1"), "text/html", "Año"),
        (b"<meta charset=latin1>" + LATIN.encode(), "text/html; charset=utf-8", "Año"),
        (b"<meta charset=utf-16>" + LATIN.encode(), "text/html", "Año"),
        (b"<meta charset=nonsense>" + LATIN.encode(), "text/html; charset=klingon", "Año"),
        (b"<meta charset=unicode_escape><title>\\u202e</title>", "text/html", "\\u202e"),
        (b"<title>a</title>", "text/html; charset=zlib", "a"),
        (b"<title>a</title>", "text/html; charset=idna", "a"),
        (b"<title>a</title>", "text/html; charset=\x00\xff", "a"),
        (LATIN.encode("latin1"), "text/html; charset=utf-8", "A�o"),
        (b"<ti\0tle>a\0b</title>", "text/html", "ab"),
    ],
)
def test_the_encoding_of_a_page(html, content_type, title):
    assert read_head(html, content_type).title == title


def test_a_page_that_is_cut_within_a_letter_is_read_as_what_it_is():
    html = LATIN.encode() + "é".encode()[:1]
    assert read_head(html, "text/html").title == "Año"


@pytest.mark.parametrize(
    "content_type", ["text/plain", "image/png", "application/json", "application/pdf", "text/htmlx"]
)
def test_what_is_no_page_is_not_read(content_type, monkeypatch):
    monkeypatch.setattr("files.sandbox.run", None)  # nothing is started
    assert read_head(b"<title>a</title>", content_type) is None
