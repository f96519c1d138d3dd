"""A push service on loopback, which answers after a while; and the product that sends to it."""

import asyncio
import os
import ssl
import threading
from functools import cache
from pathlib import Path

from bench.processes import free_port

HOST, ADDRESS = "push.example", "93.184.0.10"
PORT, AUTHORITY = "BENCH_PUSH_PORT", "BENCH_PUSH_AUTHORITY"
TOOK = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class PushService:
    """Answers each push after `seconds`; `count` is how many it has got."""

    def __init__(self, folder, seconds):
        from tests.certificates import authority_pem, server_context

        self.seconds, self.count = seconds, 0
        self._context, self._port = server_context(HOST), free_port()
        authority = Path(folder) / "authority.pem"
        authority.write_bytes(authority_pem())
        self.environment = {PORT: str(self._port), AUTHORITY: str(authority)}
        self._loop = asyncio.new_event_loop()

    def __enter__(self):
        listening = asyncio.start_server(self._take, "127.0.0.1", self._port, ssl=self._context)
        self._loop.run_until_complete(listening)
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _take(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:] if line)
        await reader.readexactly(int(fields[b"content-length"]))
        await asyncio.sleep(self.seconds)
        self.count += 1
        writer.write(TOOK)
        writer.close()


def lead_here():
    """Send the requests of this process to push services to the service of the bench."""
    import socket

    from core.http import client
    from core.http.network import Network

    port, authority = int(os.environ[PORT]), os.environ[AUTHORITY]

    @cache
    def trust():
        return ssl.create_default_context(cafile=authority)

    client.network = Network(
        lambda host, seconds: [ADDRESS],
        lambda address, _port, seconds: socket.create_connection(("127.0.0.1", port), seconds),
        trust,
    )


def __getattr__(name):
    """Return `application`, the product's, which uvicorn asks for."""
    if name != "application":
        raise AttributeError(name)
    from tertulia.asgi import application

    lead_here()
    return application
