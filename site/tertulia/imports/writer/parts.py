"""From a record to what is stored: its author, time, texts, files and reactions."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from messaging.attachments.models import MAX_FILES, Attachment
from messaging.markdown.rendering import shows_nothing
from messaging.mentions.parsing import Text
from messaging.models import Message
from rooms.models import Room
from users.models import User

from .. import reasons
from ..records import Place, Said
from .bodies import clean_body, line_of_file, split_body
from .choices import Choices
from .files import keep_files
from .keys import message_key
from .people import People
from .reactions import Kinds, read_reactions
from .texts import Texts

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)  # that the clock of the source may be ahead of ours


@dataclass
class Part:
    """What becomes one message. A long text, or one with many files, is several."""

    key: str  # of `Imported`
    author: User
    body: str
    text: Text
    at: datetime
    edited_at: datetime | None = None
    reply_to: str | None = None  # the key of `Imported` of another message
    files: list[Attachment] = field(default_factory=list)
    kinds: Kinds = field(default_factory=dict)
    pinned_at: datetime | None = None
    deleted_at: datetime | None = None
    message: Message | None = None


class Parts:
    """Makes the Parts of the records of one room, in the order in which they are said."""

    def __init__(
        self,
        room: Room,
        people: People,
        texts: Texts,
        choices: Choices,
        done: Counter[str],
        skipped: Counter[str],
    ) -> None:
        self._room, self._people, self._texts = room, people, texts
        self._choices, self._done, self._skipped = choices, done, skipped

    def of(self, place: Place, said: Said, at: datetime) -> Iterator[Part]:
        """Yield the Parts of a record, none if it shows nothing. Not in a transaction."""
        author = self._people.user(said.author_key)
        first = message_key(place.key, said.key)
        if said.deleted_at is not None:
            deleted_at = max(at, min(aware(said.deleted_at), timezone.now()))
            yield Part(first, author, "", Text(""), at, deleted_at=deleted_at)
            return
        files, missing = keep_files(
            said.files, self._room, author, self._choices.files, self._skipped
        )
        self._done[reasons.FILES] += len(files)
        lines = "\n".join(map(line_of_file, missing))
        body = clean_body("\n".join(filter(None, [clean_body(said.body), lines])))
        if shows_nothing(body):
            body = ""
        if not body and not files:
            self._skipped[reasons.EMPTY] += 1
            return
        bodies = split_body(body)
        groups = [files[at : at + MAX_FILES] for at in range(0, len(files), MAX_FILES)]
        for number in range(max(len(bodies), len(groups))):
            body = bodies[number] if number < len(bodies) else ""
            yield Part(
                key=message_key(place.key, f"{said.key}#{number + 1}") if number else first,
                author=author,
                body=body,
                text=self._texts.read(author, body),
                at=at,
                edited_at=_edited_at(said, at),
                reply_to=first if number else _answered(place, said),
                files=groups[number] if number < len(groups) else [],
                kinds={} if number else self._kinds(said),
                pinned_at=_pinned_at(said, at) if not number else None,
            )

    def _kinds(self, said: Said) -> Kinds:
        return read_reactions(said.reactions, self._people, self._skipped)


def moment_of(said: Said, before: datetime | None) -> datetime:
    """Return when it was said. A time that cannot be is that of the message `before`."""
    at = aware(said.created_at)
    if EARLIEST <= at <= timezone.now() + AHEAD:
        return at
    return before or EARLIEST


def aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _edited_at(said: Said, at: datetime) -> datetime | None:
    if said.edited_at is None or not at < aware(said.edited_at) <= timezone.now() + AHEAD:
        return None
    return aware(said.edited_at)


def _pinned_at(said: Said, at: datetime) -> datetime | None:
    if not said.is_pinned:
        return None
    return at if said.pinned_at is None else max(at, min(aware(said.pinned_at), timezone.now()))


def _answered(place: Place, said: Said) -> str | None:
    if said.reply_to is None or said.reply_to == said.key:
        return None
    return message_key(place.key, said.reply_to)
