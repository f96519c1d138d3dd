"""What is at the other end of a link, and what is made of it."""

import json
import time

import pytest

from files.tests.makers import encoded, jpeg, picture
from messaging.models import FetchedLink, Preview
from messaging.previews import fetching
from tests.outside import Reply, Stream

from .conftest import page

HEAD = """
<meta property="og:title" content="Sourdough &amp; rye">
<meta property="og:description" content="Two days, four folds.">
<meta property="og:site_name" content="The Bakery">
<meta property="og:image" content="/crust.jpg">
"""


def served(picture_reply, head=HEAD):
    """Return the answers of a site with a page and the picture that it names."""
    return lambda asked: picture_reply if asked.path == "/crust.jpg" else page(head=head)


def test_a_link_has_a_card_with_a_picture_of_our_own(shown, site, lobby, ana, client_of):
    site.answer = served(Reply(200, jpeg(size=(1200, 630)), {"Content-Type": "image/jpeg"}))
    card = shown(f"look: {site.url}/a#top")
    drawn = card.pop("picture")
    assert card == {
        "url": f"{site.url}/a#top",
        "title": "Sourdough & rye",
        "description": "Two days, four folds.",
        "site": "The Bakery",
    }
    assert (drawn["width"], drawn["height"]) == (600, 315)
    message = lobby.messages.get()
    response = client_of(ana).get(f"/messages/{message.pk}/preview/{drawn['key']}.webp")
    assert response["Content-Type"] == "image/webp" and response.content[8:12] == b"WEBP"


def test_the_server_is_told_nothing_of_who_asks(shown, site):
    site.answer = served(Reply(200, jpeg(), {"Content-Type": "image/jpeg"}))
    shown(f"{site.url}/a?b=c#secret")
    assert [asked.path for asked in site.asked] == ["/a?b=c", "/crust.jpg"]
    for asked in site.asked:
        assert asked.method == "GET" and not {"cookie", "referer"} & set(asked.headers)
        assert "ana" not in json.dumps(asked.headers) and b"lobby" not in asked.body


@pytest.mark.parametrize(
    "reply",
    [
        Reply(404, b"<title>Not found</title>", {"Content-Type": "text/html"}),
        Reply(500, b"<title>Oops</title>", {"Content-Type": "text/html"}),
        Reply(204),
        Reply(200, b"", {"Content-Type": "text/html"}),
        Reply(200, b"<p>No head", {"Content-Type": "text/html"}),
        Reply(200, b"<title>A</title>", {"Content-Type": "text/plain"}),
        Reply(200, b"<title>A</title>", {"Content-Type": "application/xml"}),
        Reply(200, b"%PDF-1.7 <title>A</title>", {"Content-Type": "application/pdf"}),
        Reply(200, b"<title>A</title>"),
        Reply(200, b"<title>A</title>", {"Content-Type": "text/html", "Content-Encoding": "gzip"}),
        Reply(200, b"GIF89a nothing", {"Content-Type": "image/gif"}),
        Reply(200, b"<svg><title>A</title></svg>", {"Content-Type": "image/svg+xml"}),
        Reply(302, headers={"Location": "http://bread.example/"}),
        Reply(302, headers={"Location": "https://127.0.0.1/"}),
        Reply(302, headers={"Location": "https://testserver/rooms/den/"}),
        b"\x00\x01 no HTTP",
    ],
)
def test_what_is_no_page_has_no_card_and_is_not_asked_again(shown, site, reply):
    site.answer = reply
    assert shown(f"{site.url}/") is None
    asked = len(site.asked)
    assert shown(f"{site.url}/ again") is None
    assert len(site.asked) == asked == 1
    failure = FetchedLink.objects.get()
    assert (failure.is_failed, failure.url, Preview.objects.count()) == (True, "", 0)


def test_a_page_that_is_only_for_members_shows_what_strangers_see(shown, site):
    def answer(asked):
        if asked.path == "/login":
            return page("Log in")
        return Reply(302, headers={"Location": "/login"})

    site.answer = answer
    assert shown(f"{site.url}/secret") == {"url": f"{site.url}/secret", "title": "Log in"}


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1251"])
def test_letters_are_those_of_the_page(shown, site, charset):
    title = "Хлеб" if charset == "windows-1251" else "Pão de ló"
    html = f"<title>{title}</title>".encode(charset)
    site.answer = Reply(200, html, {"Content-Type": f'Text/HTML; Charset="{charset}"'})
    assert shown(f"{site.url}/")["title"] == title


def test_words_of_a_page_are_text_in_one_line_and_short(shown, site, lobby, client_of, ana, page):
    title = (
        "&lt;script&gt;pwned()&lt;/script&gt; {{ 7|add:7 }} \u202eright\nleft\x07 " + "x" * 9_999
    )
    site.answer = Reply(
        200,
        f'<meta property="og:title" content="{title}"><meta name="description" content="{title}">'
        f'<meta property="og:site_name" content="{title}">'.encode(),
        {"Content-Type": "text/html; charset=utf-8"},
    )
    card = shown(f"{site.url}/")
    assert card["title"].startswith("<script>pwned()</script> {{ 7|add:7 }} right left xxx")
    assert [len(card[name]) for name in ("title", "description", "site")] == [200, 300, 60]
    soup = page(client_of(ana).get("/rooms/lobby/"))
    assert "<script>pwned()" in soup.select_one(".preview").text
    assert not soup.select(".preview script")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(404),
        Reply(200, b"nothing", {"Content-Type": "image/jpeg"}),
        Reply(200, b"<svg/>", {"Content-Type": "image/svg+xml"}),
        Reply(302, headers={"Location": "https://10.0.0.1/"}),
        Stream(
            lambda send: send(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 99)
        ),
        Stream(lambda send: [send(b"HTTP/1.1 200 OK\r\n\r\n"), *map(send, [b"x" * 65_536] * 99)]),
        b"",
    ],
)
def test_without_its_picture_a_card_is_shown_all_the_same(shown, site, reply):
    site.answer = served(reply)
    card = shown(f"{site.url}/")
    assert card["title"] == "Sourdough & rye" and "picture" not in card


@pytest.mark.parametrize(
    "address",
    [
        "https://testserver/files/x",
        "file:///etc/passwd",
        "http://169.254.169.254/",
        "data:,x",
        "//[",
    ],
)
def test_a_picture_that_is_nowhere_to_be_fetched_is_left_out(shown, site, outside, address):
    site.answer = page(head=f'<meta property="og:image" content="{address}">')
    assert shown(f"{site.url}/") == {"url": f"{site.url}/", "title": "Bread"}
    assert len(outside.connected) == 1


def test_a_link_to_a_picture_shows_it_with_its_name(shown, site):
    site.answer = Reply(200, encoded(picture((90, 60)), "PNG"), {"Content-Type": "image/png"})
    card = shown(f"{site.url}/our%20loaf.png")
    assert card["title"] == "our loaf.png" and card["picture"]["width"] == 90
    assert len(site.asked) == 1


def test_a_large_picture_is_asked_for_once_more_because_only_its_beginning_was_read(shown, site):
    data = encoded(picture((90, 60)), "PNG") + b"\0" * 600_000
    site.answer = Reply(200, data, {"Content-Type": "image/png"})
    assert shown(f"{site.url}/loaf.png")["picture"]["height"] == 60
    assert len(site.asked) == 2


def slowly(*pieces, pause=0.2, times=10_000):
    def write(send):
        for piece in pieces:
            send(piece)
        for _ in range(times):
            time.sleep(pause)
            send(b"x")

    return Stream(write)


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        slowly(),
        slowly(OK + b"\r\n<title>Slow</title>"),
        slowly(OK + b"X-Long: "),
        slowly(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 9_999),
    ],
    ids=["silence", "a byte now and then", "an endless header", "many headers"],
)
def test_a_server_that_takes_its_time_takes_little_of_ours(shown, site, monkeypatch, answer):
    monkeypatch.setattr(fetching, "FETCH_SECONDS", 0.6)
    site.answer = answer
    began = time.monotonic()
    assert shown(f"{site.url}/") is None
    assert time.monotonic() - began < 5


def test_only_the_beginning_of_an_endless_page_is_read(shown, site):
    def write(send):
        send(OK + b"\r\n<title>Endless</title>")
        while True:
            send(b"<p>more" * 4_000)

    site.answer = Stream(write)
    assert shown(f"{site.url}/")["title"] == "Endless"


@pytest.mark.parametrize(
    "html",
    [b"<div>" * 100_000, b"<" * 500_000, b"<meta " * 80_000, b"\xff\xfe<\0t\0i\0", b"\0" * 500_000],
)
def test_a_hostile_page_has_no_card(shown, site, html):
    site.answer = Reply(200, html, {"Content-Type": "text/html"})
    assert shown(f"{site.url}/") is None


def test_a_picture_takes_what_time_the_page_has_left(shown, site, monkeypatch):
    monkeypatch.setattr(fetching, "FETCH_SECONDS", 2)
    site.answer = served(slowly(OK + b"\r\n"))
    began = time.monotonic()
    assert "picture" not in shown(f"{site.url}/")
    assert time.monotonic() - began < 6
