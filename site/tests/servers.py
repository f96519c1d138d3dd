"""Runs the Procfile's web process with its own database, as deployed, for a test."""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bench.processes import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60


class Server:
    """A real server on a free port, with its database and log in `folder`.

    It can be started, killed, frozen and started again with the same address and database. Other
    arguments are environment variables.
    """

    def __init__(self, folder, **environment):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.sessions = {}  # people's cookies, so that each logs in once per server
        self.process = None
        self.environment = os.environ | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PORT": str(self.port),
            "SECRET_KEY": "a secret of nobody but these tests, long enough for every check",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "DATABASE_URL": f"sqlite:///{folder / 'database.sqlite3'}",
            "FILES_URL": (folder / "files").as_uri(),
            "RATE_LIMITS": "off",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }

    def prepare(self, seed=None):
        """Create the database; `seed` is a script in this folder that fills it.

        SQLite's is a copy of one that is made once: migrations and seed take up to ten seconds.
        """
        database = self.environment["DATABASE_URL"]
        if database.startswith("sqlite:"):
            shutil.copy(_prepared(seed), database.removeprefix("sqlite:///"))
        else:
            self.make_database(seed)

    def make_database(self, seed=None):
        """Migrate, without the template checks, which take longer; run the seed."""
        self.python("manage.py", "migrate", "--noinput", "--verbosity", "0", "--skip-checks")
        self.python("manage.py", "createcachetable", "--verbosity", "0")
        if seed:
            self.python("manage.py", "shell", "--verbosity", "0", input=seed.read_text())

    def python(self, *arguments, **options):
        """Run Python with the server's environment; raise with the output if it fails."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **options,
        )
        assert done.returncode == 0, done.stdout

    def tell(self, script, word):
        """Run a script in the site; return the JSON that it prints in the line after `word`."""
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", script],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        line = next(line for line in done.stdout.splitlines() if line.startswith(f"{word} "))
        return json.loads(line.removeprefix(word))

    def converse(self, script):
        """Start a script in the site that reads lines and prints lines; return its process."""
        return subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", script],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self):
        """Start the web process and wait until it responds."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                ["sh", "-c", f"exec {_web_command()}"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # so that its child processes can be killed with it
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, f"no answer: {self.log.read_text()}"
            time.sleep(0.05)

    def answers(self):
        """Return True if the server is up and healthy."""
        try:
            with urlopen(f"{self.url}/healthz", timeout=5) as response:
                return response.status == 200
        except (URLError, OSError):
            return False

    def kill(self):
        """Kill it and its child processes, as a power cut would."""
        self._signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, within=20):
        """Send SIGTERM, as a platform does at a deploy, and wait some seconds for the end."""
        self.process.terminate()
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def restart(self):
        self.kill()
        self.start()

    def freeze(self):
        """Suspend it until `thaw`; connections stay open."""
        self._signal(signal.SIGSTOP)

    def thaw(self):
        self._signal(signal.SIGCONT)

    def _signal(self, number):
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)


@cache
def _prepared(seed):
    """Return the path of an SQLite database that `Server.prepare` copies."""
    folder = Path(tempfile.mkdtemp(prefix="tertulia-prepared-"))
    atexit.register(shutil.rmtree, folder)
    Server(folder).make_database(seed)
    return folder / "database.sqlite3"


def _web_command():
    lines = (ROOT / "Procfile").read_text().splitlines()
    return next(line.removeprefix("web: ") for line in lines if line.startswith("web: "))
