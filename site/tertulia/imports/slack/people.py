"""The people of a Slack export: users, bots, and strangers, who have no profile in it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..records import UNKNOWN, Person
from ..values import key, keys, mapping, mappings, text

SLACKBOT = "USLACKBOT"
MAX_NAME = 200  # letters
_NOBODY = "U00"  # in place of an author, by a fault of Slack's exports


class People:
    """The people of the lists, and those of whom only messages tell."""

    def __init__(self) -> None:
        self.known: dict[str, Person] = {}
        self.strangers: dict[str, Person] = {}
        self._bots: dict[str, str] = {}  # {id of a bot: id of its user}
        self._workspaces: Counter[str] = Counter()

    def add(self, user: dict[str, Any]) -> bool:
        """Add an entry of a list of users. Return False if it has no id."""
        user_key, profile = key(user.get("id")), mapping(user.get("profile"))
        if not user_key:
            return False
        if bot_id := key(profile.get("bot_id")):
            self._bots[bot_id] = user_key
        if (workspace := key(user.get("team_id"))) and user.get("is_stranger") is not True:
            self._workspaces[workspace] += 1
        is_bot = user.get("is_bot") is True or user_key == SLACKBOT
        person = _person(user_key, user, profile, is_bot)
        earlier = self.known.get(user_key)
        # The same person is in the lists of several workspaces of a Grid; some say less.
        if earlier is None or (person.email and not earlier.email):
            self.known[user_key] = person
        return True

    @property
    def workspace(self) -> str:
        """The id of the workspace that most people belong to, or ""."""
        counts = self._workspaces
        return min(counts, key=lambda workspace: (-counts[workspace], workspace), default="")

    def name_of(self, person_key: str) -> str | None:
        person_key = self._bots.get(person_key, person_key)
        person = self.known.get(person_key) or self.strangers.get(person_key)
        return person.username if person else None

    def author_of(self, message: dict[str, Any]) -> str:
        """Return the key of the author of `message`, whichever field names it."""
        for claimed in _claims(message):
            if claimed and claimed != _NOBODY:
                return self._bots.get(claimed, claimed)
        name = text(message.get("username")).strip()
        return f"bot:{name[:100]}" if name else UNKNOWN.key

    def meet(self, message: dict[str, Any]) -> None:
        """Note the author of `message` and who reacted, if no list has them."""
        author_key = self.author_of(message)
        if author_key not in self.known and author_key not in self.strangers:
            self.strangers[author_key] = _stranger(author_key, message)
        for reaction in mappings(message.get("reactions")):
            self.note(keys(reaction.get("users")))

    def note(self, person_keys: list[str]) -> None:
        """Note people of whom nothing but their ids is known, if no list has them."""
        for person_key in person_keys:
            if person_key not in self.known and person_key not in self.strangers:
                self.strangers[person_key] = Person(person_key, person_key.lower())


def _claims(message: dict[str, Any]) -> Iterator[str]:
    """Yield the ids that `message` names as its author, the best one first."""
    subtype = message.get("subtype")
    if subtype == "huddle_thread":  # by name it is Slackbot's
        yield key(mapping(message.get("room")).get("created_by"))
    if subtype == "file_comment":
        yield key(mapping(message.get("comment")).get("user"))
    yield key(message.get("user"))
    yield key(message.get("bot_id"))
    for file in (mapping(message.get("file")), *mappings(message.get("files"))):
        yield key(file.get("user"))


def _person(user_key: str, user: dict[str, Any], profile: dict[str, Any], is_bot: bool) -> Person:
    display_name = _first(
        profile.get("display_name"), profile.get("real_name"), user.get("real_name")
    )
    username = _first(user.get("name")) or display_name or user_key.lower()
    return Person(user_key, username, display_name, _first(profile.get("email")), is_bot)


def _stranger(author_key: str, message: dict[str, Any]) -> Person:
    """Return the author of `message` as far as it tells."""
    if author_key == UNKNOWN.key:
        return UNKNOWN
    if author_key == SLACKBOT:
        return Person(SLACKBOT, "slackbot", "Slackbot", is_bot=True)
    if author_key == key(message.get("user")):
        profile = mapping(message.get("user_profile"))
        return _person(author_key, profile, profile, is_bot=False)
    is_bot = author_key.startswith("bot:") or author_key == key(message.get("bot_id"))
    profile = mapping(message.get("bot_profile"))
    name = _first(profile.get("name"), message.get("username")) if is_bot else ""
    return Person(author_key, name or author_key.lower(), name, is_bot=is_bot)


def _first(*values: Any) -> str:
    """Return the first of `values` that is a name."""
    return next((name for value in values if (name := text(value).strip()[:MAX_NAME])), "")
