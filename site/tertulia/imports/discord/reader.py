"""The reader of exports of Discord."""

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import Any

from .. import reasons
from ..archive import Archive
from ..records import UNKNOWN, Broken, Person, Place, Said, Unreadable, uncounted
from ..values import key, mapping, mappings, moment_of_iso, text
from .channels import Channel, File, channel_of, places_of
from .messages import files_of, reactions_of, reason_against, sent_at
from .order import Found, in_order
from .snowflakes import number_of
from .stream import Export
from .texts import text_of


class DiscordReader:
    """Reads channels of any number of servers: Discord's ids are unique among all."""

    source = "discord"

    def __init__(self, archive: Archive, zone: tzinfo) -> None:
        self.usernames: dict[str, str] = {}
        self.room_names: dict[str, str] = {}
        self._archive, self._zone = archive, zone
        self.skipped: Counter[str] = Counter()
        self._people: dict[str, Person] = {}
        self._members: dict[str, set[str]] = defaultdict(set)
        self._channels: dict[str, Channel] = {}
        self._roots: set[int] = set()  # ids of messages that are there and begin a thread
        found = self._find_files()
        if not found:
            raise Broken("It has no channel of Discord that DiscordChatExporter wrote as JSON.")
        with uncounted(self):
            threads = {int(each.key) for each in self._channels.values() if each.parent_key}
            self._files = [self._look_through(file, threads) for file in found]
        places = places_of(self._channels.values(), self._members)
        self._places = {place.key: place for place in places}

    def people(self) -> Iterable[Person]:
        return list(self._people.values())

    def places(self) -> Iterable[Place]:
        return list(self._places.values())

    def said(self, place: Place) -> Iterator[Said]:
        firsts: dict[str, str] = {}  # of threads that no message of the channel begins
        last = None
        files = [file for file in self._files if self._place_key(file.channel_key) == place.key]
        for found in in_order(files, self._read):
            if found.number == last:
                self.skipped[reasons.TWICE] += 1
                continue
            last = found.number
            if said := self._said(place, found, firsts):
                yield said

    def _find_files(self) -> list[File]:
        """Return the files that hold a channel, and note the channels."""
        found = []
        for path in self._archive.names():
            if not path.lower().endswith(".json"):
                continue
            try:
                with self._archive.open(path) as opened:
                    channel = channel_of(Export(opened).about)
            except Unreadable:
                channel = None
            if channel is None:
                self.skipped[reasons.UNREADABLE] += 1
                continue
            self._channels.setdefault(channel.key, channel)
            found.append(File(path, channel.key))
        return found

    def _look_through(self, file: File, threads: set[int]) -> File:
        """Return `file` with where its messages begin and whether they are sorted; meet people.

        Note those of its messages that begin one of `threads`.
        """
        first = last = None
        is_sorted = True
        for found in self._read(file):
            is_sorted = is_sorted and (last is None or found.number >= last)
            first = found.number if first is None else min(first, found.number)
            last = found.number
            if reason_against(found.message):
                continue
            if found.number in threads:
                self._roots.add(found.number)
            self._meet(found.message, self._place_key(file.channel_key))
        return file._replace(first=first or 0, is_sorted=is_sorted)

    def _place_key(self, channel_key: str) -> str:
        return self._channels[channel_key].parent_key or channel_key

    def _meet(self, message: dict[str, Any], place_key: str) -> None:
        author_key = self._note(mapping(message.get("author")), is_author=True)
        self._members[place_key].add(author_key)
        for person in mappings(message.get("mentions")):
            self._note(person)
        for reaction in mappings(message.get("reactions")):
            for person in mappings(reaction.get("users")):
                self._note(person)

    def _note(self, person: dict[str, Any], is_author: bool = False) -> str:
        """Note somebody; return their key. An author says more than who is only mentioned."""
        person_key = key(person.get("id"))
        name = text(person.get("name")).strip()[:200]
        if not person_key:
            self._people.setdefault(UNKNOWN.key, UNKNOWN)
            return UNKNOWN.key
        if is_author or person_key not in self._people:
            shown = text(person.get("nickname")).strip()[:200]
            self._people[person_key] = Person(
                key=person_key,
                username=name or f"discord-{person_key}",
                display_name=shown or name,
                is_bot=person.get("isBot") is True,
            )
        return person_key

    def _read(self, file: File) -> Iterator[Found]:
        """Yield the messages of `file` that have an id."""
        try:
            with self._archive.open(file.path) as opened:
                for message in Export(opened).messages():
                    is_message = isinstance(message, dict)
                    number = number_of(key(message.get("id"))) if is_message else None
                    if number is not None:
                        yield Found(number, file, message)
                    else:
                        self.skipped[reasons.NO_MESSAGE] += 1
        except Unreadable:
            self.skipped[reasons.UNREADABLE] += 1

    def _said(self, place: Place, found: Found, firsts: dict[str, str]) -> Said | None:
        message = found.message
        created_at = sent_at(message, self._zone)
        reason = reason_against(message) or (None if created_at else reasons.NO_TIME)
        if reason or created_at is None:
            self.skipped[reason or reasons.NO_TIME] += 1
            return None
        body = text_of(message, self._person_name)
        files = files_of(message, posixpath.dirname(found.file.path), self._archive)
        if not body and not files:
            self.skipped[reasons.EMPTY] += 1
            return None
        reactions, unknown = reactions_of(message)
        if unknown:
            self.skipped[reasons.REACTIONS_OF_NOBODY] += unknown
        return Said(
            key=str(found.number),
            author_key=key(mapping(message.get("author")).get("id")) or UNKNOWN.key,
            created_at=created_at,
            body=body,
            edited_at=moment_of_iso(message.get("timestampEdited"), self._zone),
            reply_to=self._answered(found, firsts),
            reactions=reactions,
            files=files,
            is_pinned=message.get("isPinned") is True,
        )

    def _answered(self, found: Found, firsts: dict[str, str]) -> str | None:
        """Return the key of what a message answers; in a thread, of what the thread is about."""
        channel = self._channels[found.file.channel_key]
        reference = mapping(found.message.get("reference"))
        number = number_of(key(reference.get("messageId")))
        elsewhere = key(reference.get("channelId")) not in ("", channel.key)
        is_reply = text(reference.get("type")).lower() in ("", "default", "0")
        if number is not None and is_reply and not elsewhere and number < found.number:
            return str(number)
        if not channel.parent_key:
            return None
        if int(channel.key) in self._roots:
            return channel.key
        first = firsts.setdefault(channel.key, str(found.number))
        return first if first != str(found.number) else None

    def _person_name(self, person_key: str) -> str | None:
        person = self._people.get(person_key)
        return self.usernames.get(person_key) or (person.username if person else None)
