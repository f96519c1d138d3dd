"""Draw imported texts: the names of people and rooms of the same import become mentions and links.

Names of other people and rooms stay plain text, and no mention notifies anybody.
"""

from collections.abc import Callable, Collection, Mapping

from django.urls import reverse

from messaging.markdown.rendering import SIGNS_OF_NAMES, Mark, render_body
from messaging.mentions.names import names_of
from messaging.mentions.parsing import HERE, ROOM, Text
from rooms.models import Room
from users.models import User


class Texts:
    """Draws the texts of one room. `users` are those of `by_name`, `rooms` open ones by name.

    `members` are the ids of those who can see the room, None if everybody can.
    """

    def __init__(
        self,
        users: Mapping[str, User],
        rooms: Mapping[str, Room],
        members: Collection[int] | None,
    ) -> None:
        self._users, self._rooms, self._members = users, rooms, members

    def read(self, author: User, body: str) -> Text:
        """Return the Text of a message; its `people` are the active accounts among the named."""
        if not SIGNS_OF_NAMES.search(body):
            return Text(render_body(body))
        named: dict[str, User | None] = {}
        html = render_body(body, self._finder(named))
        people = {user.pk for user in named.values() if user and user.is_active} - {author.pk}
        words = [*map(str, sorted(people)), *([ROOM] if ROOM in named else [])]
        return Text(html, " ".join(words), frozenset(people))

    def _finder(self, named: dict[str, User | None]) -> Callable[[list[str]], dict[str, Mark]]:
        """Return the function that `render_body` calls; it notes in `named` whom it has found."""

        def find(phrases: list[str]) -> dict[str, Mark]:
            names = names_of(phrase.removeprefix("#") for phrase in phrases)
            marks = {}
            for phrase in phrases:
                mark = self._person if not phrase.startswith("#") else self._room
                for name in names.get(phrase.removeprefix("#"), []):
                    if found := mark(name.typed, name.key, named):
                        marks[phrase] = found
                        break
            return marks

        return find

    def _person(self, typed: str, key: str, named: dict[str, User | None]) -> Mark | None:
        if key in (HERE, ROOM):
            named[key] = None
            return Mark(typed, key)
        user = self._users.get(key)
        if user is None or (self._members is not None and user.pk not in self._members):
            return None
        named[key] = user
        return Mark(typed, str(user.pk), reverse("users:person", args=[user.username]))

    def _room(self, typed: str, key: str, _named: dict[str, User | None]) -> Mark | None:
        room = self._rooms.get(key)
        return room and Mark(typed, "", room.get_absolute_url())


def by_name(users: Collection[User]) -> dict[str, User]:
    """Return {folded name: User}, by username and by display name."""
    display = {user.display_key: user for user in users if user.display_key}
    return display | {user.username_key: user for user in users}
