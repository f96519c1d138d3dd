"""The address of a request, taken apart once and strictly: what is judged is what is called."""

import re
import socket
import unicodedata
from collections.abc import Callable, Collection
from contextlib import suppress
from ipaddress import IPv6Address
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import idna

from .addresses import Networks, is_inside, is_public

MAX_URL = 2_000  # characters
DEFAULT_PORTS = {"http": 80, "https": 443}
SCHEMES = tuple(DEFAULT_PORTS)
PORTS = (80, 443)

_MAX_NAME = 253  # characters of a name in DNS
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_BRACKETED = re.compile(r"\[([0-9a-fA-F.]*:[0-9a-fA-F:.]*)\](?::[0-9]*)?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LOCAL = {"localhost", "local", "internal"}  # endings of names that are never public
_NOT_IN_URLS = {"Cc", "Cs", "Zs", "Zl", "Zp"}  # control characters, surrogates, white space
# RFC 3986; a "%" stays as it is, because most addresses are encoded already.
_IN_PATHS = "/%:@!$&'()*+,;=~"


class Refused(Exception):
    """A request that is not made, or whose answer is not read.

    `code` says why: "url" (not an address that we call), "scheme", "port", "address" (not public),
    "redirects" (too many), "encoding" (compressed), "too_large".
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Target(NamedTuple):
    """`host` is a name in ASCII or an IP address; `path` has the query and begins with "/".

    `is_inside` is True if all its addresses must be in the caller's own networks.
    """

    scheme: str
    host: str
    port: int
    path: str
    is_inside: bool = False

    @property
    def authority(self) -> str:
        """The host and the port as the header Host has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def parse(
    url: str, schemes: Collection[str], ports: Collection[int], inside: Networks = ()
) -> Target:
    """Return the Target of `url`. Raise Refused. Nothing is looked up.

    For hosts in the networks `inside` every scheme and port is allowed.
    """
    try:
        return _parse(url, schemes, ports, _public_host)
    except Refused as refused:
        if not inside:
            raise
        try:
            target = _parse(url, SCHEMES, range(1, 2**16), lambda host: _host_in(host, inside))
        except Refused:
            raise refused from None
        return target._replace(is_inside=True)


def _parse(
    url: str, schemes: Collection[str], ports: Collection[int], judge: Callable[[str], str]
) -> Target:
    if len(url) > MAX_URL or "\\" in url:
        raise Refused("url")
    if any(unicodedata.category(letter) in _NOT_IN_URLS for letter in url):
        raise Refused("url")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Refused("url") from None
    if parts.scheme not in schemes:
        raise Refused("scheme")
    if not parts.hostname or "@" in parts.netloc:
        raise Refused("url")
    path = quote(parts.path or "/", safe=_IN_PATHS)
    query = f"?{quote(parts.query, safe=_IN_PATHS + '?')}" if parts.query else ""
    target = Target(parts.scheme, _host_of(parts, judge), _port_of(parts, ports), path + query)
    if len(target.url) > MAX_URL:  # letters that are not ASCII become longer
        raise Refused("url")
    return target


def parse_redirect(
    target: Target, location: str, schemes: Collection[str], ports: Collection[int]
) -> Target:
    """Return the Target that the header Location of an answer of `target` names. Raise Refused."""
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode()  # many send UTF-8
    try:
        url = urljoin(target.url, location.strip().replace(" ", "%20"))
    except ValueError:
        raise Refused("url") from None
    if target.scheme == "https":
        schemes = {"https"} & set(schemes)
    return parse(url, schemes, ports)


def _port_of(parts: SplitResult, ports: Collection[int]) -> int:
    try:
        port = parts.port
    except ValueError:
        raise Refused("port") from None
    port = DEFAULT_PORTS[parts.scheme] if port is None else port
    if port not in ports:
        raise Refused("port")
    return port


def _host_of(parts: SplitResult, judge: Callable[[str], str]) -> str:
    """Return the host in its usual notation. `judge` returns it too, or raises Refused."""
    host = parts.hostname or ""
    if "[" in parts.netloc:
        bracketed = _BRACKETED.fullmatch(parts.netloc)
        try:
            return judge(str(IPv6Address(bracketed[1] if bracketed else "")))
        except ValueError:
            raise Refused("address") from None
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode()
        except UnicodeError:  # idna.IDNAError too
            raise Refused("url") from None
    return judge(_host_named(host.lower().removesuffix(".")))


def _host_named(host: str) -> str:
    """Return `host`; a number in the usual notation of IPv4 addresses."""
    labels = host.split(".")
    if len(host) > _MAX_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise Refused("url")
    if not _NUMBER.fullmatch(labels[-1]):
        return host
    try:
        return socket.inet_ntoa(socket.inet_aton(host))  # in any notation that resolvers know
    except OSError:
        raise Refused("address") from None


def _public_host(host: str) -> str:
    """Return `host` if it can be public."""
    labels = host.split(".")
    is_local = len(labels) == 1 or labels[-1] in _LOCAL
    if is_local if _is_name(host) else not is_public(host):
        raise Refused("address")
    return host


def _host_in(host: str, networks: Networks) -> str:
    """Return `host` if it can be in one of these networks, which a look-up decides for a name."""
    if not _is_name(host) and not is_inside(host, networks):
        raise Refused("address")
    return host


def _is_name(host: str) -> bool:
    """Return True if `host`, in its usual notation, is not an IP address."""
    return ":" not in host and not _NUMBER.fullmatch(host.split(".")[-1])
