"""Render messages once: the page, the push and the catch-up use the same fragment.

Rendering one costs as much as a query, and a page has fifty, so the newest fragments are cached.
The template gets only the values in the cache key: no viewer, membership or request.
"""

from collections import OrderedDict
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from rooms.models import Membership
from users.clock.fragments import localize
from users.languages import workspace_time_zone
from users.models import User

from .models import Message

MAX_REMEMBERED = 4_000

_rendered: OrderedDict[Any, str] = OrderedDict()


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
    `reader` is the id of the user who reads it in a browser without styles, which cannot hide what
    is for others.
    It is cached in the workspace's time zone; another is written over its times.
    """
    zone = workspace_time_zone()
    key = (
        message.pk,
        message.revision,
        message.opens_day,  # search results set their own
        message.author.name,
        message.author.username,
        message.author.avatar_id,
        message.reply,
        get_language(),
        zone.key,
        is_author,
        can_moderate,
        is_other,
        can_pin,
        reader,
    )
    html = _rendered.get(key)
    if html is None or settings.DEBUG:  # with DEBUG, a designer may be changing the template
        context = {
            "message": message,
            "is_author": is_author,
            "can_moderate": can_moderate,
            "is_other": is_other,
            "can_pin": can_pin,
            "reader": reader,
        }
        with timezone.override(zone):
            html = _rendered[key] = render_to_string("messaging/_message.html", context)
        if len(_rendered) > MAX_REMEMBERED:
            _rendered.popitem(last=False)
    if message.opens_day or timezone.get_current_timezone() is not zone:  # "Today" ends
        return localize(html)
    return html


def render_message_for(
    viewer: User, membership: Membership | None, message: Message, has_styles: bool = True
) -> SafeString:
    """Return the fragment with the controls that `viewer`, who has `membership`, can use.

    Who can neither edit nor delete (muted, gone, or the room is archived) is not offered it.
    Moderators get the pushed one for their own messages, and so does who may only link to their
    own: the page's styles hide what is for others, unless the browser has none.
    """
    can_post = membership is not None and membership.can_post
    can_moderate = membership is not None and can_post and membership.can_moderate
    is_own = viewer.pk == message.author_id
    is_author = is_own and can_post
    is_other = membership is not None and (
        not is_own or (has_styles and (can_moderate or not is_author))
    )
    can_pin = membership is not None and membership.can_pin
    reader = None if has_styles else viewer.pk
    return render_message(message, is_author, can_moderate, is_other, can_pin, reader)


def forget() -> None:
    """Clear the cache of fragments."""
    _rendered.clear()
