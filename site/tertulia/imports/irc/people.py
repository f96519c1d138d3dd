"""The people of logs: a nick is a person, and the nicks they change to are the same person."""

from ..records import Person

# The same letters to IRC (RFC 1459, 2.2).
_SAME = str.maketrans("[]\\^", "{}|~")


def fold(nick: str) -> str:
    return nick.lower().translate(_SAME)


class People:
    """The nicks of all logs. Two people who have both spoken stay two if they trade nicks."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}  # {folded nick: as it is written}, of who has spoken
        self._owners: dict[str, str] = {}  # {folded nick: that of the same person}

    def note(self, nick: str) -> None:
        self._names.setdefault(fold(nick), nick)

    def rename(self, old: str, new: str) -> None:
        first, second = self.key_of(old), fold(new)
        if first == self.key_of(new):
            return
        if second not in self._names and second not in self._owners:
            self._owners[second] = first
            self._names.setdefault(first, old)
        elif fold(old) not in self._names and fold(old) not in self._owners:
            self._owners[fold(old)] = self.key_of(new)

    def key_of(self, nick: str) -> str:
        folded = fold(nick)
        return self._owners.get(folded, folded)

    def persons(self) -> list[Person]:
        """Return those who have spoken under one of their nicks."""
        keys = dict.fromkeys(self.key_of(nick) for nick in self._names)
        return [Person(key, self._names.get(key, key)) for key in keys]
