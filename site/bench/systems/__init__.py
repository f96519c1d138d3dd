"""The systems to measure: each is a context manager that starts a server and returns its Target."""

import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.processes import SERVER_CORE, Process, free_port


@dataclass
class Target:
    """A running server, with what a client needs to use it."""

    name: str
    process: Process
    port: int
    path: str  # of the socket
    compose: Callable[[int], str]  # return the frame that posts a message at a position
    cookies: list[str] = field(default_factory=list)  # one per session; sockets use them in turn
    greeting: str | None = None  # the frame a client sends once it is connected
    page: str | None = None  # path of the room's page
    stream: str | None = None  # path of the room's HTML stream


@contextmanager
def uvicorn_application(name, application, size, folder, environment=None):
    """Start a baseline: `application` in one uvicorn process, with messages of `size` bytes."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "uvicorn", application),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--log-level", "warning"),
        *("--loop", "uvloop", "--lifespan", "off", "--no-access-log"),
        *("--ws", "websockets-sansio", "--ws-per-message-deflate", "false"),
    ]
    log = folder / f"server-{port}.log"
    with Process(command, log, SERVER_CORE, environment) as process:
        process.wait_for_port(port)
        yield Target(name, process, port, "/", lambda position: message(position, size))


def message(position, size):
    """Return a baseline's message: the size of the product's push, with the same markers."""
    start = f'<div id="message-{position}" class="message" data-position="{position}">'
    return start + "x" * (size - len(start) - 6) + "</div>"
