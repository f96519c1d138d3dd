"""A response never has a content coding that the client refuses."""

import re
from urllib.request import Request, urlopen

import pytest

from tertulia.server.content_coding import accepted, without_refused


@pytest.mark.parametrize(
    ("header", "codings"),
    [
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0.0,br;q=0.5", "br"),
        ("br; Q=0", ""),
        ("br;q=0.001", "br"),
        ("BR;x=y;q=0, *;q=0", ""),
        ("gzip;q=much", ""),
        ("identity;q=1, *;q=0", "identity"),
    ],
)
def test_a_refused_coding_is_left_out(header, codings):
    assert accepted(header) == codings


def test_headers_that_are_repeated_are_one():
    headers = [(b"accept-encoding", b"br;q=0"), (b"host", b"x"), (b"accept-encoding", b"gzip")]
    assert without_refused(headers) == [(b"host", b"x"), (b"accept-encoding", b"gzip")]


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("br;q=0", None),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0, br;q=0.0", None),
        ("*;q=0, identity", None),
        ("gzip, br", "br"),
    ],
)
def test_a_server_answers_in_no_coding_that_is_refused(server, header, coding):
    page = urlopen(f"{server.url}/accounts/login/").read().decode()
    stylesheet = re.search(r'href="(/static/tertulia\.[^"]+\.css)"', page)[1]
    answer = urlopen(Request(server.url + stylesheet, headers={"Accept-Encoding": header}))
    assert answer.headers["Content-Encoding"] == coding
