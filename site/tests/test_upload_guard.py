"""RequestGuard takes files from people who are logged in, at the addresses that send them."""

import asyncio
from types import SimpleNamespace

import pytest

from tertulia.server import incoming, request_guard, uploads
from tertulia.server.request_guard import RequestGuard
from tertulia.server.uploads import FORM_BYTES

from .asgi import Client, Taker

MIB = 1024 * 1024
POST = "/rooms/lobby/messages/"
FORM = "multipart/form-data; boundary=x"
ADDRESSES = [POST, "/rooms/lobby/compose/"]


@pytest.fixture(autouse=True)
def limit(settings):
    settings.FILES_LIMIT = 10 * MIB
    return 12 * MIB


@pytest.fixture
def taker():
    return Taker()


@pytest.fixture
def guard(taker):
    """A guard for which a person is logged in whose name is the request's cookie."""

    async def visitor_of(scope):
        name = dict(scope["headers"]).get(b"cookie")
        return (SimpleNamespace(pk=name), "key") if name else (None, None)

    guard = RequestGuard(taker)
    guard.uploads.visitor_of = visitor_of
    return guard


@pytest.fixture
def send(guard):
    """Return a function that sends a form of so many MiB, or of `size`, and returns the Client."""

    async def send(mebibytes=1, path=POST, cookie="ana", size=MIB, **options):
        options = {"content_type": FORM, "cookie": cookie} | options
        client = Client(*[bytes(size)] * mebibytes, path=path, **options)
        await guard(client.scope, client.receive, client.send)
        return client

    return send


@pytest.fixture
async def begin(guard):
    """Return a function that begins an upload of 5 MiB, which does not end, and returns it."""
    tasks = []

    async def begin(mebibytes=2, **options):
        options = {"path": POST, "content_type": FORM, "cookie": "ana"} | options
        options.setdefault("content_length", str(5 * MIB))
        client = Client(*[bytes(MIB)] * mebibytes, ends=False, **options)
        tasks.append(asyncio.create_task(guard(client.scope, client.receive, client.send)))
        silent = asyncio.create_task(client.is_silent.wait())
        await asyncio.wait([tasks[-1], silent], return_when=asyncio.FIRST_COMPLETED)
        silent.cancel()
        client.task = tasks[-1]
        return client

    yield begin
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("path", ADDRESSES)
async def test_files_arrive_from_who_is_logged_in(send, taker, path):
    assert (await send(12, path)).status == 200
    assert [len(body) for body in taker.bodies] == [12 * MIB]


@pytest.mark.parametrize("declared", [{}, {"content_length": str(12 * MIB)}])
async def test_a_stranger_sends_a_form_and_no_file(send, taker, declared):
    client = await send(2, cookie="", **declared)
    assert (client.status, taker.bodies) == (413, [])
    assert "Log in again" in client.body
    assert (await send(cookie="", size=FORM_BYTES + 1)).status == 413
    assert (await send(cookie="", size=FORM_BYTES)).status == 200


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/rooms/lobby/", {}),
        ("/rooms/lobby/messages", {}),
        ("//rooms/lobby/messages/", {}),
        ("/rooms/lobby//messages/", {}),
        ("/rooms/lobby/messages/x/", {}),
        ("/rooms/a/b/messages/", {}),
        ("/profile/", {}),
        (POST, {"content_type": "application/x-www-form-urlencoded"}),
        (POST, {"content_type": "text/plain; multipart/form-data"}),
        (POST, {"method": "PUT"}),
        (POST, {"method": "GET"}),
        (POST, {"method": "HEAD"}),
    ],
)
async def test_nothing_else_takes_files(send, taker, path, options):
    assert (await send(2, path, **options)).status == 413
    assert taker.bodies == []


@pytest.mark.parametrize("declared", [{}, {"content_length": str(13 * MIB)}])
async def test_files_that_are_too_large_together_are_refused_with_their_limit(
    send, taker, guard, declared
):
    client = await send(13, **declared)
    assert (client.status, taker.bodies) == (413, [])
    assert "10.0\xa0MB" in client.body
    assert (client.messages, guard.uploads.bytes, guard.uploads.people["ana"]) == ([], 0, 0)


async def test_the_limit_is_not_believed_from_a_length(send, taker):
    assert (await send(13, content_length="10")).status == 413
    assert taker.bodies == []


async def test_what_is_declared_is_refused_before_it_is_asked_for(guard):
    too_much = str(13 * MIB)
    client = Client(
        path=POST, content_type=FORM, cookie="ana", content_length=too_much, expect="100-continue"
    )
    client.receive = None  # calling it would ask for the body (RFC 9110, 10.1.1)
    await guard(client.scope, client.receive, client.send)
    assert client.status == 413


async def test_a_body_in_chunks_has_a_length_when_it_is_passed_on(guard, taker):
    seen = []

    async def application(scope, receive, send):
        seen.extend(scope["headers"])
        await taker(scope, receive, send)

    guard.application = application
    client = Client(b"abc", b"de", path=POST)
    await guard(client.scope, client.receive, client.send)
    assert dict(seen)[b"content-length"] == b"5" and b"transfer-encoding" not in dict(seen)


async def test_a_person_has_three_uploads_at_once(begin, send):
    for _number in range(3):
        assert (await begin()).status is None
    client = await send(2)
    assert client.status == 429 and "Three of your uploads" in client.body
    assert (await send(2, cookie="bruno")).status == 200
    assert (await send(size=FORM_BYTES)).status == 200  # a form without large files


async def test_an_upload_counts_until_it_is_answered(guard, send, begin):
    guard.uploads.people.most = 1
    first = await begin()
    assert (await send(2)).status == 429
    first.task.cancel()
    await asyncio.wait([first.task])
    assert (await send(2)).status == 200
    assert (guard.uploads.bytes, guard.uploads.people["ana"]) == (0, 0)


async def test_all_uploads_together_are_limited(begin, send, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_UPLOADED_BYTES", 8 * MIB)
    await begin()
    client = await send(4, cookie="bruno", content_length=str(4 * MIB))
    assert client.status == 503 and "in a minute" in client.body
    assert (await send(3, cookie="bruno", content_length=str(3 * MIB))).status == 200


async def test_one_upload_may_always_be_as_large_as_a_file(send, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_UPLOADED_BYTES", MIB)
    assert (await send(11)).status == 200


async def test_files_that_the_disk_cannot_take_are_refused_before_they_come(send, monkeypatch):
    monkeypatch.setattr(uploads, "free_bytes", lambda: 3 * MIB)
    client = await send(2, content_length=str(2 * MIB))
    assert client.status == 507 and "no space left" in client.body


@pytest.mark.parametrize("size", [1, 3])
async def test_a_disk_that_is_full_is_said_and_nothing_stays_counted(
    send, guard, monkeypatch, size
):
    monkeypatch.setattr(incoming.asyncio, "to_thread", on_a_full_disk(asyncio.to_thread))
    client = await send(size)
    assert client.status == 507 and "</html>" in client.body
    assert (guard.uploads.bytes, guard.bodies["192.0.2.1"]) == (0, 0)


def on_a_full_disk(to_thread):
    async def run(function, *arguments):
        if function.__name__ == "write":
            raise OSError(28, "No space left on device")
        return await to_thread(function, *arguments)

    return run


async def test_a_database_that_does_not_answer_is_a_sentence(send, guard):
    async def fail(scope):
        raise RuntimeError("down")

    guard.uploads.visitor_of = fail
    assert (await send(2)).status == 503


async def test_an_upload_has_fifteen_minutes_and_thirty_seconds_a_chunk(begin, monkeypatch):
    assert (uploads.UPLOAD_SECONDS, request_guard.CHUNK_SECONDS) == (15 * 60, 30)
    monkeypatch.setattr(request_guard, "BODY_SECONDS", 0.05)
    monkeypatch.setattr(request_guard, "CHUNK_SECONDS", 0.5)
    client = await begin()
    await client.is_answered.wait()
    assert client.status == 408


async def test_uploads_do_not_give_way_to_the_bodies_of_strangers(begin, monkeypatch):
    monkeypatch.setattr(request_guard, "MAX_BODIES", 1)
    upload = await begin()
    stranger = await begin(mebibytes=0, cookie="", content_length="9")
    another = await begin(mebibytes=0, cookie="", content_length="9")
    await stranger.is_answered.wait()
    assert (upload.status, stranger.status, another.status) == (None, 408, None)


async def test_a_client_that_goes_away_leaves_nothing(guard, taker, begin):
    client = Client(*[bytes(MIB)] * 3, path=POST, content_type=FORM, cookie="ana", ends=False)
    client.messages.append({"type": "http.disconnect"})
    await guard(client.scope, client.receive, client.send)
    assert (client.sent, taker.bodies, guard.uploads.bytes) == ([], [], 0)


async def test_the_frame_of_the_composer_shows_why(send):
    client = await send(13, "/rooms/lobby/compose/")
    answered = dict(client.sent[0]["headers"])
    assert answered[b"x-frame-options"] == b"SAMEORIGIN"
    assert b"frame-ancestors 'self'" in answered[b"content-security-policy"]
    assert 'href="/rooms/lobby/compose/"' in client.body


PARTS = [
    b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\nA text\r\n',
    b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n',
]


@pytest.mark.parametrize("declared", [{}, {"content_length": str(14 * MIB)}])
@pytest.mark.parametrize("address", ADDRESSES)
async def test_the_text_of_a_refused_upload_goes_on_without_its_files(
    guard, taker, declared, address
):
    chunks = [*PARTS, *[bytes(MIB)] * 13, b"\r\n--x--\r\n"]
    options = {"path": address, "content_type": FORM, "cookie": "ana"} | declared
    client = Client(*chunks, **options)
    await guard(client.scope, client.receive, client.send)
    reason = b'--x\r\nContent-Disposition: form-data; name="refused"\r\n\r\nfiles\r\n'
    assert taker.bodies == [PARTS[0] + reason + b"--x--\r\n"]
    assert client.messages == []


async def test_of_a_strangers_upload_nothing_goes_on(guard, taker):
    client = Client(*PARTS, *[bytes(MIB)] * 13, path=POST, content_type=FORM)
    await guard(client.scope, client.receive, client.send)
    assert (client.status, taker.bodies) == (413, [])


async def test_a_refused_upload_that_does_not_end_is_not_read_for_ever(guard, taker, monkeypatch):
    monkeypatch.setattr(request_guard, "UPLOAD_DRAIN_SECONDS", 0.05)
    chunks = [*PARTS, *[bytes(MIB)] * 13]
    client = Client(*chunks, path=POST, content_type=FORM, cookie="ana", ends=False)
    await guard(client.scope, client.receive, client.send)
    assert (client.status, taker.bodies) == (413, [])
