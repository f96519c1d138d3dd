"""Redis and PostgreSQL servers that tests can stop, freeze and restart, each on its own port."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench.processes import free_port
from bench.systems.stores import postgresql_programs

PATIENCE = 60


@contextmanager
def started(store):
    """Start `store`, and stop it at the end of the block."""
    try:
        store.start()
        yield store
    finally:
        store.end()


class Store:
    """A server process that tests start, stop, freeze and thaw."""

    account = None  # the account that runs it, if not ours
    stop_signal = signal.SIGTERM
    end_signal = signal.SIGKILL

    def __init__(self):
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="tertulia-store-"))
        self.process = None
        self.log = self.folder.with_suffix(".log")

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=log,
                cwd="/",
                **({"user": self.account, "group": self.account} if self.account else {}),
                **({"extra_groups": []} if self.account else {}),
            )
        limit = time.monotonic() + PATIENCE
        while not self.answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < limit, f"no answer: {self.log.read_text()}"
            time.sleep(0.05)

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(self.stop_signal)
        self.process.wait(PATIENCE)

    def freeze(self):
        """Suspend it until `thaw`; connections stay open."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def end(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.end_signal)
            self.process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.log.unlink(missing_ok=True)


class Redis(Store):
    def __init__(self):
        super().__init__()
        program = shutil.which("redis-server")
        assert program, "These tests need Redis, and there is none: make test installs it."
        self.command = [program, "--bind", "127.0.0.1", "--port", str(self.port)]
        self.command += ["--save", "", "--appendonly", "no", "--dir", str(self.folder)]

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"


class PostgreSQL(Store):
    stop_signal = signal.SIGINT  # "fast": it closes sessions without waiting for them
    end_signal = signal.SIGQUIT  # "immediate"

    def __init__(self):
        super().__init__()
        programs = postgresql_programs()
        assert programs, "These tests need PostgreSQL, and there is none: make test installs it."
        if os.geteuid() == 0:  # it refuses to run as root
            self.account = "postgres"
            shutil.chown(self.folder, self.account, self.account)
        account = {"user": self.account, "group": self.account} if self.account else {}
        create = [programs / "initdb", "-D", self.folder, "-U", "tests", "--auth=trust"]
        create += ["-E", "UTF8", "--no-sync"]
        done = subprocess.run(create, cwd="/", capture_output=True, text=True, **account)
        assert done.returncode == 0, done.stderr
        self.command = [programs / "postgres", "-D", self.folder, "-p", str(self.port)]
        self.command += ["-k", self.folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]

    def answers(self):
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, database):
        return f"postgres://tests@127.0.0.1:{self.port}/{database}"

    def create(self, database, template="template1"):
        """Create a database, a copy of another; return its URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {database} TEMPLATE {template}")
        return self.url(database)
