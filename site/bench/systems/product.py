"""Tertulia itself, started by the commands of its Procfile."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.processes import SERVER_CORE, SITE, Process, free_port
from bench.systems import Target

ROOT = SITE.parent
DATA = [sys.executable, "-m", "bench.systems.product_data"]
TEXT = "Shall we meet at nine by the river, as we did last week? Bring the maps, please."


def is_there():
    return (ROOT / "Procfile").exists() and (SITE / "tertulia" / "asgi.py").exists()


@dataclass
class Installation:
    """The product on a new database; every measurement uses a new room."""

    name: str
    database: str
    redis: str | None
    folder: Path

    def __post_init__(self):
        self.environment = {
            # The Procfile runs `python`: use the interpreter that runs the bench.
            "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
            "DJANGO_SETTINGS_MODULE": "tertulia.settings",
            "DATABASE_URL": self.database,
            "REDIS_URL": self.redis,
            "FILES_URL": f"file://{self.folder / 'files'}",
            "RATE_LIMITS": "off",
            "WEB_CONCURRENCY": "1",
            "SECRET_KEY": "only-for-the-bench-" + "x" * 50,
            "ALLOWED_HOSTS": "127.0.0.1",
            "SITE_URL": "https://chat.example",
            "DEBUG": None,
        }

    def prepare(self):
        """Migrate as a release does, collect static files as a build does, and return True."""
        self.run("sh", "-c", process_line("release"))
        self.run(sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        return True

    def make_room(self, messages=0, people=4):
        """Create a room with members and messages; return what `product_data` prints."""
        return json.loads(self.run(*DATA, str(messages), str(people)))

    def post(self, room, messages):
        """Store that many more messages in `room`, while no server runs: nobody is notified."""
        self.run(*DATA, "post", room["slug"], str(messages))

    def add_rooms(self, room, count, messages):
        """Create more rooms with the members of `room`; return their slugs."""
        return json.loads(self.run(*DATA, "rooms", room["slug"], str(count), str(messages)))

    def add_reactions(self, room, people):
        """Add reactions of `people` users to each message of `room`."""
        self.run(*DATA, "react", room["slug"], str(people))

    def add_devices(self, room):
        """Subscribe every member of `room` except the first to pushes of every message."""
        self.run(*DATA, "devices", room["slug"])

    def count(self, room):
        """Return the number of messages of `room` in the database."""
        return int(self.run(*DATA, "count", room["slug"]))

    def run(self, *command):
        variables = os.environ | self.environment | {"PYTHONPATH": str(SITE)}
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={name: value for name, value in variables.items() if value is not None},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")
        return done.stdout

    @contextmanager
    def start(self, room, application="tertulia.asgi:application", cores=SERVER_CORE, **variables):
        """Start the server on `cores` and return the Target for readers of `room`."""
        port = free_port()
        command = process_line("web").replace("tertulia.asgi:application", application)
        web = f"exec {command} --host 127.0.0.1 --log-level warning --no-access-log"
        environment = self.environment | {"PORT": str(port), **variables}
        log = self.folder / f"server-{port}.log"
        with Process(["sh", "-c", web], log, cores, environment, directory=ROOT) as process:
            process.wait_for_port(port)
            try:
                yield self.target(process, port, room)
            except (RuntimeError, OSError) as error:
                raise RuntimeError(f"{error}\n{process.log_end()}") from error

    def target(self, process, port, room, missed=0):
        """Return the Target of `room` for readers that missed its last `missed` changes."""
        return Target(
            self.name,
            process,
            port,
            path=f"/ws/rooms/{quote(room['slug'])}/",
            compose=lambda position: compose(room, position),
            cookies=room["cookies"],
            greeting=submit(cursor=str(room["revision"] - missed)),
            page=f"/rooms/{quote(room['slug'])}/",
            stream=f"/rooms/{quote(room['slug'])}/live/",
        )


def process_line(name):
    """Return the shell command of a process in the Procfile."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line)[name].strip()


def compose(room, position):
    """Return the frame that posts a message."""
    return submit(body=f"{TEXT} {position}", nonce=f"bench-{room['slug']}-{position}")


def submit(**fields):
    """Return a form as htmx 4 sends it over a socket."""
    return json.dumps({"headers": {}, "body": fields})
