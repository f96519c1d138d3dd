"""The README's commands for a server of your own work on a machine with only Python.

There is no Node, compiler or system library on the path, so they cannot be needed.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from bs4 import BeautifulSoup

from bench.processes import free_port

from ..servers import ROOT

NOT_CLONED = shutil.ignore_patterns(
    ".git", ".venv", "node_modules", "var", "__pycache__", ".*_cache", ".hypothesis"
)
BY_THE_PROXY = {"Host": "chat.example.com", "X-Forwarded-Proto": "https"}
# Characters with a meaning in a URL, a shell or a format string.
ODD_NAME = "team #1 50%25 ?q"
SECONDS = 120


def commands(heading):
    """Return the first block of commands under a heading of the README."""
    section = (ROOT / "README.md").read_text().partition(f"### {heading}\n")[2]
    return re.search(r"(?:^    .*\n)+", section, re.MULTILINE)[0].replace("\n    ", "\n").strip()


@pytest.fixture
def environment(tmp_path):
    """The environment of a machine with a shell, Python and sed."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "sed"):
        (programs / name).symlink_to(shutil.which(name))
    python = programs / "python3"
    python.write_text(f'#!/bin/sh\nexec {Path(sys._base_executable)} "$@"\n')
    python.chmod(0o755)
    return {
        "PATH": str(programs),
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "PIP_ONLY_BINARY": ":all:",
        "PIP_NO_COMPILE": "1",
        **{name: value for name, value in os.environ.items() if name.startswith("PIP_")},
    }


@pytest.fixture
def port(environment, tmp_path):
    """The port of the site that the README's commands have built and started."""
    clone = shutil.copytree(ROOT, tmp_path / ODD_NAME, ignore=NOT_CLONED)
    port = free_port()
    script = commands("On a server of your own")
    script = script.replace("PORT=8000", f"PORT={port}").replace("=…", f"={'secret-' * 9}")
    with (tmp_path / "log").open("w+") as log:
        server = subprocess.Popen(
            ["/bin/sh", "-e", "-c", script],
            cwd=clone,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        deadline = time.monotonic() + SECONDS
        try:
            while not is_healthy(port):
                assert server.poll() is None, (tmp_path / "log").read_text()
                assert time.monotonic() < deadline, (tmp_path / "log").read_text()
                time.sleep(0.1)
            yield port
        finally:
            os.killpg(server.pid, signal.SIGTERM)  # the shell, and what it started
            server.wait(20)


def is_healthy(port):
    try:
        return urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).status == 200
    except (URLError, OSError):
        return False


def asked(port, path, **headers):
    return urlopen(Request(f"http://127.0.0.1:{port}{path}", headers=BY_THE_PROXY | headers))


def test_readme_is_followed_word_for_word_with_only_python(port):
    page = BeautifulSoup(asked(port, "/setup/").read(), "html.parser")
    stylesheet = page.select_one("link[rel=stylesheet]")["href"]
    response = asked(port, stylesheet, **{"Accept-Encoding": "br"})
    assert response.headers["Content-Encoding"] == "br"
    assert "immutable" in response.headers["Cache-Control"]
