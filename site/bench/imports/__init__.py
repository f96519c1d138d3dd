"""Measures imports: an export of Slack, by the command, into a workspace of its own."""

import json
import os
import secrets
import subprocess
import sys
import time

from bench.imports.slack_exports import write_export
from bench.processes import SITE

CHECK = [sys.executable, "-m", "bench.imports.imported"]


def measure(installation, messages):
    """Yield (figure, value): how long `messages` take, how much memory, and again."""
    team = f"T{secrets.token_hex(4).upper()}"
    path = installation.folder / f"{team}.zip"
    write_export(path, messages, team=team)
    installation.run(*CHECK, "set-up")
    what = f"{messages:,} messages of Slack"
    seconds, of_cpu, memory = _timed(installation, path)
    yield f"{what}, s", seconds
    yield f"{what}, CPU s", of_cpu
    yield f"{what}, MiB", memory
    yield f"{what} again, s", _timed(installation, path)[0]
    found = json.loads(installation.run(*CHECK, team))
    if found["gaps"] or found["messages"] < messages * 0.9 or not found["found"]:
        raise RuntimeError(f"what was imported is not right: {found}")
    path.unlink()


def _timed(installation, path):
    """Import `path`; return the seconds, those of the CPU, and the MiB that it took."""
    variables = os.environ | installation.environment
    log = path.with_suffix(".log")
    begun = time.perf_counter()
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "import", "slack", str(path)],
            cwd=SITE.parent,
            env={name: value for name, value in variables.items() if value is not None},
            stdout=output,
            stderr=output,
        )
        _pid, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"the import failed:\n{log.read_text()[-3000:]}")
    seconds = time.perf_counter() - begun
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
