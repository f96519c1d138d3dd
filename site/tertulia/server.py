"""The ASGI application: static files in front of Django, sockets through Channels."""

import sys

from channels.routing import URLRouter
from channels.security.websocket import OriginValidator
from django.conf import settings
from django.core import checks
from django.core.handlers.asgi import ASGIHandler
from django.urls import re_path

from messaging.consumers import RoomConsumer
from messaging.hub import hub
from users.database import in_page

from .static import serve_static

sockets = OriginValidator(
    URLRouter(
        [
            re_path(r"^ws/rooms/(?P<slug>[-\w]{1,80})/$", RoomConsumer.as_asgi()),
            # A path that there is not is answered like a room that one may not see.
            re_path(r"", RoomConsumer.as_asgi(), {"slug": ""}),
        ]
    ),
    settings.ALLOWED_HOSTS,
)


class Pages(ASGIHandler):
    """Django with all its middleware in one thread hop a request, not two a middleware."""

    def load_middleware(self, is_async=False):
        super().load_middleware(is_async=False)

    async def get_response_async(self, request):
        return await in_page(self.get_response)(request)


class Application:
    def __init__(self):
        self.pages = Pages()

    async def __call__(self, scope, receive, send):
        match scope["type"]:
            case "lifespan":
                await self.live(receive, send)
            case "websocket":
                await sockets(scope, receive, send)
            case "http":
                hub.start()
                is_static = scope["path"].startswith(settings.STATIC_URL)
                if not (is_static and await serve_static(scope, send)):
                    await self.pages(scope, receive, send)

    async def live(self, receive, send):
        """Start and stop the hub with the server (ASGI's lifespan protocol)."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                hub.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await hub.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


def stop_where_unfit():
    """End the process with a sentence where a deploy variable is missing or contradictory."""
    errors = [message for message in checks.run_checks(tags=["security"]) if message.is_serious()]
    if errors:
        sys.exit("\n".join(f"{error.msg} {error.hint or ''}" for error in errors))
