"""Programs of the cast: clients that send an access token, and JSON."""

import pytest
from django.test import Client

from rooms.tokens.actions import make_token

EVERYTHING = ("read", "write", "manage")


class Program(Client):
    """A client with an access token."""

    def __init__(self, token, secret):
        super().__init__(headers={"Authorization": f"Bearer {secret}"})
        self.token, self.secret = token, secret

    def send(self, method, address, body=None, **options):
        """Send `body` as JSON."""
        options.setdefault("content_type", "application/json")
        return getattr(self, method)(address, {} if body is None else body, **options)


@pytest.fixture
def program_of(db):
    """Return a function that makes a program of somebody, with these scopes and rooms."""

    def made(user, *scopes, rooms=None, **options):
        return Program(*make_token(user, "a test", scopes or EVERYTHING, rooms=rooms, **options))

    return made


@pytest.fixture
def problem():
    """Return a function that checks that a response is a problem, and returns its JSON."""

    def found(response, status):
        assert response.status_code == status, response.content
        assert response["Content-Type"] == "application/problem+json"
        told = response.json()
        assert (told["status"], told["type"].rpartition("#")[2]) == (status, told["code"])
        assert told["title"] and told["detail"]
        assert not response.cookies
        return told

    return found
