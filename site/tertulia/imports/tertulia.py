"""Read our own export as JSON: the folder that `manage.py export` writes, or a zip of it.

The README documents the format. It has no key for a person but the username.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from . import reasons, safe_json
from .archive import Archive
from .records import Broken, FileHere, Options, Person, Place, Reacted, Said, Unreadable
from .values import mapping, mappings, sequence, text

FORMAT = 1
WORKSPACE = "workspace.json"
FILES = "files/"
KINDS = {"open", "closed", "direct"}
_MENTION = re.compile(r"(?<![\w@])@(\w(?:[\w.-]*\w)?)")


def open_reader(path: Path, options: Options) -> "TertuliaReader":
    archive = Archive(path, options.is_large)
    try:
        workspace = archive.json(WORKSPACE)
    except Unreadable as error:
        raise Broken(
            "It is no export of Tertulia: it has no workspace.json that can be read."
        ) from error
    if mapping(workspace).get("format") != FORMAT:
        raise Broken("It is no export of Tertulia, or one of a later release.")
    return TertuliaReader(archive, workspace)


class TertuliaReader:
    """Reads an export. Its rooms are read line by line, as they are written."""

    def __init__(self, archive: Archive, workspace: Mapping[str, Any]) -> None:
        self._archive = archive
        about = mapping(workspace.get("workspace"))
        self.source = f"tertulia:{text(about.get('name'))} {text(about.get('created_at'))}"[:120]
        self.skipped: Counter[str] = Counter()
        self.usernames: dict[str, str] = {}
        self.room_names: dict[str, str] = {}
        self._people = list(mappings(workspace.get("people")))
        self._rooms = {
            file: room
            for room in mappings(workspace.get("rooms"))
            if (file := text(room.get("file")))
        }
        self._files = [name for name in archive.names() if name.startswith(FILES)]

    def people(self) -> Iterable[Person]:
        for person in self._people:
            if username := text(person.get("username")):
                yield Person(
                    username,
                    username,
                    text(person.get("display_name")),
                    text(person.get("email")),
                    person.get("is_bot") is True,
                )

    def places(self) -> Iterable[Place]:
        for file, room in self._rooms.items():
            try:
                head = mapping(next(self._entries(file)))
            except Unreadable:
                self.skipped[reasons.UNREADABLE] += 1
                continue
            kind = text(room.get("kind"))
            yield Place(
                file,
                text(room.get("name")),
                kind if kind in KINDS else "closed",
                text(room.get("topic")),
                tuple(
                    username
                    for member in mappings(head.get("members"))
                    if (username := text(member.get("username")))
                ),
                _moment(room.get("created_at")),
                room.get("archived_at") is not None,
            )

    def said(self, place: Place) -> Iterator[Said]:
        entries = self._entries(place.key)
        try:
            next(entries)
            for entry in entries:
                said = self._said(mapping(entry))
                if said is None:
                    self.skipped[reasons.NO_MESSAGE] += 1
                else:
                    yield said
        except Unreadable:
            self.skipped[reasons.UNREADABLE] += 1

    def _entries(self, file: str) -> Iterator[Any]:
        """Yield what precedes the messages of a room, then each message. Raise Unreadable."""
        lines = self._archive.lines(file)
        head = []
        for line in lines:
            if line.rstrip() == b'"messages": [':  # not indented
                break
            head.append(line)
        else:  # it was written anew by another program
            room = mapping(safe_json.parse(b"".join(head)))
            yield room
            yield from mappings(room.get("messages"))
            return
        yield safe_json.parse(b"".join(head).rstrip().removesuffix(b",") + b"}")
        for line in lines:
            entry = line.strip().removesuffix(b",")
            if entry not in (b"", b"]", b"]}", b"}"):
                yield safe_json.parse(entry)

    def _said(self, message: Mapping[str, Any]) -> Said | None:
        created_at, author = _moment(message.get("created_at")), text(message.get("author"))
        number, answered = message.get("id"), message.get("reply_to")
        if created_at is None or not author or not isinstance(number, int):
            return None
        pinned_at = _moment(message.get("pinned_at"))
        return Said(
            key=str(number),
            author_key=author,
            created_at=created_at,
            body=self._body(text(message.get("body"))),
            edited_at=_moment(message.get("edited_at")),
            reply_to=str(answered) if isinstance(answered, int) else None,
            reactions=tuple(self._reactions(message)),
            files=tuple(map(self._file, mappings(message.get("files")))),
            is_pinned=pinned_at is not None,
            pinned_at=pinned_at,
            deleted_at=_moment(message.get("deleted_at")),
        )

    def _body(self, body: str) -> str:
        """Return the text with people called as they are here."""
        if "@" not in body:
            return body
        return _MENTION.sub(lambda found: f"@{self.usernames.get(found[1], found[1])}", body)

    def _reactions(self, message: Mapping[str, Any]) -> Iterator[Reacted]:
        for reaction in mappings(message.get("reactions")):
            people = tuple(filter(None, map(text, sequence(reaction.get("people")))))
            if people:
                yield Reacted(text(reaction.get("emoji")), people)
            else:  # an export of an earlier release
                self.skipped[reasons.REACTIONS_OF_NOBODY] += 1

    def _file(self, file: Mapping[str, Any]) -> FileHere:
        name = self._name_of(text(file.get("key")))
        opens = None if name is None else partial(self._archive.open, name)
        size = file.get("size")
        return FileHere(
            text(file.get("name")),
            alt=text(file.get("alt")),
            open=opens,
            size=size if isinstance(size, int) and size >= 0 else None,
        )

    def _name_of(self, key: str) -> str | None:
        """Return the path of the file with this key, which may have hyphens itself."""
        start = f"{FILES}{key}-"
        at = bisect_left(self._files, start)
        is_there = key and at < len(self._files) and self._files[at].startswith(start)
        return self._files[at] if is_there else None


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
