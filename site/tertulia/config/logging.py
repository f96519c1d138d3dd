"""Logs one JSON object per line to standard output, where platforms collect it.

`request` is the same in every line of one request or socket, and in its X-Request-ID header.

Each line of ours names an event, "noun.what_happened", and has fields besides its sentence; the
names stay when a sentence changes. Fields hold no secrets and no text that people wrote:

    extra={"event": "layer.unavailable", "fields": {"room": 7}}
"""

import json
import logging
import re
import secrets
from contextvars import ContextVar
from datetime import UTC, datetime

from django.conf import settings

request_id = ContextVar("request_id", default=None)
requests = logging.getLogger("tertulia.requests")

_GIVEN = re.compile(r"[\w.:-]{8,64}", re.ASCII)


_stream = "ext://sys.stdout"


def use_standard_error():
    """Log to standard error, for a command whose standard output is its result."""
    global _stream
    _stream = "ext://sys.stderr"


def configuration(is_local):
    """Return Django's LOGGING: plain text if the site is local, else JSON."""
    console = {
        "class": "logging.StreamHandler",
        "stream": _stream,
        "filters": ["without_paths"],
        "formatter": "plain" if is_local else "json",
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {
                "()": "tertulia.config.logging.PlainFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            },
            "json": {"()": "tertulia.config.logging.JsonFormatter"},
        },
        "filters": {
            "without_paths": {"()": "tertulia.config.logging.WithoutPaths"},
            "without_sockets": {"()": "tertulia.config.logging.WithoutSockets"},
        },
        "handlers": {"console": console},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            # Without the handlers of Django's own, which write paths: to the console with DEBUG,
            # and to mails.
            "django": {"level": "INFO"},
            "uvicorn": {"handlers": ["console"], "propagate": False},
            "uvicorn.access": {"propagate": False},  # tertulia.requests says more
            "uvicorn.error": {"filters": ["without_sockets"]},
            # Its lines contain paths, which may hold the secret of a link; ours contain routes.
            "django.request": {"level": "ERROR"},
            "django.tasks": {"level": "WARNING"},
            # It warns of each bad header that a server sends to us.
            "urllib3": {"level": "ERROR"},
            "tertulia.requests": {"level": "WARNING" if is_local else "INFO"},
        },
    }


class WithoutPaths(logging.Filter):
    """Replaces a request's path with its route: a path may hold the secret of a link.

    Django logs the path of a request that failed (500) or was rejected (CSRF).
    """

    def filter(self, record):
        path = getattr(getattr(record, "request", None), "path", None)
        if path is not None and isinstance(record.args, tuple):
            match = getattr(record.request, "resolver_match", None)
            route = f"/{match.route}" if match else "an unknown page"
            record.args = tuple(route if argument == path else argument for argument in record.args)
        return True


class WithoutSockets(logging.Filter):
    """Drops uvicorn's lines about each socket: there are several, and they name the room."""

    def filter(self, record):
        message = str(record.msg)
        return "WebSocket %s" not in message and not message.startswith("connection ")


class PlainFormatter(logging.Formatter):
    """Appends the name of the event and its fields: "… [layer.unavailable room=7]"."""

    def formatMessage(self, record):
        line = super().formatMessage(record)
        if not hasattr(record, "event"):
            return line
        fields = (
            f"{name}={_in_a_line(value)}" for name, value in getattr(record, "fields", {}).items()
        )
        return f"{line} [{' '.join([record.event, *fields])}]"


def _in_a_line(value):
    """Return a value as one word, or in quotation marks."""
    text = str(value)
    return text if re.fullmatch(r"[^\s\"=\]]+", text) else json.dumps(text, ensure_ascii=False)


class JsonFormatter(logging.Formatter):
    def format(self, record):
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if hasattr(record, "event"):
            entry = getattr(record, "fields", {}) | entry | {"event": record.event}
        if request_id.get() is not None:
            entry["request"] = request_id.get()
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


def begin_request(scope):
    """Set the id of this connection: the proxy's, if there is a trusted one, or a new one."""
    given = ""
    if settings.TRUSTED_PROXIES:
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"").decode("latin-1")
    request_id.set(given if _GIVEN.fullmatch(given) else secrets.token_hex(8))


def end_request(request, response, seconds):
    """Log a request, which took `seconds`, and put its id into the response.

    The line has the route, not the path: a path may hold the secret of an invitation.
    """
    response.headers["X-Request-ID"] = request_id.get()
    if request.resolver_match and requests.isEnabledFor(logging.INFO):
        fields = {
            "method": request.method,
            "route": f"/{request.resolver_match.route}",
            "status": response.status_code,
            "milliseconds": round(seconds * 1000, 1),
            "client": request.META.get("REMOTE_ADDR"),
        }
        line = "%(method)s %(route)s %(status)s"
        requests.info(line, fields, extra={"event": "request.answered", "fields": fields})
