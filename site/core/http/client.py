"""The one client for outgoing requests: to addresses that people or other servers chose.

Only public addresses are called, on the allowed ports; nothing is kept between requests, and no
proxy of the environment is used.
"""

import re
import socket
from collections.abc import Collection, Mapping
from contextlib import closing
from http.client import HTTPException
from ipaddress import IPv4Address, ip_address
from itertools import chain, zip_longest
from typing import NamedTuple

from django.conf import settings
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from .addresses import Networks, is_inside, is_public
from .line import PIECE, Deadline, Line, TooMuch
from .network import INTERNET, reason_of
from .targets import PORTS, SCHEMES, Refused, Target, parse, parse_redirect

__all__ = ["Answer", "Refused", "Timeouts", "Unreachable", "check_host", "check_url", "request"]

CONNECT_SECONDS = 3  # for each address, and for TLS
DEADLINE_SECONDS = 8  # for all: the look-up, redirects, the body
MAX_REDIRECTS = 3
MAX_ANSWER = 512 * 1024  # bytes of a body
MAX_HEADERS = 64 * 1024  # bytes
_REDIRECTS = {301, 302, 303, 307, 308}
_WITH_METHOD = {307, 308}  # redirects that repeat the request as it is
MAX_REASON = 200  # characters of an error, which may quote the other side
_NEVER = {"cookie", "referer", "content-length", "transfer-encoding", "upgrade", "expect", "te"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

network = INTERNET


class Unreachable(Exception):
    """No answer, or none that can be read: it may be there later.

    `code` says why: "name" (none, or no resolver), or one of `network.reason_of`.
    """

    def __init__(self, reason: str, code: str = "connection") -> None:
        super().__init__(reason)
        self.code = code


class Timeouts(NamedTuple):
    """Other times than the usual ones, in seconds: CONNECT_SECONDS and DEADLINE_SECONDS."""

    connect: float
    whole: float


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]  # with lower-case names and without control characters
    body: bytes
    url: str  # the last one, after redirects


def check_url(url: str, schemes: Collection[str] = SCHEMES, ports: Collection[int] = PORTS) -> None:
    """Raise Refused if `request` would never call `url`, as far as one can see without a look-up.

    For forms.
    """
    parse(url, schemes, ports)


def check_host(
    url: str, schemes: Collection[str], ports: Collection[int], inside: Networks = ()
) -> None:
    """Raise Refused if `request` would not call `url` as its host is now, and Unreachable if there
    is no such host. It blocks for up to CONNECT_SECONDS.
    """
    _addresses_of(parse(url, schemes, ports, inside), Deadline(CONNECT_SECONDS), inside)


def request(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    most: int = MAX_ANSWER,
    is_cut: bool = False,
    schemes: Collection[str] = SCHEMES,
    ports: Collection[int] = PORTS,
    redirects: int = MAX_REDIRECTS,
    seconds: float = DEADLINE_SECONDS,
    timeouts: Timeouts | None = None,
    inside: Networks = (),
) -> Answer:
    """Send a request and return the answer, whatever its status.

    Raise Refused, also if the body is longer than `most` bytes or compressed, and Unreachable. With
    `is_cut`, a longer body is cut and a compressed one is left out instead. With `redirects=0` a
    redirect raises Refused. It blocks for up to `seconds`, and DEADLINE_SECONDS, or as long as
    `timeouts` say: for tasks, not for the event loop. Raise ValueError if `headers` are no headers.

    A host all of whose addresses are in the networks `inside`, which are ours, is called too, by
    any scheme and port.
    """
    times = timeouts or Timeouts(CONNECT_SECONDS, min(seconds, DEADLINE_SECONDS))
    deadline = Deadline(times.whole)
    headers = _headers(headers or {})
    target = parse(url, schemes, ports, inside)
    try:
        for turn in range(redirects + 1):
            with closing(_connected(target, deadline, times.connect, inside)) as connection:
                line = Line(connection, deadline, MAX_HEADERS)
                answer = _exchange(line, target, method, headers, body, most, is_cut)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                return answer
            if turn == redirects:
                break
            before, target = target, parse_redirect(target, location, schemes, ports)
            if answer.status not in _WITH_METHOD and method != "HEAD":
                method, body = "GET", b""
                headers = {name: headers[name] for name in headers if "content-" not in name}
            if (before.scheme, before.authority) != (target.scheme, target.authority):
                headers = _without_secrets(headers)
    except (HTTPError, HTTPException, OSError, ValueError, TooMuch) as error:
        raise Unreachable(repr(error)[:MAX_REASON], reason_of(error)) from error
    raise Refused("redirects")


def _exchange(
    line: Line,
    target: Target,
    method: str,
    headers: dict[str, str],
    body: bytes,
    most: int,
    is_cut: bool,
) -> Answer:
    """Send one request and return the answer; of a redirect, without its body."""
    http = HTTPConnection(target.host, target.port)
    http.sock = line  # type: ignore[assignment]  # all that it needs of a socket
    own = {"host": target.authority, "connection": "close"}
    http.request(
        method,
        target.path,
        body or None,
        headers | own,
        preload_content=False,
        decode_content=False,
    )
    response = http.getresponse()
    if response.status < 200:  # of these only 100 may come unasked
        raise HTTPException("an informational answer")
    if response.status in _REDIRECTS and response.headers.get("location"):
        read = b""
    else:
        line.most = 2 * most + MAX_HEADERS  # chunks have a head
        read = _body_of(response, most, is_cut)
    merged = response.headers.itermerged()
    said = {name.lower(): _CONTROL.sub(" ", text) for name, text in merged}
    return Answer(response.status, said, read, target.url)


def _connected(
    target: Target, deadline: Deadline, seconds: float, inside: Networks
) -> socket.socket:
    """Return a connection to the first address of the target that takes one within `seconds`."""
    failure: OSError | None = None
    for address in _addresses_of(target, deadline, inside):
        try:
            connection = network.connect(address, target.port, deadline.left(seconds))
            break
        except OSError as error:
            failure = error
    else:
        raise failure or OSError("no address")
    if target.scheme == "http":
        return connection
    try:
        connection.settimeout(deadline.left(seconds))
        return network.trust().wrap_socket(connection, server_hostname=target.host)
    except BaseException:
        connection.close()
        raise


def _addresses_of(target: Target, deadline: Deadline, inside: Networks) -> list[str]:
    """Return the addresses to try, alternating between IPv6 and IPv4. Raise Refused, Unreachable.

    If one of them is not public, none is: a name that also leads inside is not to be trusted. Nor
    is one that leads both into the networks `inside` and out of them.
    """
    try:
        found = [str(ip_address(target.host))]
    except ValueError:
        try:
            found = network.look_up(target.host, deadline.left())
        except OSError as error:
            raise Unreachable(repr(error)[:MAX_REASON], "name") from error
    is_ours = bool(found) and all(is_inside(address, inside) for address in found)
    is_all_public = bool(found) and all(is_public(address) for address in found)
    if not is_ours and (target.is_inside or not is_all_public):
        raise Refused("address")
    by_family: dict[bool, list[str]] = {_is_ipv4(found[0]): []}
    for address in dict.fromkeys(found):
        by_family.setdefault(_is_ipv4(address), []).append(address)
    return [each for each in chain(*zip_longest(*by_family.values())) if each is not None]


def _is_ipv4(address: str) -> bool:
    return isinstance(ip_address(address), IPv4Address)


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers to send, with lower-case names, without those that are ours to choose."""
    given = {name.lower(): text for name, text in headers.items()}
    given = {name: text for name, text in given.items() if name not in _NEVER}
    if any(_CONTROL.search(name + text) for name, text in given.items()):
        raise ValueError("a control character in a header")
    agent = f"Tertulia (+{settings.SITE_URL})" if settings.SITE_URL else "Tertulia"
    return given | {"user-agent": agent, "accept-encoding": "identity"}


def _without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that another site than the asked one may see."""
    shown = ("accept", "content-", "user-agent")
    return {name: text for name, text in headers.items() if name.startswith(shown)}


def _body_of(response: BaseHTTPResponse, most: int, is_cut: bool) -> bytes:
    if not _is_plain(response):
        if is_cut:
            return b""
        raise Refused("encoding")
    body = bytearray()
    is_longer = (response.length_remaining or 0) > most
    try:
        if is_cut or not is_longer:
            for piece in response.stream(PIECE, decode_content=False):
                body += piece
                if len(body) > most or (is_cut and len(body) == most):
                    break
    except TooMuch:
        is_longer = True
    if (is_longer or len(body) > most) and not is_cut:
        raise Refused("too_large")
    return bytes(body[:most])


def _is_plain(response: BaseHTTPResponse) -> bool:
    """Return True if the bytes of the body are not compressed."""
    coding = response.headers.get("content-encoding", "").strip().lower()
    transfer = response.headers.get("transfer-encoding", "").strip().lower()
    return coding in ("", "identity") and transfer in ("", "identity", "chunked")
