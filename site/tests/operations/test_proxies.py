"""A client cannot set its address with a header."""

from contextvars import copy_context

import pytest

from tertulia.config.logging import begin_request, request_id
from tertulia.server.client_address import client_of

PEER = ("10.0.0.1", 4711)


@pytest.mark.parametrize(
    ("proxies", "header", "client"),
    [
        (0, b"6.6.6.6", PEER),
        (1, b"6.6.6.6, 9.9.9.9", ("9.9.9.9", 0)),
        (2, b"6.6.6.6, 9.9.9.9, 10.0.0.7", ("9.9.9.9", 0)),
        (1, b"", PEER),
        (2, b"9.9.9.9", PEER),
        (1, b"6.6.6.6:1, 9.9.9.9:40000", ("9.9.9.9", 0)),
        (1, b"[2001:db8::5]:40000", ("2001:db8::5", 0)),
        (1, b"[2001:DB8:0::5]", ("2001:db8::5", 0)),
        (1, b"2001:db8::5", ("2001:db8::5", 0)),
        (1, b"::ffff:9.9.9.9", ("9.9.9.9", 0)),
        (1, b'"[2001:db8::5]:40000"', ("2001:db8::5", 0)),
        (1, b"9.9.9.9:", ("9.9.9.9", 0)),
        (1, b"unknown", PEER),
        (1, b"9.9.9.9:port", PEER),
        (1, b"9.9.9", PEER),
        (1, b"\xff", PEER),
    ],
)
def test_only_what_our_own_proxies_add_is_believed(proxies, header, client):
    scope = {"client": PEER, "headers": [(b"x-forwarded-for", header)]}
    assert client_of(scope, proxies) == client


def test_headers_that_are_repeated_are_one(settings):
    headers = [(b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"9.9.9.9")]
    assert client_of({"client": PEER, "headers": headers}, 1) == ("9.9.9.9", 0)


@pytest.mark.parametrize(
    ("proxies", "given", "is_taken"),
    [(1, b"abcdef-0123", True), (0, b"abcdef-0123", False), (1, b'forged"\n{}', False)],
)
def test_a_request_keeps_the_id_that_our_proxy_gave_it(settings, proxies, given, is_taken):
    settings.TRUSTED_PROXIES = proxies
    context = copy_context()
    context.run(begin_request, {"headers": [(b"x-request-id", given)]})
    assert (context[request_id] == given.decode()) is is_taken


@pytest.mark.parametrize("header", ["198.51.100.8:{}", "[2001:db8::5]:{}"])
def test_an_address_is_limited_whatever_its_port(client, ana, header):
    answers = []
    for number in range(11):
        headers = [(b"x-forwarded-for", header.format(40_000 + number).encode())]
        address, _port = client_of({"client": PEER, "headers": headers}, 1)
        fields = {"login": f"name{number}", "password": "wrong"}
        answers.append(client.post("/accounts/login/", fields, REMOTE_ADDR=address).status_code)
    assert answers == [422] * 10 + [429]
