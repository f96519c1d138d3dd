"""What is pushed into a response is sent at once, between what ASGI's `send` sends."""

import asyncio
from contextlib import asynccontextmanager

import uvicorn
from uvicorn.server import ServerState

from tertulia.server.http_protocol import HTTPProtocol

HEAD = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
START = {"type": "http.response.start", "status": 200, "headers": []}


@asynccontextmanager
async def connected(application, request=HEAD):
    """Serve `application`, and yield a connection that has sent `request`."""
    config = uvicorn.Config(application, http=HTTPProtocol, log_config=None)
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: HTTPProtocol(config, state, {}), "127.0.0.1", 0
    )
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(request)
    yield reader, writer
    writer.close()
    server.close()


def body(text, more):
    return {"type": "http.response.body", "body": text, "more_body": more}


async def test_a_push_is_a_chunk_between_those_that_are_sent():
    taken = []

    async def application(scope, receive, send):
        push = scope["extensions"]["tertulia.push"]
        taken.append(push("too early"))
        await send(START)
        await send(body(b"first ", True))
        taken.append(push("señora "))
        await send(body(b"last", False))
        taken.append(push("too late"))

    async with connected(application) as (reader, _writer):
        answer = await asyncio.wait_for(reader.readuntil(b"0\r\n\r\n"), 10)
    assert taken == [False, True, False]
    chunks = answer.partition(b"\r\n\r\n")[2].decode()
    assert chunks == "6\r\nfirst \r\n8\r\nseñora \r\n4\r\nlast\r\n0\r\n\r\n"


async def test_a_lost_or_full_connection_takes_no_push_and_raises_nothing():
    taken, is_full, is_done = [], asyncio.Event(), asyncio.Event()

    async def application(scope, receive, send):
        push = scope["extensions"]["tertulia.push"]
        await send(START)
        await receive()
        while push("x" * 1_000_000):  # nobody reads
            pass
        taken.append(push("full"))
        is_full.set()
        await receive()
        taken.append(push("gone"))
        is_done.set()

    async with connected(application) as (_reader, writer):
        writer.transport.pause_reading()
        await asyncio.wait_for(is_full.wait(), 10)
        writer.transport.abort()
        await asyncio.wait_for(is_done.wait(), 10)
    assert taken == [False, False]


async def test_only_a_response_that_may_be_chunked_offers_a_push():
    offered = []

    async def application(scope, receive, send):
        offered.append("extensions" in scope)
        await send(START)
        await send(body(b"", False))

    for request in (HEAD, HEAD.replace(b"1.1", b"1.0"), HEAD.replace(b"GET", b"HEAD")):
        async with connected(application, request) as (reader, _writer):
            await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    assert offered == [True, False, False]
