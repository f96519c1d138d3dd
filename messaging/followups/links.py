"""Which link of a message is shown with a preview: its first bare one that leads elsewhere."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

from ..markdown.bare_links import bare_links

MAX_URL = 2_000  # characters


def first_link(html: str) -> str:
    """Return the link of a message with this `body_html` that has a preview, or ""."""
    return next(filter(_leads_elsewhere, bare_links(html)), "")


def _leads_elsewhere(url: str) -> bool:
    return len(url) <= MAX_URL and not is_own(url)


def is_own(url: str) -> bool:
    """Return True if `url` leads to this site, by any of its names, or nowhere.

    A page of our own is for its members; fetched without a login it shows nothing.
    """
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return True
    host = f"[{host}]" if ":" in host else host
    own = [name for name in settings.ALLOWED_HOSTS if name != "*"]
    return not host or host == _host_of_site() or validate_host(host, own)


def _host_of_site() -> str | None:
    return urlsplit(settings.SITE_URL).hostname if settings.SITE_URL else None
