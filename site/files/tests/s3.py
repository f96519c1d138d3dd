"""A real S3 server (moto's), and a proxy in front of it that fails on demand."""

import shutil
import subprocess
import sys
import time
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.error import URLError
from urllib.request import Request, urlopen

from bench.processes import free_port
from files.stores.address import S3Address, StoreAddress

PATIENCE = 60


class S3Server:
    """moto's server in a process of its own, on a free port."""

    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        program = shutil.which("moto_server", path=Path(sys.executable).parent)
        assert program, "These tests need moto's server: make test installs it."
        self._process = subprocess.Popen(
            [program, "-H", "127.0.0.1", "-p", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        limit = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._process.poll() is None, "moto's server has ended"
            assert time.monotonic() < limit, "moto's server does not answer"
            time.sleep(0.05)
        return self

    def __exit__(self, *error):
        self._process.terminate()
        self._process.wait(PATIENCE)

    def make_bucket(self, name):
        """Create an empty bucket and return its StoreAddress."""
        with urlopen(Request(f"{self.url}/{name}", method="PUT"), timeout=PATIENCE):
            return address(self.url, name)

    def names_in(self, bucket):
        """Return the names of what is in a bucket."""
        with urlopen(f"{self.url}/{bucket}?list-type=2", timeout=PATIENCE) as response:
            return sorted(
                part.partition("</Key>")[0] for part in response.read().decode().split("<Key>")[1:]
            )

    def _answers(self):
        try:
            with urlopen(f"{self.url}/moto-api/", timeout=5):
                return True
        except (URLError, OSError):
            return False


def address(url, bucket, **options):
    return StoreAddress("s3", s3=S3Address(url, bucket, key="key", secret="a/b+c=", **options))


class FaultyProxy:
    """Passes requests on to a server, unless `fault` is a status or SILENT."""

    SILENT = "silent"

    def __init__(self, port):
        self.fault = None
        self.requests = []  # method and path of each
        self._ended = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(port))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self):
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(proxy, port):
        class Handler(BaseHTTPRequestHandler):
            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                proxy.requests.append(f"{self.command} {self.path}")
                if proxy.fault == proxy.SILENT:
                    proxy._ended.wait(PATIENCE)
                    return
                if proxy.fault:
                    self.reply(proxy.fault, {}, b"<Error><Code>AccessDenied</Code></Error>")
                    return
                server = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
                server.request(self.command, self.path, body, dict(self.headers))
                answer = server.getresponse()
                self.reply(answer.status, dict(answer.getheaders()), answer.read())
                server.close()

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_any

            def reply(self, status, headers, body):
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() not in {"content-length", "connection", "server", "date"}:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        return Handler
