"""An internet for tests: names, with public addresses, whose servers are on loopback.

`core.http.client` judges the addresses as ever. Only its `network` is replaced, so that a name
leads to the addresses in `names`, and a connection to such an address to the server of its site.
"""

import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from itertools import count

from core.http.network import Network

from .certificates import server_context, trust


@dataclass
class Asked:
    """One request that arrived; names of headers are lower-case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """A server. `answer` is a Reply, bytes that are sent as they are, or a function of an Asked
    (and of the socket, for a `Stream`) that returns one."""

    url: str
    address: str  # that others see
    port: int  # on loopback
    answer: object = field(default_factory=Reply)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0


@dataclass
class Stream:
    """An answer that `write` sends by itself, given a function that sends bytes."""

    write: Callable[[Callable[[bytes], None]], None]


class Outside:
    def __init__(self):
        self.names = {}  # {name: addresses, or an exception}; a list of lists: one a look-up
        self.looked_up = []
        self.connected = []  # (address, port) of each attempt
        self.routes = {}  # {(address, port): port on loopback}
        self.network = Network(self._look_up, self._connect, trust)
        self._servers = []
        self._numbers = count(10)

    def site(self, name, port=443, tls=None, certificate_for=None, answer=None):
        """Start a server for `name` and return its Site. TLS unless the port is 80."""
        address = next(
            (each for each in self.names.get(name, []) if (each, port) not in self.routes), None
        )
        address = address or f"93.184.0.{next(self._numbers)}"
        if address not in self.names.setdefault(name, []):
            self.names[name].append(address)
        tls = port != 80 if tls is None else tls
        scheme = "https" if tls else "http"
        usual = {"https": 443, "http": 80}[scheme]
        url = f"{scheme}://{name}" + ("" if port == usual else f":{port}")
        site = Site(url, address, 0)
        if answer is not None:
            site.answer = answer
        context = server_context(certificate_for or name) if tls else None
        server = _Server(site, context)
        site.port = server.server_port
        self.routes[address, port] = site.port
        self._servers.append(server)
        return site

    def close(self):
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def _look_up(self, host, seconds):
        self.looked_up.append(host)
        found = self.names.get(host, OSError(f"no such name: {host}"))
        if isinstance(found, Exception):
            raise found
        if found and isinstance(found[0], list):
            return found.pop(0) if len(found) > 1 else found[0]
        return list(found)

    def _connect(self, address, port, seconds):
        ip_address(address)
        self.connected.append((address, port))
        if (address, port) not in self.routes:
            raise ConnectionRefusedError(f"nobody is at {address}:{port}")
        return socket.create_connection(("127.0.0.1", self.routes[address, port]), seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, site, context):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site, self.context = site, context
        # `close` waits for up to one poll interval of the server.
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def finish_request(self, request, client_address):
        """Shake hands in the thread of the connection, not in the one that accepts."""
        self.site.connections += 1
        try:
            request.settimeout(30)
            if self.context:
                request = self.context.wrap_socket(request, server_side=True)
            super().finish_request(request, client_address)
        except OSError:
            pass  # the other side has gone, or does not like our certificate
        finally:
            request.close()

    def handle_error(self, request, client_address):
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self):
        site = self.server.site
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): text for name, text in self.headers.items()}
        asked = Asked(self.command, self.path, headers, body)
        site.asked.append(asked)
        reply = site.answer(asked) if callable(site.answer) else site.answer
        self.close_connection = True
        if isinstance(reply, bytes):
            self.wfile.write(reply)
        elif isinstance(reply, Stream):
            reply.write(self.wfile.write)
        else:
            self.send_response(reply.status)
            sent = {"Content-Length": str(len(reply.body)), **reply.headers}
            for name, text in sent.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else reply.body)

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = _answer

    def log_message(self, *arguments):
        pass
