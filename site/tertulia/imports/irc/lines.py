"""One line of a log: when, who and what. The formats differ little, so one reader knows all."""

import re
from datetime import date, datetime, time, tzinfo
from typing import NamedTuple

MAX_NICK = 60  # letters


class Day(NamedTuple):
    """The lines after this one are of that day."""

    day: date


class Part(NamedTuple):
    """What a line says of its day: all, the month and the day, or nothing."""

    day: date | None = None
    month: int = 0
    of_month: int = 0
    zone: tzinfo | None = None


class Line(NamedTuple):
    """What somebody said or did, at the time `clock` of `day`."""

    day: Part
    clock: time
    nick: str
    text: str
    is_action: bool = False


class Renamed(NamedTuple):
    """Somebody has another nick from now on."""

    old: str
    new: str


class Notice(NamedTuple):
    """What nobody said: who joined or left, a topic, a mode."""


type Entry = Day | Line | Renamed | Notice

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\.\d+)?"
_DATE = (
    r"(?:(?P<year>\d{4})[-/.](?P<month>\d{2})[-/.](?P<day>\d{2})[T ]"  # WeeChat
    r"|(?P<name>[A-Z][a-z]{2}) (?P<day2>\d{1,2}) (?:(?P<year2>\d{4}) )?)?"  # HexChat
)
# In brackets, as ZNC's and mIRC's, or bare, as irssi's; WeeChat puts tabs.
_STAMP = re.compile(rf"\[?{_DATE}{_CLOCK}(?P<zone>Z|[+-]\d\d:?\d\d)?\]?[ \t]+")
_SAID = re.compile(r"<[ ]?[@+%&~!]?(?P<nick>[^\s<>]+)>[ \t]?(?P<text>.*)")
_TABBED = re.compile(r"[@+%&~!]?(?P<nick>[^\s\t*<>-][^\s\t]*)\t(?P<text>.*)")  # WeeChat
_ACTION = re.compile(r"\*[ \t]+[@+%&~!]?(?P<nick>[^\s*]+) (?P<text>.*)")
_RENAMED = re.compile(
    r"(?:-!-|\*\*\*|--|\*)?[ \t]*(?P<old>\S+) is now known as (?P<new>\S+?)\.?\s*"
    r"|(?:-!-|\*\*\*|--|\*)?[ \t]*Nick change: (?P<old2>\S+) -> (?P<new2>\S+)"
)
# "--- Log opened Fri Mar 01 10:00:00 2024", "--- Day changed Sat Mar 02 2024" (irssi),
# "**** BEGIN LOGGING AT Fri Mar  1 10:00:00 2024" (HexChat), "Session Start: …" (mIRC)
_DAY = re.compile(
    r"(?:--- (?:Log opened|Day changed)|\*{4} BEGIN LOGGING AT|Session (?:Start|Time):)\s+\w{3}\s+"
    r"(?P<name>[A-Z][a-z]{2})\s+(?P<day>\d{1,2})\s+(?:[\d:]+\s+)?(?P<year>\d{4})"
)
_EGGDROP_DAY = re.compile(
    r"--- \w{3} (?P<name>[A-Z][a-z]{2})\s+(?P<day>\d{1,2}) (?:[\d:]+ )?(?P<year>\d{4})\s*\Z"
)
_NOTICE = re.compile(
    r"---|\*{3,}|-!-|-->|<--|<->|--[ \t]|=-=|Session |-\S*[:-]|[<>-]+\t|\*\t\*|\* |Topic changed"
    r"|#\S+: |\S+ (?:[\[(]\S*@\S*[\])] )?(?:joined #|left |quit |kicked |got netsplit)"
)
_EGGDROP_ACTION = re.compile(r"Action: (?P<nick>\S+) (?P<text>.*)")
# What colours and bold are made of; \x01 is around an action.
_CONTROLS = re.compile(
    r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04[0-9a-fA-F]{0,6}|[\x00-\x08\x0b-\x1f\x7f]"
)
# How notices continue that HexChat and mIRC write like actions: "* ana has joined #tea".
_COMINGS = re.compile(
    r"(?:\(\S+\) )?(?:has (?:joined|left|quit)(?: [#&(]|\Z)|sets mode|Joins: |Parts: |Quits: "
    r"|Topic for|gives (?:channel|voice)|removes |was kicked|changes topic|changed the topic"
    r"|is now known as)|\[\S*@\S*\]"
)


def entry_of(line: str) -> Entry | None:
    """Return what the `line` of a log says, or None if it is of no known form."""
    if found := _DAY.match(_CONTROLS.sub("", line)):
        day = _date(found["year"], found["name"], found["day"])
        return Day(day) if day else None
    stamp = _STAMP.match(line)
    if stamp is None:
        return Notice() if not line.strip() or _NOTICE.match(line) else None
    rest = _CONTROLS.sub("", line[stamp.end() :])
    clock = _clock(stamp)
    if clock is None:
        return None
    if found := _EGGDROP_DAY.match(rest):
        day = _date(found["year"], found["name"], found["day"])
        return Day(day) if day else None
    return _said(rest, _day(stamp), clock)


def _said(rest: str, day: Part, clock: time) -> Entry | None:
    renamed = _RENAMED.fullmatch(rest)
    if renamed:
        return Renamed(
            _nick(renamed["old"] or renamed["old2"]), _nick(renamed["new"] or renamed["new2"])
        )
    for pattern in (_SAID, _EGGDROP_ACTION, _ACTION, _TABBED):
        found = pattern.fullmatch(rest)
        if found is None:
            continue
        is_action = pattern not in (_SAID, _TABBED)
        if is_action and _COMINGS.match(found["text"]):
            return Notice()
        return Line(day, clock, _nick(found["nick"]), found["text"].rstrip(), is_action)
    return Notice() if _NOTICE.match(rest) else None


def _nick(nick: str) -> str:
    return nick.strip()[:MAX_NICK]


def _clock(stamp: re.Match[str]) -> time | None:
    try:
        return time(int(stamp["hour"]), int(stamp["minute"]), int(stamp["second"] or 0))
    except ValueError:
        return None


def _day(stamp: re.Match[str]) -> Part:
    zone = None
    if stamp["zone"]:
        zone = datetime.strptime(stamp["zone"], "%z").tzinfo
    if stamp["year"]:
        try:
            whole = date(int(stamp["year"]), int(stamp["month"]), int(stamp["day"]))
        except ValueError:
            return Part(zone=zone)
        return Part(whole, zone=zone)
    if stamp["name"] and stamp["year2"]:
        return Part(_date(stamp["year2"], stamp["name"], stamp["day2"]), zone=zone)
    if stamp["name"] and stamp["name"].lower() in _MONTHS:
        return Part(None, 1 + _MONTHS.index(stamp["name"].lower()), int(stamp["day2"]), zone)
    return Part(zone=zone)


def _date(year: str, name: str, day: str) -> date | None:
    try:
        return date(int(year), 1 + _MONTHS.index(name.lower()), int(day))
    except ValueError:
        return None


def decoded(line: bytes) -> str:
    """Return the text of a line: UTF-8, or cp1252, as other people's clients wrote."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")
