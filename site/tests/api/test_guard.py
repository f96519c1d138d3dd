"""What programs send is not kept before their token is known: see tertulia.server.request_guard."""

import json

import pytest

from rooms.tokens.actions import make_token
from tertulia.server.incoming import MEMORY_BYTES
from tertulia.server.request_guard import RequestGuard
from users.tokens.tokens import new_token

from ..asgi import Client, Taker

pytestmark = pytest.mark.django_db(transaction=True)

MIB = 1024 * 1024
POST = "/api/rooms/lobby/messages"
FORM = "multipart/form-data; boundary=x"
JSON = "application/json"


@pytest.fixture
def taker():
    return Taker()


@pytest.fixture
def send(taker, settings):
    """Return a function that sends so many bytes, in pieces of 8 KiB, and returns the Client."""
    settings.FILES_LIMIT = 2 * MIB
    guard = RequestGuard(taker)

    async def send(size, secret="", content_type=FORM, path=POST, method="POST"):
        headers = {"authorization": f"Bearer {secret}"} if secret else {}
        pieces = [bytes(8 * 1024)] * (size // 8 // 1024)
        client = Client(*pieces, path=path, content_type=content_type, method=method, **headers)
        await guard(client.scope, client.receive, client.send)
        return client

    return send


@pytest.fixture
def secret(bruno, lobby):
    return make_token(bruno, "upload", ["write"])[1]


def problem_of(client):
    headers = dict(client.sent[0]["headers"])
    assert headers[b"content-type"] == b"application/problem+json"
    return headers, json.loads(client.body)


async def test_a_living_token_sends_files(send, taker, secret):
    await send(MIB, secret)
    assert [len(body) for body in taker.bodies] == [MIB]


@pytest.mark.parametrize("content_type", [FORM, JSON])
@pytest.mark.parametrize("address", [POST, "/api/me", "/api/nothing"])
async def test_of_strangers_nothing_reaches_the_disk(send, taker, ana, content_type, address):
    for wrong in ("", new_token(), "nonsense"):
        client = await send(MEMORY_BYTES + 8 * 1024, wrong, content_type, address)
        headers, told = problem_of(client)
        assert (client.status, told["code"]) == (401, "invalid_token")
        assert headers[b"www-authenticate"] == b'Bearer error="invalid_token"'
    assert taker.bodies == []


async def test_a_short_body_of_a_stranger_is_answered_by_the_api(send, taker, ana):
    await send(MEMORY_BYTES, content_type=JSON)
    assert [len(body) for body in taker.bodies] == [MEMORY_BYTES]


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
async def test_json_may_have_64_kib(send, taker, secret, method):
    await send(64 * 1024, secret, JSON, method=method)
    assert [len(body) for body in taker.bodies] == [64 * 1024]
    client = await send(72 * 1024, secret, JSON, method=method)
    assert (client.status, problem_of(client)[1]["code"]) == (413, "too_large")


async def test_files_have_their_limit(send, taker, secret):
    client = await send(4 * MIB, secret)
    assert (client.status, problem_of(client)[1]["code"]) == (413, "too_large")
    client = await send(MIB, secret, path="/api/me")
    assert client.status == 413
    assert taker.bodies == []


async def test_too_many_at_once_are_asked_to_wait(send, taker, secret, monkeypatch):
    monkeypatch.setattr("tertulia.server.uploads.free_bytes", lambda: 0)
    client = await send(MIB, secret)
    assert (client.status, problem_of(client)[1]["code"]) == (507, "no_space")
    monkeypatch.setattr("tertulia.server.uploads.Tally.enter", lambda self, key: False)
    client = await send(MIB, secret)
    headers, told = problem_of(client)
    assert (client.status, told["code"]) == (429, "too_often")
    assert int(headers[b"retry-after"]) >= 1
