"""A small platform: runs the Procfile's processes behind nginx with TLS."""

import os
import shutil
import signal
import subprocess
import time
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from ssl import CERT_NONE, PROTOCOL_TLS_CLIENT, SSLContext

import psycopg
from redis import Redis

from bench.processes import free_port

from ..servers import ROOT, START_SECONDS, Server

NAME = "chat.example.com"
NGINX = """
daemon off;
pid nginx.pid;
error_log error.log;
worker_processes 1;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  upstream web {{ {upstream} }}
  map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate certificate.pem;
    ssl_certificate_key key.pem;
    location / {{
      proxy_pass http://web;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_read_timeout 1h;
    }}
  }}
}}
"""


class Process:
    """A process of the Procfile, such as web.1, which can be started and stopped repeatedly."""

    def __init__(self, name, folder, environment):
        self.name = name
        self.port = free_port()
        self.log = folder / f"{name}.log"
        self.environment = environment | {"PORT": str(self.port)}
        self.child = None

    def start(self):
        with self.log.open("a") as log:
            self.child = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {line_of(self.name.partition('.')[0])}"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def stop(self):
        """Stop it as a platform does; return the seconds that took."""
        begun = time.monotonic()
        self.child.send_signal(signal.SIGTERM)
        assert self.child.wait(25) in (0, -signal.SIGTERM), self.log.read_text()
        return time.monotonic() - begun

    def restart(self):
        """Stop it and start it again; return the seconds that stopping took."""
        seconds = self.stop()
        self.start()
        if self.name.startswith("web"):
            self.wait_until_healthy()
        return seconds

    def wait_until_healthy(self):
        deadline = time.monotonic() + START_SECONDS
        while not self.is_healthy():
            assert self.child.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def is_healthy(self):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def memory(self):
        """Return the resident memory in MiB."""
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) // 1024


class Host:
    """A platform; `scale` is the number of processes of each kind."""

    def __init__(self, folder, **environment):
        self.folder = folder
        self.server = Server(folder, ALLOWED_HOSTS=NAME, **environment)
        self.port = free_port()
        self.processes = []
        self.nginx = None

    def release(self):
        done = subprocess.run(
            ["/bin/sh", "-c", line_of("release")],
            cwd=ROOT,
            env=self.server.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert done.returncode == 0, done.stdout

    def scale(self, **counts):
        names = [f"{kind}.{n}" for kind, count in counts.items() for n in range(1, count + 1)]
        environment = self.server.environment
        self.processes = [Process(name, self.folder, environment) for name in names]
        for process in self.processes:
            process.start()
        for process in self.web:
            process.wait_until_healthy()
        self.start_nginx()

    @property
    def url(self):
        return f"https://{NAME}"

    def answer(self, query):
        """Return the single value that `query` selects."""
        with psycopg.connect(self.server.environment["DATABASE_URL"]) as connection:
            return connection.execute(query).fetchone()[0]

    def connections(self):
        """Return the processes' numbers of connections to the database and to Redis."""
        to_database = self.answer(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        )
        with Redis.from_url(self.server.environment["REDIS_URL"]) as redis:
            return to_database - 1, len(redis.client_list()) - 1  # without our own two

    def processes_with_readers(self):
        return self.answer("SELECT count(DISTINCT process) FROM rooms_presence")

    @property
    def web(self):
        return [process for process in self.processes if process.name.startswith("web")]

    def start_nginx(self):
        certify(self.folder)
        upstream = " ".join(f"server 127.0.0.1:{process.port} max_fails=0;" for process in self.web)
        configuration = NGINX.format(port=self.port, upstream=upstream)
        self.nginx = start_nginx(self.folder, configuration)

    def get(self, path, **headers):
        """Request a page over TLS; return the response with its content."""
        connection = HTTPSConnection("127.0.0.1", self.port, timeout=10, context=trusting())
        connection.request("GET", path, headers={"Host": NAME, **headers})
        response = connection.getresponse()
        response.text = response.read().decode()
        connection.close()
        return response

    def end(self):
        for process in self.processes:
            if process.child is not None and process.child.poll() is None:
                process.child.kill()
                process.child.wait()
        if self.nginx is not None:
            self.nginx.terminate()
            self.nginx.wait()


def start_nginx(folder, configuration):
    """Start nginx in `folder` and return its process."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "This test needs nginx, and there is none: make test installs it."
    (folder / "nginx.conf").write_text(configuration)
    with (folder / "nginx.log").open("w") as log:
        return subprocess.Popen(
            [*(program, "-p", folder, "-c", "nginx.conf", "-e", "error.log")],
            stdout=log,
            stderr=log,
        )


def line_of(kind):
    """Return the Procfile's command for this kind of process."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    return next(line.removeprefix(f"{kind}: ") for line in lines if line.startswith(f"{kind}: "))


def certify(folder):
    """Create a self-signed certificate."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-subj", f"/CN={NAME}", "-keyout", "key.pem", "-out", "certificate.pem"),
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    if os.geteuid() == 0:  # nginx reads it as nobody
        folder.chmod(0o755)


def trusting():
    """Return a TLS context that accepts any certificate."""
    context = SSLContext(PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = CERT_NONE
    return context
