"""Reads EMAIL_URL: where mail goes out, and in whose name.

    smtp://user:password@host:587?tls=1    STARTTLS with tls=1, plain without
    submission://user:password@host        STARTTLS on port 587 (RFC 6409)
    smtps://user:password@host             TLS from the start, port 465 (RFC 8314)
    console:                               into the server's own output, to try things out

All but the last may say who writes: ?from=chat@example.org
"""

from urllib.parse import parse_qs, unquote, urlsplit

from .env import Unfit, env

BACKENDS = "django.core.mail.backends"
SECONDS = 10
PORTS = {"smtp": 25, "submission": 587, "smtps": 465}


def mailer(url):
    """Return one of Django's MAILERS for `url`; Unfit for one that cannot be read.

    Without a URL mail is dropped, and nothing of the product sends any.
    """
    if not url:
        return {"BACKEND": f"{BACKENDS}.dummy.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme == "console":
        return {"BACKEND": f"{BACKENDS}.console.EmailBackend"}
    if parts.scheme not in PORTS or not parts.hostname:
        raise Unfit("EMAIL_URL must look like smtp://user:password@host:587?tls=1")
    options = {
        "host": parts.hostname,
        "port": parts.port or PORTS[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": parts.scheme == "smtps",
        "use_tls": parts.scheme == "submission" or _asked(parts, "tls") in {"1", "true", "yes"},
        "timeout": SECONDS,
    }
    return {"BACKEND": f"{BACKENDS}.smtp.EmailBackend", "OPTIONS": options}


def mailers(url):
    """Return Django's MAILERS: with a server behind `url`, mail is kept until it has taken it."""
    server = mailer(url)
    if not server["BACKEND"].startswith(f"{BACKENDS}.smtp"):
        return {"default": server}
    return {"default": {"BACKEND": "tertulia.outgoing.KeptMail"}, "server": server}


def sender(url):
    """Return the address that mail comes from."""
    parts = urlsplit(url)
    username = unquote(parts.username or "")
    return (
        _asked(parts, "from")
        or (username if "@" in username else "")
        or f"tertulia@{parts.hostname or 'localhost'}"
    )


def site_url(hosts, has_tls, is_local):
    """Return the address of the site by the first whole name of its `hosts`, or "" for none."""
    host = next((host for host in hosts if not host.startswith((".", "*"))), "")
    port = f":{env('PORT', '8000')}" if is_local else ""
    return f"{'https' if has_tls else 'http'}://{host}{port}" if host else ""


def _asked(parts, name):
    return parse_qs(parts.query).get(name, [""])[0]
