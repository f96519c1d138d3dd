"""Reads EMAIL_URL: the mail server and the sender's address.

    smtp://user:password@host:587?tls=1    STARTTLS with tls=1, plain without
    submission://user:password@host        STARTTLS on port 587 (RFC 6409)
    smtps://user:password@host             TLS from the start, port 465 (RFC 8314)
    console:                               print mails to the server's output, to try things out

All but the last may name the sender: ?from=chat@example.org. Percent-encoding is optional: people
paste passwords as they are, with `/`, `#`, `+`, `?` or `@` in them.
"""

import os
import re
from email.utils import parseaddr
from smtplib import SMTPException
from typing import NamedTuple
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from .env import FALSE, TRUE, ConfigurationError, env_number

BACKENDS = "django.core.mail.backends"
SECONDS = 10
_ENHANCED_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
PORTS = {"smtp": 25, "submission": 587, "smtps": 465}

# The user and password end at the first "@" that only a host and perhaps a query follow.
_SERVER = re.compile(
    r"(?P<scheme>[a-z]+)://"
    r"(?:(?P<username>[^:]*?)(?::(?P<password>.*?))?@)?"
    r"(?P<host>[\w.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?/?"
    r"(?:\?(?P<query>(?:tls|from)=.*))?",
    re.IGNORECASE | re.DOTALL,
)


class MailServer(NamedTuple):
    """A parsed EMAIL_URL; `scheme` is "console" or a key of PORTS."""

    scheme: str
    host: str = ""
    port: int = 0
    username: str = ""
    password: str = ""
    tls: bool = False
    sender: str = ""


def read(url):
    """Return the MailServer of `url`; raise ConfigurationError, whose text has no password."""
    if url.lower().rstrip("/") == "console:":
        return MailServer("console")
    match = _SERVER.fullmatch(url)
    if match is None or match["scheme"].lower() not in PORTS or _has_controls(unquote(url)):
        raise ConfigurationError("EMAIL_URL must look like smtp://user:password@host:587?tls=1")
    scheme = match["scheme"].lower()
    port = int(match["port"] or PORTS[scheme])
    if not 0 < port < 65_536:
        raise ConfigurationError("EMAIL_URL: the port must be between 1 and 65535.")
    options = _options(match["query"] or "")
    return MailServer(
        scheme=scheme,
        host=match["host"].strip("[]").lower(),
        port=port,
        username=unquote(match["username"] or ""),
        password=unquote(match["password"] or ""),
        tls=scheme == "submission" or options["tls"],
        sender=options["from"],
    )


def _options(query):
    """Return the query of an EMAIL_URL as {"tls": bool, "from": str}.

    A plus is not decoded to a blank: it is more often part of an address.
    """
    pairs = [part.partition("=") for part in query.split("&") if part]
    options = {"tls": "", "from": ""} | {name: unquote(value) for name, _sign, value in pairs}
    if options.keys() != {"tls", "from"}:
        raise ConfigurationError("EMAIL_URL: only tls and from may follow the question mark.")
    if options["tls"].lower() not in TRUE | FALSE:
        raise ConfigurationError("EMAIL_URL: tls must be 1 or 0.")
    if options["from"] and not _is_sender(options["from"]):
        raise ConfigurationError("EMAIL_URL: from must be an e-mail address.")
    return options | {"tls": options["tls"].lower() in TRUE}


def _is_sender(text):
    """Return True for an address, with or without a name: `Casa Luna <chat@example.org>`."""
    try:
        validate_email(parseaddr(text)[1])
    except ValidationError:
        return False
    return True


def _has_controls(text):
    return any(ord(letter) < 32 or ord(letter) == 127 for letter in text)


def mailer(url):
    """Return an entry of Django's MAILERS for `url`; raise ConfigurationError if it is unreadable.

    Without a URL the mailer drops mail, and no feature offers to send any.
    """
    if not url:
        return {"BACKEND": f"{BACKENDS}.dummy.EmailBackend"}
    server = read(url)
    if server.scheme == "console":
        return {"BACKEND": f"{BACKENDS}.console.EmailBackend"}
    options = {
        "host": server.host,
        "port": server.port,
        "username": server.username,
        "password": server.password,
        "use_ssl": server.scheme == "smtps",
        "use_tls": server.tls,
        "timeout": SECONDS,
    }
    return {"BACKEND": f"{BACKENDS}.smtp.EmailBackend", "OPTIONS": options}


def mailers(url):
    """Return Django's MAILERS: with a mail server, mail is queued until the server accepts it."""
    server = mailer(url)
    if not server["BACKEND"].startswith(f"{BACKENDS}.smtp"):
        return {"default": server}
    return {
        "default": {"BACKEND": "tertulia.background.mail_backend.QueuedEmailBackend"},
        "server": server,
    }


def sender(url):
    """Return the sender's address for mail of the site."""
    server = read(url) if url else MailServer("")
    if server.sender:
        return server.sender
    return server.username if _is_sender(server.username) else _sender_at(server.host)


def _sender_at(host):
    address = f"tertulia@{host or 'localhost'}"
    return address if _is_sender(address) else "tertulia@localhost"


class MailNotSent(SMTPException):
    """The mail server did not accept a mail. The text contains no part of the mail."""


def cause_of(error):
    """Return why a mail was not sent, without any text of the mail.

    A server may quote a rejected mail, and the mail may contain a login link or code. So the result
    has only the exception's type and the reply codes (RFC 5321, RFC 3463).
    """
    if isinstance(error, MailNotSent):
        return str(error)
    answers = [(getattr(error, "smtp_code", ""), getattr(error, "smtp_error", ""))]
    answers += getattr(error, "recipients", {}).values()
    told = [type(error).__name__]
    for code, answer in answers:
        text = answer.decode("ascii", "replace") if isinstance(answer, bytes) else str(answer)
        told += [str(code), *_ENHANCED_CODE.findall(text)[:1]]
    if isinstance(error, OSError) and error.errno is not None:
        told.append(os.strerror(error.errno))
    return " ".join(word for word in told if word)


def site_url(hosts, has_tls, is_direct):
    """Return the site's address from the first complete name in `hosts`, or "" if there is none.

    For a host like .example.com it is the domain itself. `is_direct` means that there is no proxy,
    so the address needs the port on which the web process listens.
    """
    whole = [host for host in hosts if not host.startswith((".", "*"))]
    host = next(iter(whole + [host.strip(".") for host in hosts if "*" not in host]), "")
    port = str(env_number("PORT", 8000, most=65_535)) if is_direct else ""
    suffix = f":{port}" if port not in {"", "443" if has_tls else "80"} else ""
    return f"{'https' if has_tls else 'http'}://{host}{suffix}" if host else ""
