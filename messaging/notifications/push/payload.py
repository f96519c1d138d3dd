"""What a push says: a declarative push message (Push API, 3.3), as JSON.

Safari shows it by itself; in other browsers our service worker shows the same `notification`. Push
services take 4,096 bytes of a sealed push, and Apple's shows less than that.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import regex
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation

from rooms.models import Membership
from rooms.unread.marks import MANY
from users.languages import language_of, time_zone_of
from users.models import User, Workspace

from ...message.models import Message
from ..missed import RoomNews

DECLARATIVE = 8030  # says that this JSON is a declarative push message
MAX_BYTES = 3_000
MAX_LETTERS = 200  # of a message
MAX_TITLE = 100  # letters
ICON, BADGE = "icon-192.png", "icon-badge-96.png"
SUMMARY, TEST = "summary", "test"  # tags, as a room's is its slug

# A letter as people see it (UAX 29, 3): an emoji family, or a letter with its accents.
_CLUSTER = regex.compile(r"\X")
_MOST_OF_A_CLUSTER = 12  # code points; more are no letter but an attack


def of_room(user: User, news: RoomNews, message: Message) -> bytes:
    """Return the push about new messages of one room, of which it shows `message`."""
    context = {
        "title": news.title,
        "message": message,
        "text": cut(message.text, MAX_LETTERS),
        "count": len(news.messages) + news.more,
    }
    path = place_of(message)
    moment = int(message.created_at.timestamp() * 1000)
    return _payload(user, "notice", context, path, news.room.slug, timestamp=moment)


def of_rooms(user: User, rooms: Sequence[RoomNews]) -> bytes:
    """Return the push that counts what is new in several rooms."""
    count = sum(len(news.messages) + news.more for news in rooms)
    context = {"rooms": rooms, "count": count}
    return _payload(user, "summary", context, reverse("messaging:unread"), SUMMARY)


def discreet_of_room(user: User, news: RoomNews, message: Message) -> bytes:
    """Return the push that only says that there is something, and opens `message`."""
    return _payload(user, "discreet", {}, place_of(message), news.room.slug)


def discreet_of_rooms(user: User) -> bytes:
    """Return the push that only says that there is something, and opens the list of it."""
    return _payload(user, "discreet", {}, reverse("messaging:unread"), SUMMARY)


def of_test(user: User) -> bytes:
    """Return a push by which somebody sees that pushes arrive."""
    return _payload(user, "test", {}, reverse("messaging:notifications"), TEST)


def place_of(message: Message) -> str:
    """Return where a push opens `message`: in its room, where a page that is open can go on."""
    return f"{message.room.get_absolute_url()}?around={message.position}#message-{message.pk}"


def without_text(payload: bytes) -> bytes:
    """Return this push with its title alone, for push services that refuse its length."""
    message = json.loads(payload)
    message["notification"]["body"] = ""
    return _encoded(message)


def badge_of(user: User) -> int:
    """Return the number on the icon of the app: the calls that the titles of the pages count."""
    listed = Membership.objects.filter(user=user, room__archived_at__isnull=True)
    return sum(min(calls, MANY) for calls in listed.with_unread().values_list("calls", flat=True))


def cut(text: str, letters: int) -> str:
    """Return `text` with at most so many letters, and "…" if it has more."""
    some = text[: (letters + 1) * _MOST_OF_A_CLUSTER]
    clusters = _CLUSTER.findall(some)
    if len(clusters) <= letters and some == text:
        return text
    return "".join(clusters[:letters]).rstrip() + "…"


def _payload(
    user: User, template: str, context: Mapping[str, Any], path: str, tag: str, **more: Any
) -> bytes:
    # Not every template uses it, and it is a query.
    page = {"person": user, "workspace": Workspace.current, **context}
    with translation.override(language_of(user)), timezone.override(time_zone_of(user)):
        text = render_to_string(f"messaging/notifications/push/{template}.txt", page)
    title, _line, body = text.strip().partition("\n")
    notification = {
        "title": cut(" ".join(title.split()), MAX_TITLE),
        "body": body.strip(),
        "navigate": settings.SITE_URL + path,
        "lang": language_of(user),
        "dir": "auto",
        "tag": tag,
        "renotify": True,  # what replaces an earlier one of the same room rings too
        "icon": settings.SITE_URL + static(ICON),
        "badge": settings.SITE_URL + static(BADGE),  # Android, in the status bar
        **more,
    }
    message = {"web_push": DECLARATIVE, "notification": notification, "app_badge": badge_of(user)}
    return _shortened(message)


def _shortened(message: dict[str, Any]) -> bytes:
    """Return `message` as JSON with as much of its text as MAX_BYTES hold."""
    notification = message["notification"]
    body = notification["body"]
    for letters in _lengths(len(body)):
        encoded = _encoded(message)
        if len(encoded) <= MAX_BYTES:
            return encoded
        notification["body"] = cut(body, letters)
    return encoded


def _lengths(letters: int) -> Iterable[int]:
    """Yield ever smaller numbers of letters, down to none."""
    letters = min(letters, MAX_BYTES)
    while letters:
        letters = letters * 4 // 5
        yield letters
    yield 0


def _encoded(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
