"""The bare server: a uvicorn application without a framework that awaits each send in turn."""

from bench.systems import uvicorn_application

sends = {}


async def application(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    sends[id(send)] = send
    try:
        while (event := await receive())["type"] == "websocket.receive":
            push = {"type": "websocket.send", "text": event["text"]}
            for reader in list(sends.values()):
                await reader(push)
    finally:
        del sends[id(send)]


def start(size, folder):
    return uvicorn_application("bare uvicorn", "bench.systems.bare:application", size, folder)
