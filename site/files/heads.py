"""What a page says of itself in its head: read in a child process, because a stranger wrote it."""

import re
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from . import sandbox
from .markup.text import MAX_DESCRIPTION, MAX_SITE, MAX_TITLE, cleaned

__all__ = ["Head", "read_head"]

MAX_URL = 2_000  # characters
_TYPES = ("text/html", "application/xhtml+xml")
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([a-z0-9_.:-]{1,40})", re.IGNORECASE)


class Head(NamedTuple):
    """Plain text, without characters that are not seen; "" for what the page does not say."""

    title: str
    description: str
    image: str  # the address of its picture, if that is one to fetch
    site: str


def read_head(html: bytes, content_type: str, url: str = "") -> Head | None:
    """Return what the beginning of a page says of it; None if that is nothing.

    `content_type` is the header of the answer, `url` where the page is: addresses in it may be
    relative. Nothing that is in `html` raises an exception.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type and media_type not in _TYPES:
        return None
    charset = _CHARSET.search(content_type)
    try:
        said = sandbox.run("head", BytesIO(html), charset[1].lower() if charset else "", [])
    except OSError:  # no room for temporary files, or for one more process
        return None
    return _checked(said or {}, url)


def _checked(said: dict[str, Any], url: str) -> Head | None:
    """Return what the child says, made sure of: the child has met what strangers wrote."""
    match said:
        case {
            "title": str(title),
            "description": str(description),
            "site": str(site),
            "base": str(base),
            "images": list(images),
        }:
            title = cleaned(title, MAX_TITLE)
            description = cleaned(description, MAX_DESCRIPTION)
            if title or description:
                image = _first_address(images, url, base)
                return Head(title, description, image, cleaned(site, MAX_SITE))
    return None


def _first_address(images: list[Any], url: str, base: str) -> str:
    """Return the first that is an address of the web, absolute; "" if none is."""
    base = _joined(url, base) or url
    found = (_joined(base, image) for image in images if isinstance(image, str))
    return next(filter(None, found), "")


def _joined(base: str, address: str) -> str:
    """Return `address`, which may be relative to `base`; "" if it is none of the web."""
    try:
        joined = urljoin(base, address.strip().replace(" ", "%20"))
        parts = urlsplit(joined)
    except ValueError:
        return ""
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    return joined if is_web and len(joined) <= MAX_URL and joined.isprintable() else ""
