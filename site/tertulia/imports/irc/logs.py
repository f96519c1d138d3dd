"""Which file is the log of which channel, and of which day."""

import re
from datetime import date
from pathlib import PurePosixPath
from typing import NamedTuple

_DATE = re.compile(r"(?<!\d)(\d{4})[-_./]?(\d{2})[-_./]?(\d{2})(?!\d)")
_CHANNEL = re.compile(r"[#&]+[^\s/#&]*[^\s/#&._-]")
_ENDINGS = re.compile(r"\.(?:log|txt|weechatlog|irc)\Z", re.IGNORECASE)


class Log(NamedTuple):
    """A file. `day` is that of its name, if it has one."""

    path: str
    key: str  # of its channel
    name: str
    day: date | None


def log_of(path: str, outer: str) -> Log:
    """Return the Log at `path` in an archive that is called `outer`."""
    day, plain = _without_date(_ENDINGS.sub("", path))
    plain = re.sub(r"/{2,}", "/", plain).strip("/._- ")
    channels = _CHANNEL.findall(plain)
    name = channels[-1].lstrip("#&") if channels else PurePosixPath(plain).name
    if not re.search(r"\w", plain):
        plain = name = _without_date(_ENDINGS.sub("", outer))[1].strip("._- #&") or "irc"
    return Log(path, plain.lower()[:150], (name.strip("._- ") or plain)[:100], day)


def _without_date(path: str) -> tuple[date | None, str]:
    """Return the last date in `path`, and the path without it."""
    for found in reversed(list(_DATE.finditer(path))):
        try:
            day = date(*map(int, found.groups()))
        except ValueError:
            continue
        return day, f"{path[: found.start()].rstrip('._-')}{path[found.end() :]}"
    return None, path
