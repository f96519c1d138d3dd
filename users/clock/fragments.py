"""Show the times of a fragment, which was rendered for everybody, as one reader's clock does."""

import re
from datetime import datetime
from functools import lru_cache

from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from .wording import wording

_TIME = re.compile(r"(<time\b([^>]*)>)[^<]*")
_MOMENT = re.compile(r"""\bdatetime=["']?([^\s"'>]+)""")
_KIND = re.compile(r"""\bdata-show=["']?(time|day|moment)\b""")


def localize(html: str) -> SafeString:
    """Return `html` with each `<time datetime data-show>` in the current time zone, as of now.

    Other parts are not changed: text that people wrote contains no `<time>`.
    """
    now = timezone.localtime()
    language = translation.get_language() or "en"

    def localized(found: re.Match[str]) -> str:
        words = _words(found[2], now.tzinfo, now.date(), language)
        return found[0] if words is None else found[1] + words

    shown = _TIME.sub(localized, html)
    return html if shown == html else mark_safe(shown)


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
