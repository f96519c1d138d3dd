"""The address of an incoming webhook is in no line that the server writes, whatever happens."""

import json
import sqlite3
from http.client import HTTPConnection

import pytest

from ..servers import ROOT, Server

SEED = ROOT / "site" / "tests" / "seed.py"
TOKEN = "mXk3qY0Zc9Wb2LtR8sVfNdHj5GpQ6a7e"
MAKE = f"""
from users.models import User, hash_token
from rooms.models import Room
from messaging.webhooks.incoming.actions import add_webhook
ana = User.objects.get(username="ana")
webhook, _token = add_webhook(ana.memberships.first().room, ana, "ci")
webhook.token_hash = hash_token("{TOKEN}")
webhook.save(update_fields=["token_hash"])
"""


@pytest.fixture(params=["on", ""], ids=["local", "deployed"])
def hooked(request, tmp_path):
    """A server with a webhook, with DEBUG and as deployed."""
    server = Server(tmp_path, DEBUG=request.param)
    server.prepare(SEED)
    server.python("manage.py", "shell", "--verbosity", "0", input=MAKE)
    server.start()
    yield server
    server.kill()


def ask(server, method, path, body=b"", **headers):
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request(method, path, body, {"Content-Type": "application/json", **headers})
    response = connection.getresponse()
    answered = response.status, response.read().decode()
    connection.close()
    return answered


def test_the_address_of_a_webhook_is_nowhere_in_the_output(hooked, tmp_path):
    path, hello = f"/hooks/{TOKEN}/", json.dumps({"text": "Hello"}).encode()
    assert ask(hooked, "POST", path, hello) == (200, "ok")
    assert ask(hooked, "POST", path.rstrip("/"), hello) == (200, "ok")
    assert ask(hooked, "POST", path, b"{") == (400, "invalid_payload")
    assert ask(hooked, "POST", path, b"x" * 65_537) == (413, "payload_too_large")
    assert ask(hooked, "POST", path, b" " * 65_520 + hello) == (413, "payload_too_large")
    assert ask(hooked, "POST", path, hello.ljust(65_536)) == (200, "ok")
    assert ask(hooked, "POST", f"{path}more/", hello) == (404, "no_service")
    assert ask(hooked, "POST", path, hello, Host="evil.example")[0] in (200, 400)
    assert ask(hooked, "POST", path, hello, **{"Content-Type": "text/plain; charset=nonsense"})
    assert ask(hooked, "GET", path)[0] == 405
    assert ask(hooked, "BREW", path)[0] == 405
    with sqlite3.connect(tmp_path / "database.sqlite3") as database:
        database.execute("ALTER TABLE messaging_message RENAME TO gone")
    assert ask(hooked, "POST", path, hello)[0] == 500
    hooked.stop()
    output = hooked.log.read_text()
    assert "messaging_message" in output  # the failure is logged
    assert TOKEN not in output
    if '"route"' in output:
        assert "/hooks/<token>/" in output
