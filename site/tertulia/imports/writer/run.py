"""One import, from its beginning to its end. It can be repeated, and goes on if it was stopped."""

import heapq
import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import batched

from django.core.exceptions import PermissionDenied
from django.db import reset_queries, transaction
from django.utils import translation

from messaging.models import Message
from rooms.models import Room
from users.models import User, Workspace

from .. import reasons
from ..models import Import, Imported
from ..records import Broken, Place, Reader, Said, uncounted
from . import lease
from .choices import Choices, chosen
from .keys import message_key
from .messages import WrittenSince, store_batch
from .parts import Part, Parts, aware, moment_of
from .people import People, Usernames
from .places import Places, Target
from .texts import Texts, by_name

logger = logging.getLogger(__name__)

BATCH = 500  # messages stored in one transaction
TELL_SECONDS = 5
UNEXPECTED = "It stopped because of an error, which the log names. What came before it stays."

type Pair = tuple[Place, Said]
type Progress = Callable[[Import], None]


def run_import(
    reader: Reader,
    choices: Choices,
    by: User,
    name: str,
    accounts: Mapping[str, User],
    progress: Progress | None = None,
) -> Import:
    """Import what `reader` gives and was chosen; return the Import, with its counts.

    `by` owns the new rooms. `accounts` are {key of a Person: User}. Raise lease.Busy if another
    import is running. Whatever stops it, what was stored stays, and `error` says why.
    """
    source = reader.source.partition(":")[0]
    run = lease.begin(source, name, by, choices.as_json())
    work = _Work(reader, choices, by, accounts, run, progress)
    error = lease.STOPPED
    try:
        with translation.override(Workspace.current().language):
            work.do()
        error = ""
    except (Broken, lease.Superseded) as stopped:
        error = str(stopped) or error
        raise
    except Exception as failure:
        error = UNEXPECTED
        fields = {"source": source, "error": type(failure).__name__}
        logger.exception(
            "Import stopped: %(error)s", fields, extra={"event": "import.stopped", "fields": fields}
        )
        raise
    finally:
        lease.end(run, work.done, work.all_skipped(), error)
    return run


class _Work:
    """What one import has done so far."""

    def __init__(
        self,
        reader: Reader,
        choices: Choices,
        by: User,
        accounts: Mapping[str, User],
        run: Import,
        progress: Progress | None,
    ) -> None:
        self._reader, self._choices, self._by, self._run = reader, choices, by, run
        self._accounts, self._progress = accounts, progress
        self.done: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self._told_at = 0.0

    def all_skipped(self) -> Counter[str]:
        return self.skipped + self._reader.skipped

    def do(self) -> None:
        reader = self._reader
        self._people = People(reader, self._accounts, self.done)
        places = Places(
            reader.source, self._people, self._by, self._choices, self.done, self.skipped
        )
        targets = places.targets(chosen(reader, self._choices, self.skipped))
        reader.usernames = Usernames(self._people)
        reader.room_names = places.names
        self._open_rooms = {
            key: target.room
            for target in targets
            if target.room.is_open
            for key in (target.room.name_key, target.room.slug)
        }
        for target in targets:
            self._tell(at_once=True)
            self._fill(target)

    def _fill(self, target: Target) -> None:
        """Store the messages of one room."""
        last = target.room.messages.order_by("-position").first()
        with uncounted(self._reader):
            begin = self._begin(target, last)
        count = 0
        try:
            for batch in batched(_by_time(self._reader, target.places), BATCH):
                by_key = _by_key(batch)
                self.skipped[reasons.TWICE] += len(batch) - len(by_key)
                here = self._here(by_key)
                self.done[reasons.HERE] += len(here)
                new = [
                    pair
                    for number, (key, pair) in enumerate(by_key.items(), count)
                    if key not in here and self._fits(number, pair, begin)
                ]
                count += len(by_key)
                if new:
                    self._store(target.room, new)
                self._tell()
        except WrittenSince:
            self.skipped[reasons.WRITTEN_SINCE] += 1
        except PermissionDenied:  # the room was deleted just now
            self.skipped[reasons.ROOM_GONE] += 1

    def _begin(self, target: Target, last: Message | None) -> int | datetime | None:
        """Return from where on messages can be stored: None if from the first.

        It is the number of messages, in their order, up to the last that is here; if none of them
        is here, the time of the last message in the room.
        """
        if last is None:
            return None
        count = begin = 0
        for batch in batched(_by_time(self._reader, target.places), BATCH):
            by_key = _by_key(batch)
            here = self._here(by_key)
            for number, key in enumerate(by_key, count + 1):
                begin = number if key in here else begin
            count += len(by_key)
            self._tell()
        return begin or last.created_at

    def _fits(self, number: int, pair: Pair, begin: int | datetime | None) -> bool:
        """Return True unless the message would have to stand among those that are here."""
        match begin:
            case int():
                fits = number >= begin
            case datetime():
                fits = _moment(pair) >= begin
            case _:
                fits = True
        self.skipped[reasons.LATE] += not fits
        return fits

    def _here(self, keys: Collection[str]) -> set[str]:
        rows = Imported.objects.of(self._reader.source, Imported.Kind.MESSAGE)
        return set(rows.filter(key__in=list(keys)).values_list("key", flat=True))

    def _store(self, room: Room, pairs: list[Pair]) -> None:
        """Store the messages of one batch in one transaction, which renews the lease."""
        parts = list(self._parts(room, pairs))
        reactions = sum(len(ids) for part in parts for ids in part.kinds.values())
        skipped: Counter[str] = Counter()
        with transaction.atomic():
            count = store_batch(self._reader.source, room, parts, self._by, skipped)
            new = Counter({reasons.MESSAGES: count, reasons.REACTIONS: reactions})
            lease.tell(self._run, self.done + new, self.all_skipped() + skipped)
        self.done.update(new)
        self.skipped.update(skipped)
        reset_queries()  # DEBUG keeps thousands of them

    def _parts(self, room: Room, pairs: list[Pair]) -> Iterator[Part]:
        for _place, said in pairs:
            self._people.user(said.author_key)  # so that everybody's name can be mentioned
        members = None if room.is_open else set(room.memberships.values_list("user", flat=True))
        texts = Texts(by_name(self._people.of.values()), self._open_rooms, members)
        parts = Parts(room, self._people, texts, self._choices, self.done, self.skipped)
        before = room.messages.order_by("-position").first()
        at = before and before.created_at
        for place, said in pairs:
            at = moment_of(said, at)
            yield from parts.of(place, said, at)
            self._tell()

    def _tell(self, at_once: bool = False) -> None:
        """Say how far it is, every few seconds."""
        if at_once or time.monotonic() - self._told_at >= TELL_SECONDS:
            self._told_at = time.monotonic()
            lease.tell(self._run, self.done, self.all_skipped())
            if self._progress:
                self._progress(self._run)


def _by_key(batch: Iterable[Pair]) -> dict[str, Pair]:
    """Return {key of `Imported`: pair} in the same order, the first of each key."""
    by_key: dict[str, Pair] = {}
    for place, said in batch:
        by_key.setdefault(message_key(place.key, said.key), (place, said))
    return by_key


def _by_time(reader: Reader, places: list[Place]) -> Iterator[Pair]:
    """Yield the records of several places in the order of their times."""
    return heapq.merge(*[_of(reader, place) for place in places], key=_moment)


def _of(reader: Reader, place: Place) -> Iterator[Pair]:
    return ((place, said) for said in reader.said(place))


def _moment(pair: Pair) -> datetime:
    return aware(pair[1].created_at)
