"""What a request needs of the machine: names, connections, and whom TLS trusts.

Only `client` uses this. Tests put a Network of their own into `client.network`.
"""

import socket
import ssl
from collections.abc import Callable
from functools import cache
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Thread
from typing import NamedTuple

MAX_LOOKUPS = 16  # at the same time: each has a thread, for as long as the resolver takes

_places = BoundedSemaphore(MAX_LOOKUPS)


class Network(NamedTuple):
    """`look_up(host, seconds)` returns IP addresses; `connect(address, port, seconds)` a socket.
    Both raise OSError. `trust()` returns the context of TLS."""

    look_up: Callable[[str, float], list[str]]
    connect: Callable[[str, int, float], socket.socket]
    trust: Callable[[], ssl.SSLContext]


def look_up(host: str, seconds: float) -> list[str]:
    """Return the IP addresses of `host`, in the order in which to try them. Raise OSError.

    The system's resolver has no time limit of its own, so it runs in a thread, which it may keep
    for longer than `seconds`.
    """
    if not _places.acquire(timeout=seconds):
        raise TimeoutError("the resolver is busy")
    answers: SimpleQueue[list[str] | Exception] = SimpleQueue()
    try:
        Thread(target=_ask_resolver, args=(host, answers), name="lookup", daemon=True).start()
    except RuntimeError as error:  # no more threads
        _places.release()
        raise OSError("no thread for the resolver") from error
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError("the resolver takes too long") from None
    if isinstance(answer, Exception):
        raise OSError(str(answer)) from answer
    return answer


def _ask_resolver(host: str, answers: "SimpleQueue[list[str] | Exception]") -> None:
    try:
        found = socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM)
        # An address with a zone has it in its text, so it is not public.
        answers.put([str(place[0]) for *_, place in found])
    except (OSError, UnicodeError) as error:
        answers.put(error)
    finally:
        _places.release()


def connect(address: str, port: int, seconds: float) -> socket.socket:
    """Return a connection to an IP address; a name is an error. Raise OSError."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    socket.inet_pton(family, address)
    line = socket.socket(family, socket.SOCK_STREAM)
    try:
        line.settimeout(seconds)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.connect((address, port))
    except BaseException:
        line.close()
        raise
    return line


@cache
def trust() -> ssl.SSLContext:
    """Return the context of TLS with the system's certificate authorities."""
    return ssl.create_default_context()


def reason_of(error: BaseException) -> str:
    """Return why a request got no answer: "timeout", "certificate", "tls", "connection", or
    "answer" (none that can be read). Libraries raise other errors from those of the socket."""
    kinds = {
        TimeoutError: "timeout",
        ssl.SSLCertVerificationError: "certificate",
        ssl.SSLError: "tls",
        OSError: "connection",
    }
    cause: BaseException | None = error
    while cause is not None:
        for kind, reason in kinds.items():
            if isinstance(cause, kind):
                return reason
        cause = cause.__cause__ or cause.__context__
    return "answer"


INTERNET = Network(look_up, connect, trust)
