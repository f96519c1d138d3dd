"""The records that readers give and the writer stores. Keys are the ids of the source, as text."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from typing import BinaryIO, NamedTuple, Protocol


class Person(NamedTuple):
    """Somebody who wrote, or belongs to a place. Names are as in the source, not yet cleaned."""

    key: str
    username: str
    display_name: str = ""
    email: str = ""  # what the source claims; never taken as verified
    is_bot: bool = False


UNKNOWN = Person("unknown", "unknown", "Unknown")  # the author of what names none


class Place(NamedTuple):
    """A channel, a group or a direct conversation."""

    key: str
    name: str
    kind: str = "closed"  # one of Room.Kind; "closed" if it is unknown who may see it
    topic: str = ""
    member_keys: tuple[str, ...] = ()  # of Persons; for "direct" all who are in it
    created_at: datetime | None = None
    is_archived: bool = False


class Reacted(NamedTuple):
    emoji: str  # the character, or :name: if there is none
    person_keys: tuple[str, ...]


class FileHere(NamedTuple):
    """A file of a message. `open` is None if its bytes are not in the archive."""

    name: str
    content_type: str = ""
    alt: str = ""
    open: Callable[[], BinaryIO] | None = None
    size: int | None = None  # in bytes, if it is known, for `--check`


class Said(NamedTuple):
    """One message."""

    key: str  # unique in the place
    author_key: str
    created_at: datetime
    body: str  # Markdown
    edited_at: datetime | None = None
    reply_to: str | None = None  # the key of a message of the same place
    reactions: tuple[Reacted, ...] = ()
    files: tuple[FileHere, ...] = ()
    is_pinned: bool = False
    pinned_at: datetime | None = None  # if it is pinned and this is known
    deleted_at: datetime | None = None  # of one that only its replies and its place recall


class Options(NamedTuple):
    """What a reader may need to know. Which places come is the writer's choice."""

    is_large: bool = False  # for `archive.Archive`
    zone: tzinfo = UTC  # of times that are written without one: the workspace's


class Broken(Exception):
    """The file cannot be read at all; the argument is a sentence for people."""


class Unreadable(Broken):
    """One member of an archive cannot be read: a reader can count it and go on without it."""


class Reader(Protocol):
    """Reads one archive. What it cannot use it counts in `skipped`, by reason, and goes on.

    The methods may be called again: each time they give the same records in the same order.
    """

    source: str  # the format and the workspace that it reads, such as "slack:T0123"
    skipped: Counter[str]
    # How people and rooms are called here, for "@" and "#" in texts: {key of a Person: username},
    # {key of a Place: name}. The writer fills both before it calls `said`; a reader falls back to
    # the names of the source.
    usernames: dict[str, str]
    room_names: dict[str, str]

    def people(self) -> Iterable[Person]: ...

    def places(self) -> Iterable[Place]: ...

    def said(self, place: Place) -> Iterator[Said]:
        """Yield the messages of `place` in the order of their times, without holding them all."""
        ...


@contextmanager
def uncounted(reader: Reader) -> Iterator[None]:
    """Keep `reader.skipped` as it is: what is read ahead is counted when it is read again."""
    before = reader.skipped.copy()
    try:
        yield
    finally:
        reader.skipped.clear()
        reader.skipped.update(before)
