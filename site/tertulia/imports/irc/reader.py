"""The reader of logs of IRC."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path

from messaging.commands.parsing import as_text

from .. import reasons
from ..archive import Archive
from ..records import Broken, Person, Place, Said, Unreadable, uncounted
from ..values import is_plausible, text
from .lines import Day, Entry, Line, Part, Renamed, decoded, entry_of
from .logs import Log, log_of
from .people import People

_BACK = timedelta(hours=6)  # a clock that goes back by more shows the next day
_HALF_A_YEAR = timedelta(days=180)
_DAY = timedelta(days=1)
_LOOK = 500  # lines, one of which must be of a log


class IrcReader:
    """Reads logs; each channel is a closed room, as nobody knows who was in it."""

    source = "irc"

    def __init__(self, archive: Archive, zone: tzinfo, name: str = "") -> None:
        self.usernames: dict[str, str] = {}
        self.room_names: dict[str, str] = {}
        self.skipped: Counter[str] = Counter()
        self._archive, self._zone, self._name = archive, zone, name
        self._people = People()
        self._members: dict[str, set[str]] = defaultdict(set)
        self._logs: dict[str, list[Log]] = defaultdict(list)
        for path in archive.names():
            if self._is_log(path):
                log = log_of(path, name)
                self._logs[log.key].append(log)
            else:
                self.skipped[reasons.UNREADABLE] += 1
        if not self._logs:
            raise Broken("It holds no log of IRC whose form is known.")
        self._meet()

    def people(self) -> Iterable[Person]:
        return self._people.persons()

    def places(self) -> Iterable[Place]:
        return [
            Place(
                key=key,
                name=text(logs[0].name).strip() or "irc",
                member_keys=tuple(sorted(self._members[key])),
            )
            for key, logs in self._logs.items()
        ]

    def said(self, place: Place) -> Iterator[Said]:
        last = datetime.min.replace(tzinfo=UTC)
        said: set[int] = set()  # logs of two people hold the same lines
        same: Counter[int] = Counter()  # what was said at one time, in one log
        now = None
        for log, line, moment in self._lines(place.key):
            body = as_text(line.text) if not line.is_action else f"/me {line.text}"
            if not line.text.strip():
                self.skipped[reasons.EMPTY] += 1
                continue
            if now != (log, moment):
                now = (log, moment)
                same.clear()
            author = self._people.key_of(line.nick)
            digest = _digest(moment.isoformat(), author, body)
            same[digest] += 1
            digest = _digest(str(digest), str(same[digest]))
            if digest in said:
                self.skipped[reasons.TWICE] += 1
                continue
            said.add(digest)
            last = max(last, moment)  # the clocks go back in autumn
            key = f"{moment:%Y%m%d%H%M%S}-{digest:x}"
            yield Said(key=key, author_key=author, created_at=last, body=body)

    def _is_log(self, path: str) -> bool:
        try:
            for number, line in enumerate(self._archive.lines(path)):
                entry = entry_of(decoded(line).rstrip("\r\n"))
                if isinstance(entry, Line | Day):
                    return True
                if number > _LOOK:
                    return False
        except Unreadable:
            return False
        return False

    def _meet(self) -> None:
        """Note who has spoken, in the order of time, and who has changed their nick."""
        for logs in self._logs.values():
            logs.sort(key=lambda log: (log.day or date.min, log.path))
            for log in logs:
                for entry in self._entries(log):
                    if isinstance(entry, Renamed):
                        self._people.rename(entry.old, entry.new)
                    elif isinstance(entry, Line) and entry.text.strip():
                        self._people.note(entry.nick)
        with uncounted(self):
            for key in self._logs:
                for _log, line, _moment in self._lines(key):
                    self._members[key].add(self._people.key_of(line.nick))

    def _entries(self, log: Log) -> Iterator[Entry | None]:
        try:
            for line in self._archive.lines(log.path):
                yield entry_of(text(decoded(line).rstrip("\r\n")))
        except Unreadable:
            return

    def _lines(self, key: str) -> Iterator[tuple[Log, Line, datetime]]:
        """Yield what was said in the channel: the log, the line, and the time in UTC."""
        for log in self._logs[key]:
            day, earlier = log.day, None
            for entry in self._entries(log):
                if isinstance(entry, Day):
                    day, earlier = entry.day, None
                elif entry is None:
                    self.skipped[reasons.NO_MESSAGE] += 1
                elif isinstance(entry, Line):
                    clock = timedelta(hours=entry.clock.hour, minutes=entry.clock.minute)
                    named = _named(entry.day, day)
                    if named is not None:
                        day = named
                    elif day is not None and earlier is not None and earlier - clock > _BACK:
                        day += _DAY
                    earlier = clock
                    moment = self._moment(entry, day)
                    if moment is None:
                        self.skipped[reasons.NO_TIME] += 1
                    else:
                        yield log, entry, moment
                else:
                    self.skipped[reasons.NOTICE] += 1

    def _moment(self, line: Line, day: date | None) -> datetime | None:
        if day is None:
            return None
        try:
            moment = datetime.combine(day, line.clock, line.day.zone or self._zone).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return moment if is_plausible(moment) else None


def _named(part: Part, before: date | None) -> date | None:
    """Return the day that a line names; of one without a year, that after the day `before`."""
    if part.day is not None or not part.month or before is None:
        return part.day
    try:
        day = date(before.year, part.month, part.of_month)
        return day.replace(year=day.year + 1) if before - day > _HALF_A_YEAR else day
    except ValueError:
        return None


def _digest(*words: str) -> int:
    return int.from_bytes(hashlib.sha256("\n".join(words).encode()).digest()[:8])


def name_of(path: Path) -> str:
    """Return how the archive is called, for a log whose own name is a date alone."""
    return path.name if path.is_dir() else path.stem
