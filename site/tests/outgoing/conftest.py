"""Fixtures of the tests of the outgoing client."""

import socket

import pytest

from core.http import client


@pytest.fixture
def listener():
    """A socket that listens on loopback and must see no connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


@pytest.fixture
def short(monkeypatch):
    """Shorten the client's time, to a third of a second in all."""
    monkeypatch.setattr(client, "CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(client, "DEADLINE_SECONDS", 0.3)
