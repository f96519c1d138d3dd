"""What the card of a link shows: see `messaging/previews/_preview.html`."""

import re
from typing import Any, NamedTuple

from django import template

from messaging.markdown.links import host_of

register = template.Library()

_LIKE_AN_ADDRESS = re.compile(r"[^\W_]\.[^\W\d_]{2}|//|@")
_WIDE = 1.4  # times its height


class Card(NamedTuple):
    """What is shown of a page. Only `host` is not the page's own words."""

    url: str
    host: str
    site: str
    title: str
    description: str
    picture: dict[str, Any] | None
    is_wide: bool  # the picture is shown in a wide box, not in a square


@register.filter
def card(preview: dict[str, Any]) -> Card | None:
    """Return the Card of what a message stores of its preview; None if it leads nowhere safe."""
    url, picture = preview["url"], preview.get("picture")
    host = host_of(url)
    if not host:
        return None
    title = preview.get("title", "")
    return Card(
        url=url,
        host=host,
        site=_site(preview.get("site", ""), host),
        title=url if title in {"", host} else title,
        description=preview.get("description", ""),
        picture=picture,
        is_wide=picture is not None and picture["width"] > _WIDE * picture["height"],
    )


def _site(name: str, host: str) -> str:
    """Return the name of a site, unless it is its host or looks like that of another."""
    return "" if _LIKE_AN_ADDRESS.search(name) or name.casefold() == host else name
