"""A run of messages, rendered once for all who see it with the same controls.

A thousand people who open one room at once get the same fifty messages, which are most of the page.
"""

from collections.abc import Sequence, Set
from typing import NamedTuple, Protocol

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.conditional import release
from core.conditional.recent_texts import RecentHtml
from users.languages import workspace_time_zone

from ..message.models import Message
from ..message.rendering import MessagesOf

MAX_BYTES = 4_000_000  # of all runs; one has about 70,000, and its rows as many

runs = RecentHtml(MAX_BYTES)


class Shown(Protocol):
    """What a run is of: a Window."""

    rows: Sequence[tuple] | None  # what the database returned for its messages
    messages: Sequence[Message]

    @property
    def author_ids(self) -> Set[int]: ...

    @property
    def new_from(self) -> int | None: ...


class Run(NamedTuple):
    """What `messaging/conversation/_run.html` shows of it."""

    messages: Sequence[Message]
    new_from: int | None


def render_run(window: Shown, messages_of: MessagesOf) -> SafeString:
    """Return the messages of `window` as they are for the reader of `messages_of`."""
    if window.rows is None or settings.DEBUG:  # with DEBUG, a designer may be changing the template
        return _rendered(window, messages_of)
    key = (
        release.stamp(),
        get_language(),
        days(),
        messages_of.controls(window.author_ids),
        window.new_from,
        tuple(window.rows),
    )
    html = runs.get(key)
    if html is None:
        html = _rendered(window, messages_of)
        runs.keep(key, html)
    return html


def _rendered(window: Shown, messages_of: MessagesOf) -> SafeString:
    run = Run(window.messages, window.new_from)
    context = {"window": run, "messages_of": messages_of}
    return render_to_string("messaging/conversation/_run.html", context)


def days() -> tuple:
    """Return the time zone and its date of today, for the reader and for the workspace."""
    zones = (timezone.get_current_timezone(), workspace_time_zone())
    return tuple((str(zone), timezone.localdate(timezone=zone)) for zone in zones)
