"""The people who are in a room now, as pages show them."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from users.names.shown import Named
from users.status.current import current_status

COLUMNS = ("user_id", "username", "display_name", "shows_username", "avatar_id")
COLUMNS += ("status_emoji", "status_text", "status_until")
# The same, as a query of Presence names them.
LOOKUPS = ("user_id", *(f"user__{name}" for name in COLUMNS[1:]))


class _Columns(NamedTuple):
    pk: int
    username: str
    display_name: str
    shows_username: bool
    avatar_id: str | None
    status_emoji: str = ""
    status_text: str = ""
    status_until: Any = None
    is_active: bool = True


class Here(Named, _Columns):
    """Somebody who is in a room now. Templates use it like a User, and it costs much less.

    Its status is the one that they had when this was made, and does not end any more.
    """

    __slots__ = ()
    is_bot = False  # bots are never shown as present

    @classmethod
    def of(cls, person: Any) -> "Here":
        """Return what pages show of a User."""
        status = current_status(person)
        emoji, text = status[:2] if status else ("", "")
        shows_username = bool(person.shows_username)
        names = person.username, person.display_name, shows_username
        return cls(person.pk, *names, person.avatar_id, emoji, text)


def by_name(people: Iterable[tuple]) -> list[Here]:
    """Return the COLUMNS of people as Here, by name, each of them once."""
    here = [Here.of(_Columns(*columns)) for columns in {each[0]: each for each in people}.values()]
    return sorted(here, key=lambda person: (person.name.casefold(), person.pk))
