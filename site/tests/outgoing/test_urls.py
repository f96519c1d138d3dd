"""Which URLs may be called, and what is sent to them. Cases 33, 34 and 45."""

import random

import pytest

from core.http import client
from core.http.client import Refused, check_url, request
from core.http.targets import PORTS, SCHEMES, parse
from tests.outside import Reply

REFUSED = [
    ("scheme", "file:///etc/passwd"),
    ("scheme", "ftp://a.example/"),
    ("scheme", "gopher://a.example/_GET"),
    ("scheme", "javascript:alert(1)"),
    ("scheme", "data:text/html,x"),
    ("scheme", "//a.example/"),
    ("scheme", "a.example/path"),
    ("scheme", ""),
    ("url", "http:/a.example/"),
    ("url", "http:a.example"),
    ("url", "http://"),
    ("url", "http:///path"),
    ("url", "http://:80/"),
    ("url", "http://user@a.example/"),
    ("url", "http://user:word@a.example/"),
    ("url", "http://@a.example/"),
    ("url", "http://a.example@127.0.0.1/"),
    ("url", "http://a.example\\@127.0.0.1/"),
    ("url", "http:\\\\a.example/"),
    ("url", "http://a.example/\\..\\x"),
    ("url", "http://a.example/\r\nHost: b.example"),
    ("url", "http://a.example\r\n/"),
    ("url", "http://a.exam\tple/"),
    ("url", " http://a.example/"),
    ("url", "http://a.example/ HTTP/1.1"),
    ("url", "http://a.example/\u00a0"),
    ("url", "http://a.example/\u2028"),
    ("url", "http://a.example/\x00"),
    ("url", "http://a.example/\x85"),
    ("url", "http://a.example/\ud800"),
    ("url", "http://a b.example/"),
    ("url", "http://a..example/"),
    ("url", "http://a.example../"),
    ("url", "http://.a.example/"),
    ("url", "http://-a.example/"),
    ("url", "http://a-.example/"),
    ("url", "http://%61.example/"),
    ("url", "http://127.0.0.1%2f.a.example/"),
    ("url", "http://a.example%00/"),
    ("url", "http://a,b.example/"),
    ("url", "http://*.example/"),
    ("address", "http://a.example[2606:4700::1111]/"),
    ("address", "http://[2606:4700::1111]a.example/"),
    ("address", "http://[2606:4700::1111].a.example:80/"),
    ("address", "http://[1.1.1.1]/"),
    ("url", "http://[::1/"),
    ("url", "http://::1]/"),
    ("url", "http://a℀b.example/"),
    ("url", "http://xn--\u00fc.example/"),
    ("url", f"http://{'a' * 64}.example/"),
    ("url", f"http://{'a.' * 130}example/"),
    ("url", f"http://a.example/{'a' * 2000}"),
    ("url", f"http://a.example/{'é' * 400}"),
    ("port", "http://a.example:22/"),
    ("port", "http://a.example:6379/"),
    ("port", "http://a.example:0/"),
    ("port", "http://a.example:65536/"),
    ("port", "http://a.example:-80/"),
    ("port", "http://a.example:8o/"),
    ("port", "http://a.example:８０/"),
    ("port", "https://a.example:8443/"),
]


@pytest.mark.parametrize(("code", "url"), REFUSED)
def test_a_url_that_we_do_not_call_is_refused(outside, code, url):
    for refuse in (check_url, request):
        with pytest.raises(Refused) as refused:
            refuse(url)
        assert refused.value.code in (code, "url")
    assert outside.looked_up == []


def test_whatever_is_asked_for_is_refused_or_called_as_judged(outside):
    """Random addresses: never another error, and never a host that was not judged."""
    dice = random.Random(16)
    parts = "http:// https:// // / : @ [ ] :: . .. 80 443 a b.example 127 0x7f % %41 ? # \\ xn-- é"
    parts = [
        *parts.split(" "),
        " ",
        "-",
        "。",
        "１",
        "\0",
        "\n",
        "[2606:4700::1111]",
        "[::1]",
        "localhost",
    ]
    called = 0
    for _each in range(20_000):
        url = dice.choice(parts[:2]) + "".join(dice.choices(parts, k=dice.randrange(1, 7)))
        try:
            target = parse(url, SCHEMES, PORTS)
        except Refused:
            continue
        called += 1
        assert parse(target.url, SCHEMES, PORTS) == target
        assert target.host.isascii() and target.path.isascii()
    assert called > 100


def test_a_caller_allows_fewer_schemes_and_ports(outside):
    outside.site("push.example")
    only = {"schemes": ("https",), "ports": (443,)}
    check_url("https://push.example/a", **only)
    assert request("https://push.example/a", **only).status == 200
    for url in ("http://push.example/", "http://push.example:443/", "https://push.example:80/"):
        with pytest.raises(Refused):
            check_url(url, **only)
        with pytest.raises(Refused):
            request(url, **only)
    assert outside.looked_up == ["push.example"]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("http://a.example", "/"),
        ("http://a.example?q=1", "/?q=1"),
        ("http://a.example/#part", "/"),
        ("http://a.example/?", "/"),
        ("http://a.example/b//?c=/?d", "/b//?c=/?d"),
        ("http://a.example/né?ü=“", "/n%C3%A9?%C3%BC=%E2%80%9C"),
        ("http://a.example/%2e%2E/%zz", "/%2e%2E/%zz"),
        ("http://a.example/<b>\"'", "/%3Cb%3E%22'"),
        ("http://a.example/a;b=1,2@3:4~", "/a;b=1,2@3:4~"),
    ],
)
def test_a_path_arrives_as_it_is_meant(outside, url, path):
    site = outside.site("a.example", port=80)
    answer = request(url)
    assert ([asked.path for asked in site.asked], answer.url) == ([path], f"http://a.example{path}")


def test_a_request_says_who_asks_and_nothing_of_where_it_comes_from(outside, settings):
    settings.SITE_URL = "https://chat.example.com"
    site = outside.site("a.example")
    site.answer = Reply(headers={"Set-Cookie": "a=b; Path=/"})
    for _twice in range(2):
        request("https://a.example/page", headers={"Accept": "text/html", "Cookie": "x", "TE": "a"})
    assert [asked.headers for asked in site.asked] == 2 * [
        {
            "host": "a.example",
            "user-agent": "Tertulia (+https://chat.example.com)",
            "accept": "text/html",
            "accept-encoding": "identity",
            "connection": "close",
        }
    ]


def test_a_post_sends_its_body_and_headers_and_returns_the_answer(outside):
    site = outside.site("hooks.example", answer=Reply(201, b"created", {"X-Id": "7"}))
    headers = {"Content-Type": "application/json", "X-Signature": "abc"}
    answer = request("https://hooks.example/h", method="POST", headers=headers, body=b'{"a": 1}')
    (asked,) = site.asked
    assert (asked.method, asked.body) == ("POST", b'{"a": 1}')
    assert (asked.headers["content-type"], asked.headers["x-signature"]) == (
        "application/json",
        "abc",
    )
    assert (answer.status, answer.body, answer.headers["x-id"]) == (201, b"created", "7")


def test_a_post_without_a_body_says_so(outside):
    site = outside.site("hooks.example")
    request("https://hooks.example/", method="POST")
    assert (site.asked[0].headers["content-length"], site.asked[0].body) == ("0", b"")


@pytest.mark.parametrize("name", ["X-A", "X-A\r\nX-B", "X-A\n"])
def test_a_line_break_in_a_header_is_an_error_before_anything_is_sent(outside, name):
    with pytest.raises(ValueError, match="control"):
        request("https://a.example/", headers={name: "a\r\nX-B: b" if name == "X-A" else "a"})
    assert outside.looked_up == []


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"])
def test_a_proxy_of_the_environment_is_not_used(outside, monkeypatch, listener, name):
    """Case 53: a proxy would resolve the name itself, and reach what we must not."""
    monkeypatch.setenv(name, f"http://127.0.0.1:{listener.getsockname()[1]}")
    monkeypatch.setenv("NO_PROXY", "nothing.example")
    outside.site("a.example", answer=Reply(200, b"direct"))
    outside.site("a.example", port=80, answer=Reply(200, b"direct"))
    assert request("https://a.example/").body == request("http://a.example/").body == b"direct"
    outside.names["inside.example"] = ["10.0.0.1"]
    with pytest.raises(Refused):
        request("http://inside.example/")
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_the_limits_are_those_that_were_promised():
    assert (client.CONNECT_SECONDS, client.DEADLINE_SECONDS) == (3, 8)
    assert (client.MAX_REDIRECTS, client.MAX_ANSWER) == (3, 512 * 1024)
