"""Tertulia as it is deployed, for a test: the Procfile's web process, a database of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60


class Server:
    """A real server on a free port. `folder` holds its database and its log.

    It is started by `start` and may be killed, stopped for a while and started again, with the
    same address and database. Further arguments are environment variables.
    """

    def __init__(self, folder, **environment):
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.sessions = {}  # people's cookies, so that each logs in once a server
        self.process = None
        self.environment = os.environ | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PORT": str(self.port),
            "SECRET_KEY": "a secret of nobody but these tests, long enough for every check",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "DATABASE_URL": f"sqlite:///{folder / 'database.sqlite3'}",
            "RATE_LIMITS": "off",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }

    def prepare(self, seed=None):
        """Make the database; `seed` is a script of this folder that fills it.

        The templates are not checked: that takes longer than the migrations.
        """
        self.python("manage.py", "migrate", "--noinput", "--verbosity", "0", "--skip-checks")
        self.python("manage.py", "createcachetable", "--verbosity", "0")
        if seed:
            self.python("manage.py", "shell", "--verbosity", "0", input=seed.read_text())

    def python(self, *arguments, **options):
        """Run Python to its end as the server would; a failure is raised with its output."""
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

    def start(self):
        """Start the web process and wait until it answers."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                ["sh", "-c", f"exec {_web_command()}"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # so that the processes it starts end with it
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, f"no answer: {self.log.read_text()}"
            time.sleep(0.05)

    def answers(self):
        """Say whether the server is up and healthy."""
        try:
            with urlopen(f"{self.url}/healthz", timeout=5) as response:
                return response.status == 200
        except (URLError, OSError):
            return False

    def kill(self):
        """End it as a power cut would, with the processes that it has started."""
        self._signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, within=20):
        """Ask it to end, as a platform does at a deploy, and wait some seconds until it has."""
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
        """Have it answer nothing until `thaw`; connections stay open."""
        self._signal(signal.SIGSTOP)

    def thaw(self):
        self._signal(signal.SIGCONT)

    def _signal(self, number):
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)


def _web_command():
    lines = (ROOT / "Procfile").read_text().splitlines()
    return next(line.removeprefix("web: ") for line in lines if line.startswith("web: "))


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
