"""Make names of a source into names that may stand here, and that nobody has."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial

from django.core.exceptions import ValidationError

from core.confusables import piles_marks
from core.text import fold, look_of, plain
from rooms.models import Room
from users.forms import refuse_display_name, refuse_username
from users.models import User

MAX_TRIES = 10_000
_USERNAME = User._meta.get_field("username")
_NOT_IN_USERNAMES = re.compile(r"[^\w.-]+")
_LONGEST_NAME = User._meta.get_field("display_name").max_length
_LONGEST_ROOM = Room._meta.get_field("name").max_length


def free_username(*wanted: str, is_bot: bool = False) -> str:
    """Return a username made from the first of `wanted` of which something is left."""
    stems = filter(None, map(_username_stem, wanted))
    stem = next(stems, "person")
    return _first_free(stem, _USERNAME.max_length, partial(_require_username, is_bot=is_bot))


def free_display_name(wanted: str, username: str, is_bot: bool = False) -> str:
    """Return a display name made from `wanted`, or "" if the username says it already."""
    name = _without_piles(plain(wanted).strip())[:_LONGEST_NAME].strip()
    if not name or fold(name) == fold(username):
        return ""
    return _first_free(name, _LONGEST_NAME, partial(refuse_display_name, is_bot=is_bot))


def free_room_name(*wanted: str) -> str:
    """Return a name for a room made from the first of `wanted` of which something is left."""
    names = (_without_piles(plain(name).strip("# "))[:_LONGEST_ROOM].strip() for name in wanted)
    return _first_free(next(filter(None, names), "room"), _LONGEST_ROOM, _require_room_name)


def one_line(text: str, longest: int) -> str:
    """Return `text` as one line without invisible characters, cut to `longest`."""
    return plain(text)[:longest].strip()


def _username_stem(wanted: str) -> str:
    """Return what is left of `wanted` by the rules of usernames, which may still be taken."""
    letters = _without_piles(plain(wanted)).replace(" ", ".")
    stem = _NOT_IN_USERNAMES.sub("", letters)[: _USERNAME.max_length].strip(".-")
    if not _is_username(stem):  # letters of two alphabets, perhaps
        plainer = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
        stem = plainer.strip(".-")
    return stem if _is_username(stem) else ""


def _is_username(stem: str) -> bool:
    try:
        _USERNAME.run_validators(stem)
    except ValidationError:
        return False
    return len(stem) >= 2


def _without_piles(name: str) -> str:
    if not piles_marks(name):
        return name
    return "".join(letter for letter in name if not unicodedata.category(letter).startswith("M"))


def _first_free(stem: str, longest: int, require: Callable[[str], None]) -> str:
    """Return the first of "stem", "stem-2", "stem-3" … that `require` accepts."""
    for name in _candidates(stem, longest):
        try:
            require(name)
        except ValidationError:
            continue
        return name
    raise RuntimeError(f"no free name like {stem!r}")


def _candidates(stem: str, longest: int) -> Iterator[str]:
    yield stem
    for number in range(2, MAX_TRIES):
        end = f"-{number}"
        yield stem[: longest - len(end)].rstrip(" .-") + end


def _require_username(name: str, is_bot: bool) -> None:
    _USERNAME.run_validators(name)
    refuse_username(name, is_bot=is_bot)


def _require_room_name(name: str) -> None:
    if Room.objects.filter(name_key=fold(name)).exists():
        raise ValidationError("taken")
    if Room.objects.filter(look_key=look_of(name)).exists():
        raise ValidationError("alike")
