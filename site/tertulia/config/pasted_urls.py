"""Reads server URLs as people paste them, with `/`, `#`, `?` or `@` in the password."""

import re
from urllib.parse import quote, unquote, urlsplit

# The user and password end at the last "@".
_ADDRESS = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+]*)://"
    r"(?:(?P<username>[^:]*?)(?::(?P<password>.*?))?@)?"
    r"(?P<server>[^@/?#\s]*(?:/[^@?#\s]*)?(?:\?[^@#\s]*)?)",
    re.IGNORECASE | re.DOTALL,
)


def quoted(url, schemes):
    """Return `url` with its user and password percent-encoded (RFC 3986).

    Raise ValueError if it is not a URL with one of these `schemes`.
    """
    match = _ADDRESS.fullmatch(url)
    if match is None or match["scheme"].lower() not in schemes:
        raise ValueError("not an address of such a server")
    user = _quoted(match["username"])
    if match["password"] is not None:
        user += ":" + _quoted(match["password"])
    address = f"{match['scheme'].lower()}://{user}{'@' if user else ''}{match['server']}"
    urlsplit(address).port  # noqa: B018 (ValueError if it is none)
    return address


def _quoted(text):
    return quote(unquote(text or ""), safe="")
