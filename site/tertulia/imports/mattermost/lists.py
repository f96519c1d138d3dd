"""The people and channels of an export of Mattermost."""

from collections import Counter, defaultdict
from hashlib import sha256
from typing import Any

from ..records import Person, Place
from ..values import key, keys, mappings, moment_of_millis, text

MAX_NAME = 200  # letters
_KINDS = {"O": "open"}  # every other one is closed
_LONGEST_KEY = 150


class Lists:
    """What the lines say before the first post."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self._places: dict[str, Place] = {}
        self._teams: dict[str, str] = {}  # {name: as it is shown}
        self._members: dict[str, dict[str, None]] = defaultdict(dict)  # {key of a Place: keys}

    def add_team(self, team: dict[str, Any]) -> bool:
        name = key(team.get("name"))
        self._teams[name] = text(team.get("display_name")).strip()[:MAX_NAME] or name
        return bool(name)

    def add_user(self, user: dict[str, Any]) -> bool:
        username = person_key(user.get("username"))
        if not username:
            return False
        parts = (text(user.get(name)).strip() for name in ("first_name", "last_name"))
        names = (text(user.get("nickname")).strip(), " ".join(filter(None, parts)))
        display_name = next(filter(None, names), "")[:MAX_NAME]
        email = text(user.get("email")).strip()[:MAX_NAME]
        self.people[username] = Person(username, username, display_name, email)
        for team in mappings(user.get("teams")):
            for channel in mappings(team.get("channels")):
                if place_key := channel_key(team.get("name"), channel.get("name")):
                    self._members[place_key][username] = None
        return True

    def add_bot(self, bot: dict[str, Any]) -> bool:
        username = person_key(bot.get("username"))
        if username:
            display_name = text(bot.get("display_name")).strip()[:MAX_NAME]
            self.people[username] = Person(username, username, display_name, is_bot=True)
        return bool(username)

    def add_stranger(self, username: str, is_bot: bool = False) -> None:
        """Add somebody whom no line of people names."""
        if username and username not in self.people:
            self.people[username] = Person(username, username, is_bot=is_bot)

    def add_channel(self, channel: dict[str, Any]) -> bool:
        team, name = key(channel.get("team")), key(channel.get("name"))
        place_key = channel_key(team, name)
        if place_key:
            self._places[place_key] = Place(
                key=place_key,
                name=text(channel.get("display_name")).strip()[:MAX_NAME] or name,
                kind=_KINDS.get(text(channel.get("type")), "closed"),
                topic=_topic(channel),
                is_archived=moment_of_millis(channel.get("deleted_at")) is not None,
            )
        return bool(place_key)

    def add_direct(self, line: dict[str, Any]) -> str:
        """Add the direct conversation of a line, and return its key; "" if it names nobody."""
        members = _members(line)
        for username in members:
            self.add_stranger(username)
        place_key = direct_key(members)
        if place_key and place_key not in self._places:
            name = ", ".join(members)[:MAX_NAME]
            self._places[place_key] = Place(
                place_key, name, "direct", _topic(line), member_keys=tuple(members)
            )
        return place_key

    def has_place(self, place_key: str) -> bool:
        return place_key in self._places

    def open_channel(self, place_key: str) -> Place | None:
        place = self._places.get(place_key)
        return place if place and place.kind == "open" else None

    def places(self) -> list[Place]:
        """Return all Places; those of one name in several teams have the team in the name."""
        names = Counter(place.name for place in self._places.values() if place.kind != "direct")
        return [self._complete(place, names[place.name] > 1) for place in self._places.values()]

    def _complete(self, place: Place, is_ambiguous: bool) -> Place:
        if place.kind == "direct":
            return place
        team = place.key.partition("/")[0]
        name = f"{place.name} ({self._teams.get(team, team)})" if is_ambiguous else place.name
        return place._replace(name=name, member_keys=tuple(self._members.get(place.key, ())))


def person_key(username: Any) -> str:
    return key(username).lower()


def channel_key(team: Any, name: Any) -> str:
    """Return the key of a channel, or "" if it has no name."""
    team, name = key(team), key(name)
    return f"{team}/{name}"[:_LONGEST_KEY] if name else ""


def direct_key(members: list[str]) -> str:
    """Return the key of the direct conversation of `members`, "" for nobody."""
    joined = ",".join(sorted(members))
    if len(joined) > _LONGEST_KEY:
        joined = sha256(joined.encode()).hexdigest()
    return f"direct:{joined}" if joined else ""


def _members(line: dict[str, Any]) -> list[str]:
    """Return who takes part: `members` until Mattermost 10, `participants` since, or names."""
    fields = [line.get(name) for name in ("members", "participants", "channel_members")]
    names = [name for value in fields for name in keys(value)]
    names += [key(each.get("username")) for value in fields for each in mappings(value)]
    return list(dict.fromkeys(name.lower() for name in names if name))


def _topic(channel: dict[str, Any]) -> str:
    values = (" ".join(text(channel.get(name))[:2000].split()) for name in ("header", "purpose"))
    return next(filter(None, values), "")
