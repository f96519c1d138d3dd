"""Redirects: at most three, each judged as the first address. Case 45."""

import pytest

from core.http.client import Refused, Unreachable, request
from tests.outside import Reply


def to(location, status=302):
    return Reply(status, b"moved", {"Location": location})


def chain(site, length):
    """Let `site` redirect `length` times."""

    def answer(asked):
        number = int(asked.path[1:] or 0)
        return to(f"/{number + 1}") if number < length else Reply(200, b"here")

    site.answer = answer


@pytest.mark.parametrize("length", [0, 1, 2, 3])
def test_up_to_three_redirects_are_followed(outside, length):
    site = outside.site("a.example")
    chain(site, length)
    answer = request("https://a.example/0")
    assert (answer.status, answer.body) == (200, b"here")
    assert answer.url == f"https://a.example/{length}"
    assert outside.looked_up == ["a.example"] * (length + 1)


def test_the_fourth_redirect_and_a_loop_are_refused(outside):
    site = outside.site("a.example")
    for answer in (to("https://a.example/"), to("/"), to("?")):
        site.asked.clear()
        site.answer = answer
        with pytest.raises(Refused, match="redirects"):
            request("https://a.example/")
        assert len(site.asked) == 4
    chain(site, 4)
    with pytest.raises(Refused, match="redirects"):
        request("https://a.example/0")


def test_no_redirect_is_followed_if_none_may_be(outside):
    site = outside.site("a.example", answer=to("https://b.example/"))
    with pytest.raises(Refused, match="redirects"):
        request("https://a.example/", redirects=0)
    assert (len(site.asked), outside.looked_up) == (1, ["a.example"])


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("http://169.254.169.254/latest/meta-data/", "address"),
        ("http://127.0.0.1/", "address"),
        ("//127.1/", "address"),
        ("http://[::ffff:127.0.0.1]/", "address"),
        ("http://localhost./", "address"),
        ("http://inside.example/", "address"),
        ("http://half.example/", "address"),
        ("file:///etc/passwd", "scheme"),
        ("ftp://b.example/", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("data:text/html,x", "scheme"),
        ("http://b.example:6379/", "port"),
        ("http://user:word@b.example/", "url"),
        ("//user@b.example/", "url"),
        ("http://b.example\\@127.0.0.1/", "url"),
        ("/\\127.0.0.1/", "url"),
        ("http://[::1", "url"),
        ("https://", "url"),
        ("/" + "a" * 3000, "url"),
    ],
)
def test_a_redirect_to_where_we_do_not_go_is_refused(outside, location, code):
    outside.site("a.example", port=80, answer=to(location))
    outside.names |= {"inside.example": ["10.0.0.1"], "half.example": ["93.184.216.1", "127.0.0.1"]}
    with pytest.raises(Refused, match=code):
        request("http://a.example/")
    assert len(outside.connected) == 1


def test_a_redirect_never_leads_from_https_to_http(outside):
    outside.site("a.example", answer=to("http://b.example/"))
    outside.site("b.example", port=80)
    with pytest.raises(Refused, match="scheme"):
        request("https://a.example/")
    assert outside.looked_up == ["a.example"]


def test_a_redirect_may_lead_from_http_to_https_and_elsewhere(outside):
    outside.site("a.example", port=80, answer=to("//b.example/x", 301))
    outside.site("b.example", port=80, answer=to("https://b.example:443/y#z", 308))
    outside.site("b.example", answer=Reply(200, b"safe"))
    answer = request("http://a.example/")
    assert (answer.url, answer.body) == ("https://b.example/y", b"safe")


def test_the_name_of_each_redirect_is_looked_up_and_judged_anew(outside):
    site = outside.site("a.example", port=80, answer=to("/again"))
    outside.names["a.example"] = [[site.address], ["127.0.0.1"]]
    with pytest.raises(Refused, match="address"):
        request("http://a.example/")
    assert len(outside.connected) == 1


@pytest.mark.parametrize(
    "reply", [Reply(302, b"x"), to(""), Reply(304), to("/x", 300), to("/", 201)]
)
def test_what_is_no_redirect_is_an_answer(outside, reply):
    site = outside.site("a.example", answer=reply)
    assert request("https://a.example/").status == reply.status
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [
        (301, "GET", b""),
        (302, "GET", b""),
        (303, "GET", b""),
        (307, "POST", b"x"),
        (308, "POST", b"x"),
    ],
)
def test_a_redirected_post(outside, status, method, body):
    site = outside.site("a.example")
    site.answer = lambda asked: to("/b", status) if asked.path == "/" else Reply()
    headers = {"Content-Type": "text/plain"}
    request("https://a.example/", method="POST", body=b"x", headers=headers)
    last = site.asked[-1]
    assert (last.method, last.body) == (method, body)
    assert ("content-type" in last.headers) == (method == "POST")


def test_another_site_does_not_get_our_secrets(outside):
    outside.site("a.example", answer=to("https://b.example/", 307))
    other = outside.site("b.example")
    headers = {"Authorization": "vapid", "X-Signature": "s", "Accept": "text/html"}
    request("https://a.example/", method="POST", headers=headers, body=b"x")
    ours = {"host", "user-agent", "accept-encoding", "connection"}
    assert set(other.asked[0].headers) - ours == {"accept", "content-length"}


@pytest.mark.parametrize(
    ("location", "path"),
    [
        (b"/a b", "/a%20b"),
        ("/é".encode(), "/%C3%A9"),
        ("/é".encode("latin-1"), "/%C3%A9"),
        (b"  /x  ", "/x"),
        (b"/a\r\n b", "/a%20b"),
        (b"c/../d", "/d"),
    ],
)
def test_a_sloppy_location_is_understood(outside, location, path):
    site = outside.site("a.example", port=80)
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"
    site.answer = lambda asked: head if asked.path == "/" else Reply()
    request("http://a.example/")
    assert site.asked[-1].path == path


def test_a_broken_place_for_the_redirect_is_a_failure(outside):
    outside.site("a.example", port=80, answer=to("http://nowhere.example/"))
    with pytest.raises(Unreachable):
        request("http://a.example/")
