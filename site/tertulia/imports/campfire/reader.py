"""The reader of Campfire's database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from core.emoji.table import key_of

from .. import reasons
from ..records import UNKNOWN, Broken, Person, Place, Reacted, Said, Unreadable
from ..values import key, moment_of_iso, text
from .database import Database, find
from .files import file_here, folder_of
from .texts import markdown_of

BOT = 2
AT_ONCE = 500  # messages whose texts, files and boosts are read together
_KINDS = {"rooms::open": "open", "rooms::closed": "closed", "rooms::direct": "direct"}
_TABLES = ("users", "rooms", "messages", "action_text_rich_texts")


class CampfireReader:
    """Reads one installation. Edits are not known: boosts change `updated_at` too."""

    source = "campfire"

    def __init__(self, path: Path, is_large: bool) -> None:
        self.usernames: dict[str, str] = {}
        self.room_names: dict[str, str] = {}
        self.skipped: Counter[str] = Counter()
        path = find(path)
        self._database = Database(path, is_large)
        if not all(map(self._database.has, _TABLES)):
            raise Broken("It is a database, but not that of Campfire: that has rooms and messages.")
        self._database.guard()
        self._folder = folder_of(path)
        if self._database.has_journal:
            raise Broken("It was copied while Campfire ran. Stop Campfire, and copy it again.")
        try:
            self._people = self._read_people()
            self._places = self._read_places()
        except Unreadable as error:
            raise Broken("It is damaged.") from error

    def people(self) -> Iterable[Person]:
        return list(self._people.values())

    def places(self) -> Iterable[Place]:
        return list(self._places.values())

    def said(self, place: Place) -> Iterator[Said]:
        """Yield the messages by time; of the same time, by id."""
        columns, order = "id creator_id created_at", "created_at, id"
        where = "WHERE room_id = ?"
        batch: list[dict[str, Any]] = []
        seen: set[Any] = set()  # nothing says that a stranger's ids are unique
        try:
            for row in self._database.rows("messages", columns, where, (int(place.key),), order):
                if row["id"] in seen:
                    self.skipped[reasons.TWICE] += 1
                    continue
                seen.add(row["id"])
                batch.append(row)
                if len(batch) == AT_ONCE:
                    yield from self._batch(batch)
                    batch = []
        except Unreadable:
            self.skipped[reasons.UNREADABLE] += 1
        yield from self._batch(batch)

    def _read_people(self) -> dict[str, Person]:
        people = {UNKNOWN.key: UNKNOWN}
        for row in self._database.rows("users", "id name email_address role"):
            person_key, name = key(row["id"]), text(row["name"]).strip()[:200]
            if not person_key:
                self.skipped[reasons.NO_ID] += 1
                continue
            people[person_key] = Person(
                key=person_key,
                username=name or f"campfire-{person_key}",
                display_name=name,
                email=text(row["email_address"]).strip()[:254],
                is_bot=row["role"] == BOT,
            )
        return people

    def _read_places(self) -> dict[str, Place]:
        members: dict[str, list[str]] = defaultdict(list)
        for row in self._database.rows("memberships", "id room_id user_id"):
            if (person_key := key(row["user_id"])) in self._people:
                members[key(row["room_id"])].append(person_key)
        places = {}
        for row in self._database.rows("rooms", "id name type created_at"):
            place_key = key(row["id"])
            if not place_key.isdecimal() or len(place_key) > 18:
                self.skipped[reasons.NO_ID] += 1
                continue
            kind = _KINDS.get(text(row["type"]).lower(), "closed")
            places[place_key] = Place(
                key=place_key,
                name=text(row["name"]).strip() or f"campfire-{place_key}",
                kind=kind,
                member_keys=tuple(dict.fromkeys(members[place_key])),
                created_at=moment_of_iso(row["created_at"]),
            )
        return places

    def _batch(self, rows: list[dict[str, Any]]) -> Iterator[Said]:
        numbers = [row["id"] for row in rows if isinstance(row["id"], int)]
        bodies = self._texts(numbers)
        files, boosts = self._files(numbers), self._boosts(numbers)
        for row in rows:
            if said := self._said(row, bodies, files, boosts):
                yield said

    def _said(self, row: dict[str, Any], bodies: dict, files: dict, boosts: dict) -> Said | None:
        number, created_at = row["id"], moment_of_iso(row["created_at"])
        if created_at is None or not isinstance(number, int):
            self.skipped[reasons.NO_TIME] += 1
            return None
        body, here = markdown_of(bodies.get(number, "")), tuple(files.get(number, ()))
        if not body and not here:
            self.skipped[reasons.EMPTY] += 1
            return None
        author_key = key(row["creator_id"])
        return Said(
            key=str(number),
            author_key=author_key if author_key in self._people else UNKNOWN.key,
            created_at=created_at,
            body=body,
            reactions=self._reactions(boosts.get(number, ())),
            files=here,
        )

    def _texts(self, numbers: list[int]) -> dict[int, str]:
        rows = self._of(
            "action_text_rich_texts",
            "id record_id body",
            "record_type = 'Message' AND name = 'body' AND record_id",
            numbers,
        )
        return {row["record_id"]: text(row["body"]) for row in rows}

    def _files(self, numbers: list[int]) -> dict[int, list]:
        attached = "id record_id blob_id"
        where = "record_type = 'Message' AND record_id"
        rows = self._of("active_storage_attachments", attached, where, numbers)
        ids = [row["blob_id"] for row in rows if isinstance(row["blob_id"], int)]
        columns = "id key filename content_type"
        blobs = {row["id"]: row for row in self._of("active_storage_blobs", columns, "id", ids)}
        files = defaultdict(list)
        for row in rows:
            if row["blob_id"] in blobs:
                files[row["record_id"]].append(file_here(blobs[row["blob_id"]], self._folder))
        return files

    def _boosts(self, numbers: list[int]) -> dict[int, list]:
        found = defaultdict(list)
        for row in self._of("boosts", "id message_id booster_id content", "message_id", numbers):
            found[row["message_id"]].append(row)
        return found

    def _of(self, table: str, columns: str, where: str, numbers: list[int]) -> list[dict[str, Any]]:
        """Return the rows of `table` that belong to these; what cannot be read is counted."""
        if not numbers or not self._database.has(table):
            return []
        places = ", ".join("?" * len(numbers))
        try:
            where = f"WHERE {where} IN ({places})"
            return list(self._database.rows(table, columns, where, tuple(numbers)))
        except Unreadable:
            self.skipped[reasons.UNREADABLE] += 1
            return []

    def _reactions(self, boosts: Iterable[dict[str, Any]]) -> tuple[Reacted, ...]:
        """Return the boosts that are emoji, by people; others are counted."""
        people: dict[str, dict[str, None]] = {}
        for boost in boosts:
            emoji, booster = text(boost["content"]).strip(), key(boost["booster_id"])
            if key_of(emoji) and booster in self._people:
                people.setdefault(emoji, {})[booster] = None
            else:
                self.skipped[reasons.NO_EMOJI] += 1
        return tuple(Reacted(emoji, tuple(users)) for emoji, users in people.items())
