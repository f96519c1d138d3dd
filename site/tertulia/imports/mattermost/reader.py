"""The reader of Mattermost's bulk exports."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from .. import reasons, safe_json
from ..archive import Archive
from ..records import Broken, Person, Place, Said, Unreadable
from ..values import EPOCH, mapping, mappings, moment_of_millis
from .lists import Lists, channel_key, person_key
from .posts import DATA, author_of, files_of, reactions_of, reason_against
from .spool import Kept, Spool
from .texts import attachments_of, text_of

_IGNORED = {"version", "role", "scheme", "emoji", "custom_profile_attribute"}


class MattermostReader:
    """Reads the lines once, when it is made, and keeps the posts on disk."""

    # An export does not say from which server it is, and later ones must find what is here.
    source = "mattermost"

    def __init__(self, archive: Archive) -> None:
        self.usernames: dict[str, str] = {}
        self.room_names: dict[str, str] = {}
        self._archive = archive
        self.skipped: Counter[str] = Counter()
        self._lists = Lists()
        self._spool = Spool()
        for line in self._lines(_main_file(archive)):
            self._read_line(line)

    def people(self) -> Iterable[Person]:
        return list(self._lists.people.values())

    def places(self) -> Iterable[Place]:
        return self._lists.places()

    def said(self, place: Place) -> Iterator[Said]:
        for kept in self._spool.of(place.key):
            if said := self._said(place, kept):
                yield said

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        try:
            for line in self._archive.lines(name):
                if line.strip():
                    yield self._parsed(line)
        except Unreadable:
            self.skipped[reasons.UNREADABLE] += 1

    def _parsed(self, line: bytes) -> dict[str, Any]:
        try:
            return mapping(safe_json.parse(line))
        except Unreadable:
            return {}

    def _read_line(self, line: dict[str, Any]) -> None:
        kind = line.get("type")
        content = mapping(line.get(kind)) if isinstance(kind, str) else {}
        match kind:
            case "team":
                is_read = self._lists.add_team(content)
            case "channel":
                is_read = self._lists.add_channel(content)
            case "user":
                is_read = self._lists.add_user(content)
            case "bot":
                is_read = self._lists.add_bot(content)
            case "direct_channel":
                is_read = bool(self._lists.add_direct(content))
            case "post":
                self._keep_thread(channel_key(content.get("team"), content.get("channel")), content)
                return
            case "direct_post":
                self._keep_thread(self._lists.add_direct(content), content)
                return
            case _:
                is_read = isinstance(kind, str) and kind in _IGNORED
        if not is_read:
            self.skipped[reasons.NO_ID if content else reasons.NO_MESSAGE] += 1

    def _keep_thread(self, place_key: str, post: dict[str, Any]) -> None:
        if not self._lists.has_place(place_key):
            self.skipped[reasons.NO_PLACE] += 1
            return
        replies = list(mappings(post.pop("replies", None)))
        root = self._keep(place_key, post, "")
        for reply in replies:
            root = self._keep(place_key, reply, root) or root

    def _keep(self, place_key: str, post: dict[str, Any], root: str) -> str:
        """Keep a post, and return the key of the root of its thread, "" if there is none."""
        reason = reason_against(post)
        time = moment_of_millis(post.get("create_at"))
        if reason or time is None:
            self.skipped[reason or reasons.NO_TIME] += 1
            return root
        author_key, is_bot = author_of(post)
        self._lists.add_stranger(author_key, is_bot)
        for reaction in mappings(post.get("reactions")):
            self._lists.add_stranger(person_key(reaction.get("user")))
        millis = (time - EPOCH) // timedelta(milliseconds=1)
        key, is_new = self._spool.add(place_key, millis, f"{millis}:{author_key}", root, post)
        if not is_new:
            self.skipped[reasons.TWICE] += 1
        return root or key

    def _said(self, place: Place, kept: Kept) -> Said | None:
        post = kept.record
        time = moment_of_millis(post.get("create_at"))
        assert time is not None  # or it had not been kept

        def name_of(sign: str, name: str) -> str | None:
            return self._username(name) if sign == "@" else self._room_name(place, name)

        attached = attachments_of(mapping(post.get("props")), name_of)
        body = "\n".join(filter(None, [text_of(post, name_of), attached]))
        files = files_of(post, self._archive)
        if not body and not files:
            self.skipped[reasons.EMPTY] += 1
            return None
        return Said(
            key=kept.key,
            author_key=author_of(post)[0],
            created_at=time,
            body=body,
            edited_at=moment_of_millis(post.get("edit_at")),
            reply_to=kept.root or None,
            reactions=reactions_of(post),
            files=files,
            is_pinned=post.get("is_pinned") is True,
        )

    def _username(self, name: str) -> str | None:
        return self.usernames.get(name) or (name if name in self._lists.people else None)

    def _room_name(self, place: Place, name: str) -> str | None:
        """Return the name here of an open channel of the same team."""
        team = place.key.partition("/")[0]
        channel = self._lists.open_channel(channel_key(team, name))
        return (self.room_names.get(channel.key) or channel.name) if channel else None


def _main_file(archive: Archive) -> str:
    """Return the name of the file that begins with the version. Raise Broken if there is none."""
    names = [name for name in archive.names() if not name.startswith(DATA)]
    names = [name for name in names if name.lower().endswith((".jsonl", ".json", ".ndjson"))]
    for name in sorted(names, key=lambda name: (not name.lower().endswith(".jsonl"), name)):
        if _begins_with_version(archive, name):
            return name
    raise Broken("It has no .jsonl file that begins with a version: it is no export of Mattermost.")


def _begins_with_version(archive: Archive, name: str) -> bool:
    try:
        first = next(archive.lines(name), b"")
        return mapping(safe_json.parse(first)).get("type") == "version"
    except Unreadable:
        return False
