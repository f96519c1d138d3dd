"""The chat of `ws`, the usual WebSocket library of Node.js: see `server.js`."""

import shutil
import subprocess
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from bench.processes import SERVER_CORE, Process, free_port
from bench.systems import Target, message

NAME = "node ws"
FOLDER = Path(__file__).parent


@cache
def prepare():
    """Install ws as the lock file says, on first use; return True, or raise RuntimeError."""
    if not (shutil.which("node") and shutil.which("npm")):
        raise RuntimeError("Node.js is not installed (node and npm): it is left out")
    if not (FOLDER / "node_modules" / "ws").is_dir():
        command = ["npm", "ci", "--loglevel=error", "--no-progress"]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"npm ci failed, it is left out:\n{done.stderr[-1000:]}")
    return True


@contextmanager
def start(size, folder):
    """Start it, with messages of `size` bytes."""
    port = free_port()
    command = ["node", FOLDER / "server.js", str(port)]
    with Process(command, folder / f"server-{port}.log", SERVER_CORE) as process:
        process.wait_for_port(port)
        yield Target(NAME, process, port, "/", lambda position: message(position, size))
