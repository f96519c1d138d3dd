"""Only pages of the site's own origin (scheme, host and port) may open a socket.

The cases are handshakes as they reach the application, with and without proxies.
"""

import socket

import pytest

from bench.frames import handshake
from tertulia.config.origins import is_from_own_page

LOCAL, DEPLOYED = "http://127.0.0.1:8000", "https://chat.example.com"


@pytest.fixture
def is_let_in():
    """Return a function that returns True if a handshake reaches the application, else False."""

    def tried(origins, host, scheme="ws", forwarded=None):
        headers = [(b"origin", origin.encode("latin-1")) for origin in origins]
        headers += [(b"host", host.encode())] if host is not None else []
        headers += [(b"x-forwarded-proto", forwarded.encode())] if forwarded else []
        path = {"path": "/ws/rooms/lobby/", "query_string": b"\xff"}
        return is_from_own_page({"type": "websocket", "scheme": scheme, "headers": headers, **path})

    return tried


@pytest.fixture
def deployed(settings):
    """The site behind a TLS proxy, with two host names and all subdomains of a third."""
    settings.ALLOWED_HOSTS = [
        "chat.example.com",
        "chat.example.org",
        ".example.net",
        "[2001:db8::1]",
    ]
    settings.HAS_TLS = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://localhost:49152", "localhost:49152"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("http://localhost", "localhost"),
        ("http://localhost", "localhost:80"),
    ],
)
def test_own_pages_without_tls(is_let_in, origin, host):
    assert is_let_in([origin], host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://chat.example.com", "chat.example.com"),
        ("https://chat.example.com", "chat.example.com:443"),
        ("https://chat.example.com", "Chat.Example.COM"),
        ("https://chat.example.com:8443", "chat.example.com:8443"),
        ("https://chat.example.org", "chat.example.org"),
        ("https://team.example.net", "team.example.net"),
        ("https://example.net", "example.net"),
        ("https://xn--mnchen-3ya.example.net", "xn--mnchen-3ya.example.net"),
        ("https://[2001:db8::1]", "[2001:db8::1]"),
    ],
)
def test_own_pages_behind_a_proxy(is_let_in, deployed, origin, host):
    for forwarded in ("https", "wss", "https, http"):
        assert is_let_in([origin], host, forwarded=forwarded)


FOREIGN = [
    "https://127.0.0.1:8000",
    "ws://127.0.0.1:8000",
    "http://127.0.0.1:8001",
    "http://127.0.0.1:80",
    "http://127.0.0.1",
    "http://127.0.0.1:8000/",
    "http://127.0.0.1:8000/path",
    "http://127.0.0.1:8000?",
    "http://127.0.0.1:8000#",
    "http://user@127.0.0.1:8000",
    "http://127.0.0.1:8000@evil.example",
    "http://127.0.0.1:8000.evil.example",
    "http://127.0.0.1.:8000",
    "http://127.0.0.1:08000",
    "http://127.0.0.1:8000 ",
    "http://127.0.0.1:eighty",
    "http://127.0.0.1:99999",
    "http://127.0.0.1:-1",
    "http://127.1:8000",
    "http://2130706433:8000",
    "http://[::ffff:127.0.0.1]:8000",
    "http://localhost:8000",
    "HTTP://127.0.0.1:8000",
    "http:127.0.0.1:8000",
    "http:///127.0.0.1:8000",
    "http://[",
    "http://]",
    "http://[::1",
    "http://[v1.x]:8000",
    "http://",
    "://",
    "127.0.0.1:8000",
    "//127.0.0.1:8000",
    "null",
    "",
    "*",
    "file://",
    "http://\xff",
    "http://m\xfcnchen.example",
    "http://127.0.0.1:8000, http://evil.example",
    "http://127.0.0.1:8000 http://evil.example",
    "http://127.0.0.1:8000\x00",
    "chrome-extension://abcdefgh",
    "x" * 60_000,
]


@pytest.mark.parametrize("origin", FOREIGN, ids=lambda origin: repr(origin[:40]))
def test_ws_foreign_or_malformed_origin_rejected(is_let_in, origin):
    assert not is_let_in([origin], "127.0.0.1:8000")


@pytest.mark.parametrize("origins", [[], [LOCAL, LOCAL], [LOCAL, "null"], ["null", LOCAL]])
def test_ws_without_one_origin_rejected(is_let_in, origins):
    assert not is_let_in(origins, "127.0.0.1:8000")


@pytest.mark.parametrize("host", [None, "", "evil.example", "[", "127.0.0.1:8000,127.0.0.1:8000"])
def test_ws_to_a_host_that_is_not_ours_rejected(is_let_in, host):
    for origin in (LOCAL, f"http://{host}"):
        assert not is_let_in([origin], host)


@pytest.mark.parametrize(
    "origin",
    [
        "http://chat.example.com",
        "https://chat.example.com:443",
        "https://chat.example.com:8443",
        "https://chat.example.com.",
        "https://CHAT.example.com",
        "https://chat.example.org",  # an allowed host, but a different origin
        "https://team.example.net",
        "https://evil.chat.example.com",
        "https://example.com",
        "https://ch\xe4t.example.com",
    ],
)
def test_ws_from_another_origin_of_the_same_site_rejected(is_let_in, deployed, origin):
    assert not is_let_in([origin], "chat.example.com", forwarded="https")


@pytest.mark.parametrize(("scheme", "forwarded"), [("ws", None), ("ws", "http"), ("ws", "ws")])
def test_ws_plain_rejected_where_there_is_tls(is_let_in, deployed, scheme, forwarded):
    for origin in (DEPLOYED, "http://chat.example.com"):
        assert not is_let_in([origin], "chat.example.com", scheme, forwarded)


def test_ws_proxies_that_are_not_trusted_do_not_say_the_scheme(is_let_in):
    assert not is_let_in(["https://localhost"], "localhost", forwarded="https")
    assert is_let_in(["http://localhost"], "localhost", forwarded="https")


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:{}", 101),
        ("http://127.0.0.1:1", 403),
        ("https://127.0.0.1:{}", 403),
        ("http://localhost:{}", 403),
        ("http://[", 403),
        ("null", 403),
    ],
)
def test_a_server_answers_foreign_pages_with_403(server, origin, status):
    request = handshake(server.port, "/ws/rooms/lobby/", cookie=None).decode()
    own = f"Origin: http://127.0.0.1:{server.port}"
    request = request.replace(own, f"Origin: {origin.format(server.port)}")
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(request.encode())
        assert connection.recv(4096).startswith(f"HTTP/1.1 {status} ".encode())
