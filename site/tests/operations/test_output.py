"""Commands write nothing but their result to standard output, and no false warnings."""

import subprocess
import sys

import pytest

from ..servers import ROOT, Server

MAIL = {"EMAIL_URL": "smtp://u:p@mail.example"}
COMMANDS = ["check", "migrate", "createcachetable"]


@pytest.fixture
def run(tmp_path):
    """Return a function that runs a command and returns (exit code, standard output, errors)."""
    deployment = Server(tmp_path).environment | {"RATE_LIMITS": "on"}

    def run(command, **variables):
        done = subprocess.run(
            [sys.executable, "manage.py", command],
            cwd=ROOT,
            env=deployment | variables,
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.mark.parametrize("command", COMMANDS)
def test_a_mail_server_raises_no_false_alarm(run, command):
    code, output, errors = run(command, **MAIL)
    assert (code, errors) == (0, "")
    assert '"level"' not in output  # no log line
    assert "broken" not in output


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["messaging/_message.html", "base.html"])
def test_a_template_that_cannot_be_read_ends_no_command_and_is_named(run, tmp_path, command, name):
    path = tmp_path / "templates" / name
    path.parent.mkdir(parents=True)
    path.write_bytes("<p>né</p>".encode("latin-1"))
    code, output, errors = run(command, TEMPLATES_DIR=str(tmp_path / "templates"))
    assert (code, "Traceback" in errors, str(path) in output) == (0, False, False), errors
    assert command == "createcachetable" or f"{path}:1: " in errors
