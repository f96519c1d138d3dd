"""Ephemeral updates: presence and typing. Losing one is harmless.

Each room is rendered at most once a tick, however many people come, go or type. The list of people
grows with the room and goes to everybody in it, so a crowd gets it less often.
"""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from django.utils import translation

from core.background_tasks import BackgroundTasks
from core.events import RoomTyping
from core.threads import in_database
from rooms import broadcasts as room_broadcasts

from ..message import broadcasts
from . import access_queries
from .access_monitor import AccessMonitor
from .feed import Feed
from .reader import Reader
from .registry import Registry

TYPING_SECONDS = 6
LISTS_A_SECOND = 500  # of the people in a room, to its readers: 1,000 get a new one every 2 s


class Ephemeral:
    def __init__(
        self, registry: Registry, access_monitor: AccessMonitor, tasks: BackgroundTasks
    ) -> None:
        self._registry = registry
        self._access_monitor = access_monitor
        self._tasks = tasks
        self._typists: dict[int, dict[int, Typist]] = {}  # room id: {user id: Typist}

    def people_changed(self, room_id: int) -> None:
        """Schedule a re-render of a room's people list; send it only if it changed."""
        self._registry.stale_people.add(room_id)

    def typing(self, event: RoomTyping) -> None:
        """Show for a few seconds that a user is typing."""
        until = asyncio.get_running_loop().time() + TYPING_SECONDS
        typists = self._typists.setdefault(event["room"], {})
        revision = event.get("revision", 0)  # events of older releases have none
        typists[event["user"]] = Typist(event["name"], until, revision)

    def typing_ended(self, room_id: int, user_ids: Iterable[int], revision: int) -> None:
        """Remove, at the next tick, the typing hints of users whose message has arrived.

        Who has typed since that message, of this `revision` of the room, is typing the next one: a
        message is drawn after its author was answered, so it may come after that hint.
        """
        typists = self._typists.get(room_id, {})
        for user_id in user_ids:
            if user_id in typists and typists[user_id].revision < revision:
                typists[user_id] = Typist("", 0.0, revision)

    def stop_reading(self, reader: Reader) -> None:
        """Stop a page from marking messages as read: its user has just marked them unread."""
        reader.is_reading = False
        if reader.encoder.shows("since"):
            html = broadcasts.render_reading_stopped()
            reader.push(reader.encoder.fragment("since", html))

    def has_news(self) -> bool:
        """Return whether there is anything to draw; hints that are shown have to end."""
        return bool(self._registry.stale_people or self._typists)

    async def draw(self) -> None:
        """Send what has changed since the last tick."""
        await self._draw_people()
        self._draw_typists()

    async def _draw_people(self) -> None:
        now, stale = asyncio.get_running_loop().time(), self._registry.stale_people
        feeds = [self._registry.feeds.get(room_id) for room_id in stale]
        feeds = [feed for feed in feeds if feed is not None and feed.has_readers]
        stale.intersection_update(feed.room_id for feed in feeds if feed.people_due > now)
        feeds = [feed for feed in feeds if feed.people_due <= now]
        if not feeds:
            return
        people = await in_database(access_queries.people_in)([feed.room_id for feed in feeds])
        for feed in feeds:
            if feed.room_id in people:
                present, revisions = people[feed.room_id]
                show = partial(self._show_people, feed, present)
                self._access_monitor.when_clear(feed, revisions, show)

    def _show_people(self, feed: Feed, present: list) -> None:
        if feed.people != present:
            feed.people = present
            feed.people_html = _send(feed, "people", room_broadcasts.render_people, present)
            readers = sum(map(len, feed.live.values()))
            feed.people_due = asyncio.get_running_loop().time() + readers / LISTS_A_SECOND

    def _draw_typists(self) -> None:
        now = asyncio.get_running_loop().time()
        for room_id, typists in list(self._typists.items()):
            typists = {user: entry for user, entry in typists.items() if entry.until > now}
            feed = self._registry.feeds.get(room_id)
            if feed is not None and not self._access_monitor.is_clear(feed):
                continue  # at a later tick
            if feed is None or not typists:
                del self._typists[room_id]
            else:
                self._typists[room_id] = typists
            names = [(user, entry.name) for user, entry in typists.items()]
            if feed is not None and feed.typists != names:
                feed.typists = names
                _send(feed, "typing", broadcasts.render_typing, names)


class Typist(NamedTuple):
    name: str
    until: float  # seconds on the event loop's clock
    revision: int  # of the room, as they typed


def _send(feed: Feed, element: str, render: Callable[[list], str], subject: list) -> dict[str, str]:
    html: dict[str, str] = {}
    for language in {encoder.language for encoder in feed.live if encoder.shows(element)}:
        with translation.override(language):
            html[language] = render(subject)
    feed.hint(element, html)
    return html
