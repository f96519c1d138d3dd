"""Ephemeral updates: presence, typing, unread marks. Losing one is harmless.

Each room is rendered at most once a tick, however many people come, go or type.
"""

import asyncio
from collections.abc import Callable, Container, Iterable
from functools import partial
from typing import NamedTuple

from django.utils import translation

from core.background_tasks import BackgroundTasks
from core.events import RoomTyping
from core.threads import in_database
from rooms import broadcasts as room_broadcasts
from rooms.access_revisions import Revisions

from ..message import broadcasts
from . import access_queries
from .access_monitor import AccessMonitor, close_shut_out
from .encoders import Encoder, Push
from .feed import Feed
from .reader import Reader
from .registry import Registry

TYPING_SECONDS = 6


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
        typists[event["user"]] = Typist(event["name"], until)

    def typing_ended(self, room_id: int, user_ids: Iterable[int]) -> None:
        """Remove the typing hints of users whose message has arrived, at the next tick."""
        typists = self._typists.get(room_id, {})
        for user_id in user_ids:
            if user_id in typists:
                typists[user_id] = Typist("", 0.0)

    def room_unread(
        self, feed: Feed, revisions: Iterable[int], authors: Container[int] = ()
    ) -> None:
        """Send the unread mark of a room to its watchers, except to `authors`.

        `revisions` are the access revisions at the time of the message. Watchers that have not
        been checked up to these are checked in the database first.
        """
        told = {reader for reader in feed.watchers if reader.user_id not in authors}
        revisions = Revisions(*revisions)
        known = {r for r in told if self._access_monitor.may_notify(r, feed.room_id, revisions)}
        feed.watchers -= told
        for reader in told:
            del reader.watching[feed.room_id]
        self.send_unread(known, feed.room_id, unread=True)
        if told - known:
            self._tasks.run(self._ask_and_tell(feed.room_id, list(told - known)))

    async def _ask_and_tell(self, room_id: int, readers: list[Reader]) -> None:
        codes = await in_database(access_queries.close_codes)(readers)
        shut_out = await in_database(access_queries.shut_out)(room_id, readers)
        close_shut_out(codes)
        self.send_unread(set(readers) - set(shut_out), room_id, unread=True)

    def send_unread(self, readers: Iterable[Reader], room_id: int, unread: bool) -> None:
        """Send the unread mark of a room, rendered once per audience."""
        pushes: dict[Encoder, Push] = {}
        for reader in readers:
            encoder = reader.encoder
            push = pushes.get(encoder)
            if push is None:
                with translation.override(encoder.language):
                    html = room_broadcasts.render_unread(room_id, unread)
                push = pushes[encoder] = encoder.fragment("rooms", html)
            reader.push(push)

    async def draw(self) -> None:
        """Send what has changed since the last tick."""
        await self._draw_people()
        await self._draw_rooms()
        self._draw_typists()

    async def _draw_people(self) -> None:
        rooms = list(self._registry.stale_people)
        self._registry.stale_people.clear()
        feeds = [self._registry.feeds.get(room_id) for room_id in rooms]
        feeds = [feed for feed in feeds if feed is not None and feed.has_readers]
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

    async def _draw_rooms(self) -> None:
        readers = self._registry.readers_of(self._registry.stale_lists)
        self._registry.stale_lists.clear()
        readers = [reader for reader in readers if reader.encoder.shows("rooms")]
        if not readers:
            return
        lists, codes = await in_database(access_queries.lists_of)(readers)
        close_shut_out(codes)
        for reader in readers:
            if not reader.closed:
                with translation.override(reader.encoder.language):
                    html = room_broadcasts.render_rooms(lists[reader.user_id], reader.room_id)
                reader.push(reader.encoder.fragment("rooms", html))

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


def _send(feed: Feed, element: str, render: Callable[[list], str], subject: list) -> dict[str, str]:
    html: dict[str, str] = {}
    for language in {encoder.language for encoder in feed.live}:
        with translation.override(language):
            html[language] = render(subject)
    feed.hint(element, html)
    return html
