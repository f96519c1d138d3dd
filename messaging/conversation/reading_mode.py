"""How somebody without JavaScript reads a room: live, reloaded every so often, or plainly.

By choice, not by detection: a browser may have scripts that do not run. Without a choice, scripts
make the page live, and a browser that says that it has none (`<noscript>`) gets the live frame.
Only browsers to which a frame is no more than a link (w3m, Lynx …) then read plainly.
"""

from functools import wraps
from typing import NamedTuple

from django import forms
from django.conf import settings

from core.user_agents import has_no_frames

COOKIE = "reading"
ONE_YEAR = 60 * 60 * 24 * 365
SECONDS = 20  # between two reloads, where a page offers them
SHORTEST, LONGEST = 5, 3600


class Reading(NamedTuple):
    """`mode` is "" (no choice), "live", "refresh" or "plain"; `is_kept` where it is remembered."""

    mode: str = ""
    seconds: int = 0
    is_kept: bool = True

    @classmethod
    def of(cls, request):
        """Return how a page is to be read: `?refresh=20`, `?reading=…`, or what is remembered."""
        kept = cls.named(request.COOKIES.get(COOKIE))
        chosen = request.GET.get("refresh", request.GET.get("reading"))
        reading = kept if chosen is None else cls.named(chosen)
        reading = reading._replace(is_kept=reading == kept)
        if not reading.mode and has_no_frames(request.headers.get("User-Agent", "")):
            return reading._replace(mode="plain")
        return reading

    @classmethod
    def named(cls, name):
        """Return the Reading of a name: "live", "plain" or a number of seconds; else no choice."""
        if name in {"live", "plain"}:
            return cls(name)
        if name and len(name) <= 4 and name.isascii() and name.isdigit() and int(name):
            return cls("refresh", min(max(int(name), SHORTEST), LONGEST))
        return cls()

    @property
    def name(self):
        return str(self.seconds) if self.seconds else self.mode


class ReadingForm(forms.Form):
    reading = forms.CharField(max_length=5, required=False)

    def clean_reading(self):
        return Reading.named(self.cleaned_data["reading"])


def read_by_choice(view):
    """Give a view's request its `reading`, and the page the header that reloads it.

    The header as well as the page's own `<meta>`: some browsers and proxies know only one of them.
    """

    @wraps(view)
    def with_reading(request, *args, **kwargs):
        request.reading = Reading.of(request)
        response = view(request, *args, **kwargs)
        if request.reading.seconds and response.status_code == 200 and not request.htmx:
            response["Refresh"] = str(request.reading.seconds)
        return response

    return with_reading


def remember(response, reading):
    """Have the browser keep `reading`, or forget what it kept where it is no choice."""
    if not reading.mode:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COOKIE,
        reading.name,
        max_age=ONE_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
