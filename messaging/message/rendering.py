"""Render messages once: the page, the push and the catch-up use the same fragment.

Rendering one costs as much as a query, and a page has fifty, so the newest fragments are cached.
The template gets only the values in the cache key: no viewer, membership or request.
"""

from collections.abc import Callable, Set
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.conditional.recent_texts import RecentHtml
from rooms.models import Membership
from users.clock.fragments import localize
from users.languages import workspace_time_zone
from users.models import User

from .models import Message

MAX_BYTES = 8_000_000  # of all fragments; one has about 2,600, with its key

_rendered = RecentHtml(MAX_BYTES)


class Controls(NamedTuple):
    """The controls that a fragment includes.

    `reader` is the id of the user who reads it in a browser without styles, which cannot hide what
    is for others.
    """

    is_author: bool
    can_moderate: bool
    is_other: bool
    can_pin: bool
    reader: int | None


def render_message(
    message: Message,
    is_author: bool = True,
    can_moderate: bool = True,
    is_other: bool = True,
    can_pin: bool = True,
    reader: int | None = None,
) -> SafeString:
    """Return `messaging/_message.html` for `message` in the current language and time zone.

    By default it includes every control. This version is pushed, the same to every reader.
    """
    return _render(message, Controls(is_author, can_moderate, is_other, can_pin, reader))


def _render(message: Message, controls: Controls) -> SafeString:
    """Return the fragment, cached in the workspace's time zone, and in another after that."""
    zone, author = workspace_time_zone(), message.author
    key = (
        message.pk,
        message.revision,
        message.opens_day,  # search results set their own
        author.name,
        author.username,
        author.avatar_id,
        message.reply,
        get_language(),
        zone.key,
        controls,
    )
    html = _rendered.get(key)
    if html is None or settings.DEBUG:  # with DEBUG, a designer may be changing the template
        context = {"message": message, **controls._asdict()}
        with timezone.override(zone):
            html = render_to_string("messaging/_message.html", context)
        _rendered.keep(key, html)
    if message.opens_day or timezone.get_current_timezone() is not zone:  # "Today" ends
        return _in_this_zone(html, key)
    return html


def _in_this_zone(html: SafeString, key: Any) -> SafeString:
    """Return the fragment `html`, cached as `key`, with the times of the current zone as of now."""
    now = timezone.localtime()
    key = (key, now.tzinfo, now.date())
    local = _rendered.get(key)
    if local is None or settings.DEBUG:
        local = localize(html)
        _rendered.keep(key, local)
    return local


class MessagesOf(NamedTuple):
    """Renders messages of a room for one viewer: what they may do is worked out once for all."""

    viewer_id: int
    own: Controls
    others: Controls

    @classmethod
    def room(
        cls, viewer: User, membership: Membership | None, has_styles: bool = True
    ) -> "MessagesOf":
        """Return one with the controls that `viewer`, who has `membership`, can use.

        Who can neither edit nor delete (muted, gone, or the room is archived) is not offered it.
        Moderators get the pushed one for their own messages, and so does who may only link to their
        own: the page's styles hide what is for others, unless the browser has none.
        """
        can_post = membership is not None and membership.can_post
        can_moderate = membership is not None and can_post and membership.can_moderate
        can_pin = membership is not None and membership.can_pin
        is_other_too = membership is not None and has_styles and (can_moderate or not can_post)
        reader = None if has_styles else viewer.pk
        own = Controls(can_post, can_moderate, is_other_too, can_pin, reader)
        others = Controls(False, can_moderate, membership is not None, can_pin, reader)
        return cls(viewer.pk, own, others)

    def controls(self, author_ids: Set[int]) -> tuple:
        """Return all that these authors' messages show of the viewer: equal for many of them."""
        return tuple(self) if self.viewer_id in author_ids else (self.others,)

    def render(self, message: Message) -> SafeString:
        is_own = message.author_id == self.viewer_id
        return _render(message, self.own if is_own else self.others)


def render_message_for(
    viewer: User, membership: Membership | None, message: Message, has_styles: bool = True
) -> SafeString:
    """Return the fragment with the controls that `viewer`, who has `membership`, can use."""
    return MessagesOf.room(viewer, membership, has_styles).render(message)


def remembered(key: Any, render: Callable[[], str]) -> str:
    """Return the HTML of `key`, rendered the first time. For what is the same for everybody."""
    html = _rendered.get(key)
    if html is None or settings.DEBUG:  # see _render
        html = SafeString(render())
        _rendered.keep(key, html)
    return html


def forget() -> None:
    """Clear the cache of fragments."""
    _rendered.clear()
