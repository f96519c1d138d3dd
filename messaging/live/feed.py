"""The state of one room in one process: its readers, and what they have been sent."""

import asyncio
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any

from . import TRY_AGAIN_LATER
from .encoders import Encoder, in_language, newer_than, newest_only
from .reader import Reader

# Events held for a reader that catches up; after more it reads the database again.
HELD_EVENTS = 500


class Feed:
    """Delivers a room's changes to its local readers, exactly once and in order of revision.

    A reader is in one of three states. `joining`: it catches up from the database, and events
    that arrive meanwhile are held for it. `ahead`: it has read a change whose event has not
    arrived yet. `live`: it has everything that the feed has delivered. `watchers` are the users
    whose open pages show the unread mark of this room, wherever they read.
    """

    def __init__(self, room_id: int, counts: Counter[str], stale_people: set[int]) -> None:
        self.room_id = room_id
        self._counts = counts
        self._stale_people = stale_people  # the registry's: rooms whose people are rendered again
        self.delivered: int | None = None  # the newest delivered revision, once known
        self.counted = -1  # the newest revision after which the unread messages were counted
        self.is_followed = False  # by streams of all rooms: see `json_streams.rooms`
        self.filling = False
        self.is_gathering = False  # changes that can wait are held until the next flush
        self.gathers_until = 0.0  # no flush for them before: seconds on the event loop's clock
        self.live: dict[Encoder, set[Reader]] = {}  # by audience
        self.joining: dict[Reader, deque[Mapping[str, Any]]] = {}  # the held events of each
        self.ahead: set[Reader] = set()
        self.watchers: set[int] = set()  # user ids
        self.people: list | None = None  # the Here objects that were last rendered
        self.people_html: dict[str, str] = {}  # their HTML by language
        self.people_due = 0.0  # not rendered again before: seconds on the event loop's clock
        self.typists: list = []
        self.needed = 0  # the newest access revision of the room that is known here
        self.checked = 0  # the one up to which admitted readers have been checked
        self.check: asyncio.Task | None = None  # the running check
        self._pending: list[Mapping[str, Any]] = []

    @property
    def is_empty(self) -> bool:
        """Return True if this process has no readers or watchers of the room."""
        return not (self.has_readers or self.watchers or self.is_followed)

    @property
    def has_readers(self) -> bool:
        return bool(self.live or self.joining or self.ahead)

    @property
    def has_admitted(self) -> bool:
        """Return True if any reader is past `joining`, so that events can reach it."""
        return bool(self.live or self.ahead)

    @property
    def is_checked(self) -> bool:
        return self.checked >= self.needed or not self.has_admitted

    def readers(self) -> list[Reader]:
        """Return the local readers of the room in all states."""
        live = [reader for readers in self.live.values() for reader in readers]
        return [*live, *self.ahead, *self.joining]

    def hold(self, reader: Reader) -> None:
        """Hold events for `reader` from now on, while it catches up from its cursor."""
        if reader in self.live.get(reader.encoder, ()):
            reader.cursor = self.delivered
        self._forget(reader)
        self.joining[reader] = deque(maxlen=HELD_EVENTS)

    def release(self, reader: Reader) -> bool:
        """Make a reader live that has read the database up to its cursor.

        Return False if changes after the cursor are missing: read the database again. Held events
        that are not newer than the cursor are dropped, because the reader has them already.
        """
        missing = newer_than(reader.cursor, self.joining[reader])
        if reader.cursor < self.delivered and (
            not missing or missing[0]["first"] > reader.cursor + 1
        ):
            return False
        del self.joining[reader]
        self._enter(reader, missing)
        return True

    def leave(self, reader: Reader) -> None:
        """Remove `reader`, whatever its state."""
        self._forget(reader)

    def take(self, event: Mapping[str, Any]) -> None:
        """Store an event of the channel layer until the next `flush`."""
        self._pending.append(event)

    def flush(self) -> bool:
        """Deliver the next events in order, as one frame; return False if there is a gap.

        The frame has only the newest state of each message. Repeated events are dropped. Events
        after a gap wait until the gap is filled.
        """
        events = sorted(self._pending, key=lambda event: event["revision"])
        self._pending, ready = [], []
        for event in events:
            if event["revision"] <= self.delivered:
                continue
            if event["first"] <= self.delivered + 1:
                self.delivered = event["revision"]
                ready.append(event)
            else:
                self._pending.append(event)
        if ready:
            self._deliver(newest_only(ready))
        return not self._pending

    def fill(self, revision: int, changes: dict) -> None:
        """Deliver missing changes up to `revision` that were read from the database."""
        if revision > self.delivered:
            event = {"first": self.delivered + 1, "revision": revision, **changes}
            self.delivered = revision
            self._counts["gaps_filled_total"] += 1
            self._deliver([event])

    def hint(self, element: str, html: Mapping[str, str]) -> None:
        """Send a new state of an element (people, typing …) to the live readers that show it.

        `html` is {language: html}. It is not sent again: losing it is harmless.
        """
        for encoder, readers in self.live.items():
            if encoder.shows(element):
                push = encoder.fragment(element, in_language(html, encoder.language))
                for reader in readers:
                    reader.push(push)

    def _deliver(self, events: list[Mapping[str, Any]]) -> None:
        try:
            self._push_to_all(events)
        except Exception:
            for reader in self.readers():  # some may have missed these: they come back for them
                reader.close(TRY_AGAIN_LATER)
            raise

    def _push_to_all(self, events: list[Mapping[str, Any]]) -> None:
        for encoder, readers in self.live.items():
            push = encoder.changes(events)
            self._counts["deliveries_total"] += len(readers)
            for reader in readers:
                reader.push(push)
        for held in self.joining.values():
            held.extend(events)
        for reader in [r for r in self.ahead if r.cursor <= self.delivered]:
            self.ahead.discard(reader)
            self._enter(reader, newer_than(reader.cursor, events))

    def _enter(self, reader: Reader, missing: list[Mapping[str, Any]]) -> None:
        if missing:
            reader.push(reader.encoder.changes(missing))
        if reader.cursor > self.delivered:
            self.ahead.add(reader)
        else:
            self.live.setdefault(reader.encoder, set()).add(reader)
            self._show_people(reader)

    def _show_people(self, reader: Reader) -> None:
        """Send a reader that has just gone live the people list that the others have."""
        if not reader.encoder.shows("people"):
            return
        html = self.people_html.get(reader.language)
        if html is None:  # not rendered yet, or not in this language
            self.people = None
            self._stale_people.add(self.room_id)
        else:
            reader.push(reader.encoder.fragment("people", html))

    def _forget(self, reader: Reader) -> None:
        self.joining.pop(reader, None)
        self.ahead.discard(reader)
        readers = self.live.get(reader.encoder)
        if readers is not None:
            readers.discard(reader)
            if not readers:
                del self.live[reader.encoder]
