"""What a message shows of its link: stored in `extras["preview"]`, so that drawing runs no query.

{"url", "title", "description", "site", "picture": {"key", "width", "height"}}; only `url` is always
there. It is the link as the message has it; the words are what the page says of itself.
"""

from typing import Any

KEY = "preview"  # in `extras`

type Page = Any  # a FetchedLink or a Preview


def snapshot_of(page: Page, url: str) -> dict[str, Any]:
    """Return what a message with the link `url` stores of `page`, whose `picture` is loaded."""
    texts = {"title": page.title, "description": page.description, "site": page.site}
    snapshot: dict[str, Any] = {"url": url} | {name: text for name, text in texts.items() if text}
    if page.picture is not None:
        picture = page.picture
        size = {"width": picture.width, "height": picture.height}
        snapshot["picture"] = {"key": picture.pk, **size}
    return snapshot
