"""The product, with the number of pages that it was asked for at `/pages-so-far`."""

from tertulia.asgi import application as product

COUNTED = b"/rooms/"
pages = 0


async def application(scope, receive, send):
    global pages
    if scope["type"] == "http":
        if scope["path"] == "/pages-so-far":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": str(pages).encode()})
            return
        pages += is_page(scope)
    await product(scope, receive, send)


def is_page(scope):
    """Return True if a browser asks for a room, in advance or when somebody goes there."""
    headers = dict(scope["headers"])
    return scope["path"].startswith("/rooms/") and b"text/html" in headers.get(b"accept", b"")
