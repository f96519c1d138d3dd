"""The reader of Slack's exports."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from .. import reasons
from ..archive import Archive
from ..records import Broken, FileHere, Person, Place, Said, Unreadable, uncounted
from ..values import mapping, moment, sequence, text
from .days import Days, Found
from .layout import LISTS, PEOPLE, Layout
from .messages import (
    body_of,
    files_of,
    gone_files,
    is_tombstone,
    reactions_of,
    reason_against,
)
from .people import People
from .places import Channel, channel_of, merged, told_apart
from .threads import Threads


class SlackReader:
    """Reads an export of one workspace, or of an Enterprise Grid."""

    def __init__(self, archive: Archive) -> None:
        self.usernames: dict[str, str] = {}
        self.room_names: dict[str, str] = {}
        self._archive = archive
        self._layout = Layout(archive)
        if not self._layout.roots:
            raise Broken("It has no channels.json and no users.json: it is no export of Slack.")
        self.skipped: Counter[str] = Counter()
        self._people = People()
        self._has_met = False
        self._read_people()
        self._channels = told_apart(self._read_channels())
        self._count_unnamed_folders()
        self.source = ":".join(filter(None, ["slack", self._people.workspace]))

    def people(self) -> Iterable[Person]:
        """Return the people of the lists, and those whom only messages name."""
        if not self._has_met:
            self._meet_strangers()
        return [*self._people.known.values(), *self._people.strangers.values()]

    def places(self) -> Iterable[Place]:
        return [channel.place for channel in self._channels.values()]

    def said(self, place: Place) -> Iterator[Said]:
        channel = self._channels[place.key]
        if not channel.folders:
            self.skipped[reasons.NO_FOLDER] += 1
        threads = Threads()
        for found in self._in_order(channel):
            if said := self._said(channel, found, threads):
                yield said

    def _read_people(self) -> None:
        for root in sorted(self._layout.roots):
            for name in PEOPLE:
                for user in self._entries(root, name):
                    if not self._people.add(user):
                        self.skipped[reasons.NO_ID] += 1

    def _read_channels(self) -> dict[str, Channel]:
        channels: dict[str, Channel] = {}
        for root in sorted(self._layout.roots):
            for name, kind in LISTS.items():
                for entry in self._entries(root, name):
                    channel = channel_of(self._layout, root, kind, entry)
                    if channel is None:
                        self.skipped[reasons.NO_ID] += 1
                    else:
                        earlier = channels.get(channel.place.key)
                        channel = merged(earlier, channel) if earlier else channel
                        channels[channel.place.key] = channel
        return channels

    def _entries(self, root: str, name: str) -> Iterator[dict[str, Any]]:
        """Yield the entries of a list. One that cannot be read is counted."""
        path = self._layout.lists.get((root, name))
        return self._objects(path, reasons.NO_ID) if path else iter(())

    def _objects(self, path: str, reason: str) -> Iterator[dict[str, Any]]:
        """Yield the objects of a list in the file `path`, and count for `reason` what is none."""
        try:
            values = self._archive.json(path)
        except Unreadable:
            values = None
        if not isinstance(values, list):
            self.skipped[reasons.UNREADABLE] += 1
        for value in sequence(values):
            if isinstance(value, dict):
                yield value
            else:
                self.skipped[reason] += 1

    def _count_unnamed_folders(self) -> None:
        """Count the folders of which no list says who may see them."""
        named = frozenset[str]().union(*(each.folders for each in self._channels.values()))
        for _folder in self._layout.folders() - named:
            self.skipped[reasons.NO_PLACE] += 1

    def _meet_strangers(self) -> None:
        """Read all messages for the people in them."""
        with uncounted(self):
            for channel in self._channels.values():
                self._people.note(list(channel.place.member_keys))
                for path in self._layout.days(channel.folders):
                    for message in self._objects(path, reasons.NO_MESSAGE):
                        if reason_against(message) is None:
                            self._people.meet(message)
        self._has_met = True

    def _in_order(self, channel: Channel) -> Iterator[Found]:
        days = Days()
        paths: list[str | None] = [*self._layout.days(channel.folders), None]
        for path, following in pairwise(paths):
            assert path is not None
            for message in self._objects(path, reasons.NO_MESSAGE):
                if time := moment(message.get("ts")):
                    days.add(time, message)
                else:
                    self.skipped[reasons.NO_TIME] += 1
            yield from days.before(following)

    def _said(self, channel: Channel, found: Found, threads: Threads) -> Said | None:
        message = found.message
        if reason := reason_against(message):
            self.skipped[reason] += 1
            return None
        is_deleted = is_tombstone(message)
        body = "" if is_deleted else body_of(message, self._name_of)
        files = () if is_deleted else self._files(message)
        if not (body or files or is_deleted):
            self.skipped[reasons.EMPTY] += 1
            return None
        author_key, time = self._people.author_of(message), text(message.get("ts")).strip()
        key = threads.key_of(time, author_key, body)
        if key is None:
            self.skipped[reasons.TWICE] += 1
            return None
        return Said(
            key=key,
            author_key=author_key,
            created_at=found.time,
            body=body,
            edited_at=moment(mapping(message.get("edited")).get("ts")),
            reply_to=threads.root_of(message, time, key),
            reactions=reactions_of(message),
            files=files,
            is_pinned=time in channel.pinned or bool(sequence(message.get("pinned_to"))),
            deleted_at=found.time if is_deleted else None,
        )

    def _files(self, message: dict[str, Any]) -> tuple[FileHere, ...]:
        if gone := gone_files(message):
            self.skipped[reasons.FILE_GONE] += gone
        return files_of(message, self._layout.files, self._archive)

    def _name_of(self, key: str) -> str | None:
        """Return the name here, or in Slack, of a person or an open channel."""
        if name := self.usernames.get(key) or self._people.name_of(key):
            return name
        channel = self._channels.get(key)
        if channel is None or channel.place.kind != "open":
            return None  # nobody must learn from a text that a closed one exists
        return self.room_names.get(key) or channel.place.name
