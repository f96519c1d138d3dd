"""Keep the lists of rooms on open pages current, and the numbers of calls and of what is due.

The database is asked, at most once a tick for all rooms and users of this process, and what it says
is compared with what the pages show. So nothing is counted twice, and a lost event only makes the
numbers late. Each state of a room is rendered once a tick for all pages of a language.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from django.utils import translation

from core.threads import in_database
from rooms import broadcasts
from rooms.models import Membership
from rooms.unread.marks import Mark, calls_in

from ..access_monitor import AccessMonitor, close_shut_out
from ..encoders import Encoder, Push
from ..feed import Feed
from ..reader import Reader
from ..registry import Registry
from . import queries
from .queries import Pair

# How long what is new in a room stays uncounted for those who have it open: a page in view reports
# within this time that it was read.
READING_SECONDS = 3
USERS_RECOUNTED = 100  # of this process at each comparison with the database
PAGES_AT_A_TIME = 200


class Change(NamedTuple):
    """A mark that the pages of a user do not show yet."""

    user_id: int
    room_id: int
    mark: Mark
    is_call: bool  # whether the number of calls has changed


class RoomLists:
    def __init__(self, registry: Registry, access_monitor: AccessMonitor) -> None:
        self._registry = registry
        self._access_monitor = access_monitor
        self._rooms: set[int] = set()  # to be counted for their watchers
        self._pairs: set[Pair] = set()  # to be counted, a room for one user
        self._users: set[int] = set()  # to be counted in all their rooms
        self._held: dict[Pair, float] = {}  # until when what is new is not shown
        self._newcomers: set[Reader] = set()  # whose pages may show older numbers
        self._round: list[int] = []  # users not recounted yet, see `recount_some`
        self._due: dict[int, int] = {}  # {user id: the number of due messages that pages show}

    def greet(self, reader: Reader) -> None:
        """Send a new reader all marks once it is admitted: its page was rendered before."""
        if _has_list(reader):
            self._newcomers.add(reader)
            self._users.add(reader.user_id)

    def room_changed(self, feed: Feed, revision: int) -> None:
        """Count a room again, whose messages or mentions have changed up to `revision`."""
        feed.counted = max(feed.counted, revision)
        self._registry.note_moved(feed)
        if feed.watchers:
            self._rooms.add(feed.room_id)

    def room_read(self, user_id: int, room_id: int) -> None:
        """Count a room again for a user who has read in it."""
        self._held.pop((user_id, room_id), None)
        if user_id in self._registry.marks:
            self._pairs.add((user_id, room_id))

    def user_changed(self, user_id: int) -> None:
        """Count everything of a user again."""
        if user_id in self._registry.marks:
            self._users.add(user_id)

    def recount_some(self) -> None:
        """Count all of the next users again: events about them may be lost, and time passes."""
        if not self._round:
            self._round = list(self._registry.marks)
            marks = self._registry.marks
            self._due = {user: due for user, due in self._due.items() if user in marks}
        self._users.update(self._round[-USERS_RECOUNTED:])
        del self._round[-USERS_RECOUNTED:]

    def has_news(self) -> bool:
        """Return whether there is anything to draw, now or once what is held back is shown."""
        counted = self._rooms or self._pairs or self._users or self._held
        return bool(counted or self._newcomers or self._registry.stale_lists)

    async def draw(self) -> None:
        """Send what has changed since the last tick."""
        await self._draw_marks()
        await self._draw_lists()
        await self._greet_newcomers()

    # Marks

    async def _draw_marks(self) -> None:
        now = asyncio.get_running_loop().time()
        self._pairs |= {pair for pair, until in self._held.items() if until <= now}
        rooms, pairs, users = self._rooms, self._pairs, self._users
        if not (rooms or pairs or users):
            return
        self._rooms, self._pairs, self._users = set(), set(), set()
        feeds = [self._registry.feeds[pk] for pk in rooms if pk in self._registry.feeds]
        watched = [(feed.room_id, set(feed.watchers)) for feed in feeds]
        try:
            found = await in_database(queries.marks)(watched, pairs, users)
            await self._access_monitor.people_cleared(found.revision)
        except Exception:
            self._rooms |= rooms
            self._pairs |= pairs
            self._users |= users
            raise
        self._note_rooms(users, found.marks)
        await self._send_marks(self._note(found.marks))
        await self._send_due(self._note_due(found.due))

    def _note_rooms(self, users: Iterable[int], found: Iterable[Pair]) -> None:
        """Watch the rooms that `users` are in, which are all in `found`.

        Draw the list of a user again if it had other rooms.
        """
        rooms: dict[int, set[int]] = {user_id: set() for user_id in users}
        for user_id, room_id in found:
            if user_id in rooms:
                rooms[user_id].add(room_id)
        for user_id in rooms.keys() & self._registry.marks.keys():
            if self._registry.marks[user_id].keys() != rooms[user_id]:
                self._registry.watch_only(user_id, rooms[user_id])
                self._registry.stale_lists.add(user_id)

    def _note(self, found: Mapping[Pair, Mark]) -> list[Change]:
        """Note what the pages will show; return what has changed."""
        changes = []
        for (user_id, room_id), mark in found.items():
            marks = self._registry.marks.get(user_id, {})
            if room_id not in marks:
                continue  # the user's pages have closed, or they have left the room
            old, new = marks[room_id], self._shown(user_id, room_id, mark)
            marks[room_id] = new
            if old is None or old == new:  # None: the greeting or the list will show it
                continue
            if (old.is_listed, old.is_muted) != (new.is_listed, new.is_muted):
                self._registry.stale_lists.add(user_id)
            else:
                changes.append(Change(user_id, room_id, new, old.calls != new.calls))
        return changes

    def _shown(self, user_id: int, room_id: int, mark: Mark) -> Mark:
        """Return `mark`, or the shown one while the user may just be reading what is new."""
        pair, shown = (user_id, room_id), self._registry.marks[user_id].get(room_id)
        readers = self._registry.readers[user_id]
        may_read = shown is not None and any(reader.room_id == room_id for reader in readers)
        if shown is not None and may_read and mark.exceeds(shown):
            now = asyncio.get_running_loop().time()
            if now < self._held.setdefault(pair, now + READING_SECONDS):
                return shown
        self._held.pop(pair, None)
        return mark

    async def _send_marks(self, changes: Iterable[Change]) -> None:
        drawn = Drawn()
        pushes: dict[Reader, list[Push]] = {}
        for change in changes:
            for reader in self._readers_of(change.user_id):
                html = drawn(broadcasts.render_unread, reader.encoder, change.room_id, change.mark)
                pushes.setdefault(reader, []).append(html)
        for user_id in {change.user_id for change in changes if change.is_call}:
            calls = self._calls_of(user_id)
            for reader in self._readers_of(user_id):
                pushes[reader].append(drawn(broadcasts.render_calls, reader.encoder, calls))
        await _send(pushes)

    def _note_due(self, found: Mapping[int, int]) -> list[int]:
        """Note what the pages will show; return the users for whom it has changed."""
        changed = [user for user, due in found.items() if self._due.get(user, due) != due]
        self._due |= {user: due for user, due in found.items() if user in self._registry.marks}
        return changed

    async def _send_due(self, users: Iterable[int]) -> None:
        drawn = Drawn()
        pushes = {
            reader: [drawn(broadcasts.render_due, reader.encoder, self._due[user_id])]
            for user_id in users
            for reader in self._readers_of(user_id)
        }
        await _send(pushes)

    # Whole lists

    async def _draw_lists(self) -> None:
        users = self._registry.stale_lists & self._registry.marks.keys()
        self._registry.stale_lists.clear()
        readers = [reader for user in users for reader in self._pages_of(user)]
        if not readers:
            return
        lists, codes = await in_database(queries.lists_of)(readers)
        close_shut_out(codes)
        for user_id, memberships in lists.items():
            self._note_list(user_id, memberships)
        for reader in readers:
            if not reader.closed:
                with translation.override(reader.language):
                    html = broadcasts.render_rooms(lists[reader.user_id], reader.room_id)
                    html += broadcasts.render_calls(self._calls_of(reader.user_id))
                reader.push(reader.encoder.fragment("rooms", html))

    def _note_list(self, user_id: int, memberships: Iterable[Membership]) -> None:
        """Note what a list will show, and have it show what the marks show."""
        marks = self._registry.marks.get(user_id, {})
        for membership in memberships:
            if membership.room_id in marks:
                membership.mark = self._shown(user_id, membership.room_id, membership.mark)
                marks[membership.room_id] = membership.mark
        for room_id in [room_id for room_id, mark in marks.items() if mark is None]:
            marks[room_id] = Mark(is_listed=False)

    # New pages

    async def _greet_newcomers(self) -> None:
        drawn = Drawn()
        pushes: dict[Reader, list[Push]] = {}
        for reader in list(self._newcomers):
            marks = self._registry.marks.get(reader.user_id)
            if reader.closed or marks is None:
                self._newcomers.discard(reader)
            elif _is_admitted(reader) and None not in marks.values():
                self._newcomers.discard(reader)
                listed = [(room, mark) for room, mark in marks.items() if mark and mark.is_listed]
                pushes[reader] = [
                    drawn(broadcasts.render_unread, reader.encoder, room_id, mark)
                    for room_id, mark in listed
                ]
                calls = self._calls_of(reader.user_id)
                pushes[reader].append(drawn(broadcasts.render_calls, reader.encoder, calls))
                due = self._due.get(reader.user_id, 0)
                pushes[reader].append(drawn(broadcasts.render_due, reader.encoder, due))
        await _send(pushes)

    def _pages_of(self, user_id: int) -> list[Reader]:
        """Return the readers of this user whose pages have the list of rooms."""
        return [reader for reader in self._registry.readers_of([user_id]) if _has_list(reader)]

    def _readers_of(self, user_id: int) -> list[Reader]:
        """Return those of `_pages_of` to which a mark can be sent now.

        The others get all marks when they are admitted, or the list after their check.
        """
        pages = self._pages_of(user_id)
        return [page for page in pages if _is_admitted(page) and page not in self._newcomers]

    def _calls_of(self, user_id: int) -> int:
        return calls_in(mark for mark in self._registry.marks[user_id].values() if mark)


class Drawn:
    """The fragments of one tick, each rendered once for an audience."""

    def __init__(self) -> None:
        self._pushes: dict[Any, Push] = {}

    def __call__(self, render: Callable[..., str], encoder: Encoder, *values: Any) -> Push:
        key = (render, encoder, values)
        push = self._pushes.get(key)
        if push is None:
            with translation.override(encoder.language):
                push = self._pushes[key] = encoder.fragment("rooms", render(*values))
        return push


def _has_list(reader: Reader) -> bool:
    return reader.encoder.shows("rooms")


def _is_admitted(reader: Reader) -> bool:
    return reader.checked is not None and reader.check is None and not reader.closed


async def _send(pushes: Mapping[Reader, list[Push]]) -> None:
    """Send each reader its fragments in one push; let others work in between."""
    for number, (reader, fragments) in enumerate(pushes.items(), 1):
        reader.push(fragments[0] if len(fragments) == 1 else "".join(fragments))
        if number % PAGES_AT_A_TIME == 0:
            await asyncio.sleep(0)
