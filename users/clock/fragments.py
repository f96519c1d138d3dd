"""Show the times of a fragment, which was rendered for everybody, as one reader's clock does."""

import re
from datetime import datetime
from functools import lru_cache

from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from .wording import wording

_TIME = re.compile(r"(<time\b([^>]*)>)([^<]*)")
_MOMENT = re.compile(r"""\bdatetime=["']?([^\s"'>]+)""")
_KIND = re.compile(r"""\bdata-show=["']?(time|day|moment)\b""")


def localize(html: str) -> SafeString:
    """Return `html` with each `<time datetime data-show>` in the current time zone, as of now.

    A label that ends with the first time of the kind "time" changes too. Text that people wrote
    contains no `<time>`.
    """
    times: list[tuple[str, str]] = []
    now = timezone.localtime()
    language = translation.get_language() or "en"

    def localized(found: re.Match[str]) -> str:
        words = _words(found[2], now.tzinfo, now.date(), language)
        if words is None:
            return found[0]
        if not times and _is_time(found[2]):
            times.append((found[3], words))
        return found[1] + words

    shown = _TIME.sub(localized, html)
    for old, new in times:
        shown = shown.replace(f', {old}"', f', {new}"', 1)
    return mark_safe(shown) if shown != html else html


def _is_time(attributes: str) -> bool:
    kind = _KIND.search(attributes)
    return kind is not None and kind[1] == "time"


@lru_cache(maxsize=4_000)
def _words(attributes, zone, today, _language):
    """Return the text of the element with these attributes, or None if it is left as it is."""
    moment, kind = _MOMENT.search(attributes), _KIND.search(attributes)
    if not moment or not kind:
        return None
    try:
        local = datetime.fromisoformat(moment[1]).astimezone(zone)
    except (ValueError, OverflowError):
        return None
    return wording(local, datetime.combine(today, datetime.min.time()), kind[1])
