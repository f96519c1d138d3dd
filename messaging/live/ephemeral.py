"""What is worth telling and may be lost: who is here, who is typing, what became unread.

Drawn at most once a beat and room, however many people come, go or type.
"""

import asyncio
from functools import partial
from typing import NamedTuple

from django.utils import translation

from core.threads import in_database
from rooms import broadcasts as room_broadcasts

from ..message import broadcasts
from . import access_queries
from .access_monitor import close_shut_out
from .access_queries import Revisions
from .feed import hinted

TYPING_SECONDS = 6


class Ephemeral:
    def __init__(self, hub):
        self._hub = hub
        self._changed_rooms = set()  # rooms whose people are to be drawn again
        self._typists = {}  # room: {user id: Typist}
        self._changed_lists = set()  # people whose list of rooms is to be drawn again

    def people_changed(self, room_id):
        """Draw the people of a room at the next beat, and send them if they are others."""
        self._changed_rooms.add(room_id)

    def show_people(self, feed, reader):
        """Show a reader that has just gone live who is here, as the others were shown last."""
        html = feed.people_html.get(reader.language)
        if html is None:  # nobody was, or not in this language
            feed.people = None
            self.people_changed(feed.room_id)
        else:
            reader.push(hinted(html, reader.audience, "people"))

    def rooms_changed(self, user_id):
        """Draw a person's list of rooms at the next beat."""
        self._changed_lists.add(user_id)

    def typing(self, event):
        """Show, for some seconds, that somebody is typing."""
        until = asyncio.get_running_loop().time() + TYPING_SECONDS
        typists = self._typists.setdefault(event["room"], {})
        typists[event["user"]] = Typist(event["name"], until)

    def typing_ended(self, room_id, user_ids):
        """Take the hint back, at the next beat, of those whose message has come."""
        typists = self._typists.get(room_id, {})
        for user_id in user_ids:
            if user_id in typists:
                typists[user_id] = Typist("", 0.0)

    def room_unread(self, feed, revisions, authors=()):
        """Tell those who watch a room, and did not write in it themselves, that it is unread.

        `revisions` are those of access that the news was made up to. Of whom it is not known that
        they may see the room since, the database is asked first.
        """
        told = {reader for reader in feed.watchers if reader.user_id not in authors}
        access_monitor, revisions = self._hub.access_monitor, Revisions(*revisions)
        known = {r for r in told if access_monitor.knows(r, feed.room_id, revisions)}
        feed.watchers -= told
        for reader in told:
            del reader.watching[feed.room_id]
        self.send_unread(known, feed.room_id, unread=True)
        if told - known:
            self._hub.run(self._ask_and_tell(feed.room_id, list(told - known)))

    async def _ask_and_tell(self, room_id, readers):
        codes = await in_database(access_queries.close_codes)(readers)
        shut_out = await in_database(access_queries.shut_out)(room_id, readers)
        close_shut_out(codes)
        self.send_unread(set(readers) - set(shut_out), room_id, unread=True)

    def send_unread(self, readers, room_id, unread):
        """Send the mark of a room in the list of rooms, drawn once a language."""
        html = {}
        for reader in readers:
            if reader.language not in html:
                with translation.override(reader.language):
                    html[reader.language] = room_broadcasts.render_unread(room_id, unread)
            reader.push(html[reader.language])

    async def draw(self):
        """Send what has changed since the last beat."""
        await self._draw_people()
        await self._draw_rooms()
        self._draw_typists()

    async def _draw_people(self):
        rooms, self._changed_rooms = self._changed_rooms, set()
        feeds = [self._hub.feeds[room_id] for room_id in rooms if room_id in self._hub.feeds]
        feeds = [feed for feed in feeds if feed.has_readers]
        if not feeds:
            return
        people = await in_database(access_queries.people_in)([feed.room_id for feed in feeds])
        for feed in feeds:
            if feed.room_id in people:
                present, revisions = people[feed.room_id]
                show = partial(self._show_people, feed, present)
                self._hub.access_monitor.when_clear(feed, revisions, show)

    def _show_people(self, feed, present):
        if feed.people != present:
            feed.people = present
            feed.people_html = _send(feed, room_broadcasts.render_people, present, element="people")

    async def _draw_rooms(self):
        users, self._changed_lists = self._changed_lists, set()
        readers = [r for user_id in users for r in self._hub.readers.get(user_id, ())]
        readers = [reader for reader in readers if not reader.is_stream]
        if not readers:
            return
        lists, codes = await in_database(access_queries.lists_of)(readers)
        close_shut_out(codes)
        for reader in readers:
            if not reader.closed:
                with translation.override(reader.language):
                    memberships = lists[reader.user_id]
                    reader.push(room_broadcasts.render_rooms(memberships, reader.room_id))

    def _draw_typists(self):
        now = asyncio.get_running_loop().time()
        for room_id, typists in list(self._typists.items()):
            typists = {user: entry for user, entry in typists.items() if entry.until > now}
            feed = self._hub.feeds.get(room_id)
            if feed is not None and not self._hub.access_monitor.is_clear(feed):
                continue  # at a later beat
            if feed is None or not typists:
                del self._typists[room_id]
            else:
                self._typists[room_id] = typists
            names = [(user, entry.name) for user, entry in typists.items()]
            if feed is not None and feed.typists != names:
                feed.typists = names
                _send(feed, broadcasts.render_typing, names)


class Typist(NamedTuple):
    name: str
    until: float  # in the event loop's seconds


def _send(feed, render, subject, element=None):
    html = {}
    for language in {audience.language for audience in feed.live}:
        with translation.override(language):
            html[language] = render(subject)
    feed.hint(html, element)
    return html
