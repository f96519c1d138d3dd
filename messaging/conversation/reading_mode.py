"""Reading modes of a room without JavaScript: live, reloaded at an interval, or plain.

The user chooses; nothing is detected, because a browser can have scripts that do not run. By
default scripts make the page live, and browsers without scripts show the live iframe in
`<noscript>`. Browsers that show an iframe as a link (w3m, Lynx …) get the plain page.
"""

from functools import wraps
from typing import NamedTuple

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.user_agents import fetches_pictures, has_no_frames

COOKIE = "reading"
ONE_YEAR = 60 * 60 * 24 * 365
SECONDS = 20  # between two reloads, as pages offer it
SHORTEST, LONGEST = 5, 3600


class Reading(NamedTuple):
    """`mode` is "" (no choice), "live", "refresh" or "plain"; `is_kept` if a cookie stores it."""

    mode: str = ""
    seconds: int = 0
    is_kept: bool = True

    @classmethod
    def of(cls, request):
        """Return the Reading that `?refresh=20` or `?reading=…` asks for, or the stored one."""
        kept = cls.named(request.COOKIES.get(COOKIE))
        chosen = request.GET.get("refresh", request.GET.get("reading"))
        reading = kept if chosen is None else cls.named(chosen)
        reading = reading._replace(is_kept=reading == kept)
        if not reading.mode and has_no_frames(request.headers.get("User-Agent", "")):
            return reading._replace(mode="plain")
        return reading

    @classmethod
    def named(cls, name):
        """Return the Reading for "live", "plain" or a number of seconds, or for no choice."""
        if name in {"live", "plain"}:
            return cls(name)
        if name and len(name) <= 4 and name.isascii() and name.isdigit() and int(name):
            return cls("refresh", min(max(int(name), SHORTEST), LONGEST))
        return cls()

    @property
    def name(self):
        return str(self.seconds or SECONDS) if self.mode == "refresh" else self.mode


def reports_itself(request):
    """Return True if the page tells the server what its reader has seen.

    A page with the script reports what was on screen, and a picture in its `<noscript>` reports the
    whole page if the browser runs no scripts. All other pages count as read when they are sent.
    """
    agent = request.headers.get("User-Agent", "")
    return not request.reading.mode and fetches_pictures(agent)


class ReadingForm(forms.Form):
    reading = forms.CharField(max_length=5, required=False)

    def clean_reading(self):
        return Reading.named(self.cleaned_data["reading"])


class ReadingSettingsForm(ReadingForm):
    """The reading mode of this browser, for the settings."""

    reading = forms.ChoiceField(
        required=False,
        label=_("How rooms are shown in this browser"),
        choices=[
            ("", _("Automatic: live, if the browser can")),
            ("live", _("Live without scripts: new messages arrive in a frame")),
            (str(SECONDS), _("Reload the page every 20 seconds")),
            ("plain", _("Paused: you refresh the page yourself")),
        ],
        widget=forms.RadioSelect,
    )


def read_by_choice(view):
    """Set `request.reading` for a view, and add a Refresh header to its response.

    The page has a `<meta>` refresh as well: some browsers and proxies support only one of them.
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
    """Store `reading` in a cookie, or delete the cookie if it is no choice."""
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
