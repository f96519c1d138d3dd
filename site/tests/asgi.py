"""Both sides of the guard in front of Django: an ASGI client, and an application."""

import asyncio

LOGIN = "/accounts/login/"


class Client:
    """An ASGI client of the guard. It sends `chunks` and nothing after them."""

    def __init__(
        self, *chunks, path=LOGIN, ends=True, address="192.0.2.1", method="POST", **headers
    ):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers.setdefault("transfer-encoding", "chunked")
        self.scope = {
            "type": "http",
            "method": method,
            "path": path,
            "client": (address, 1),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        self.messages = [
            {"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks
        ]
        if ends:
            self.messages.append({"type": "http.request", "body": b"", "more_body": False})
        self.sent = []
        self.is_silent, self.is_answered = asyncio.Event(), asyncio.Event()

    async def receive(self):
        if not self.messages:
            self.is_silent.set()
            await asyncio.Event().wait()
        return self.messages.pop(0)

    async def send(self, message):
        self.sent.append(message)
        self.is_answered.set()

    @property
    def status(self):
        return self.sent[0]["status"] if self.sent else None

    @property
    def body(self):
        return b"".join(message.get("body", b"") for message in self.sent[1:]).decode()


class Taker:
    """The application behind the guard, which records the bodies it gets."""

    def __init__(self):
        self.bodies = []
        self.receive = None

    async def __call__(self, scope, receive, send):
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.bodies.append(body)
        self.receive = receive
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})
