"""Who the people of a source are here: accounts by people.csv, else placeholders.

A placeholder is inactive and has neither a password nor an address: what a file says of somebody's
address proves nothing, so it is not stored, matched with accounts or verified (CVE-2025-41410).
"""

from collections import Counter
from collections.abc import Mapping

from django.db import IntegrityError, transaction

from users.models import User

from .. import reasons
from ..models import Imported
from ..records import Person, Reader
from .keys import key_of
from .names import free_display_name, free_username

ATTEMPTS = 5


class People:
    """The people of one source, made when they are first needed.

    `accounts` are {key of a Person: User} of people.csv. `of` is {key: User} as far as known.
    """

    def __init__(self, reader: Reader, accounts: Mapping[str, User], done: Counter[str]) -> None:
        self._source, self._accounts, self._done = reader.source, accounts, done
        self._persons = {person.key: person for person in reader.people()}
        rows = Imported.objects.of(reader.source, Imported.Kind.PERSON)
        self._stored = dict(rows.values_list("key", "number"))
        self.of: dict[str, User] = {}

    def user(self, key: str) -> User:
        """Return the User of the Person with this key. Not in a transaction of a batch."""
        if key not in self.of:
            self.of[key] = self._accounts.get(key) or self._stored_user(key) or self._make(key)
        return self.of[key]

    def is_known(self, key: str) -> bool:
        """Return True if the source says who this is."""
        return key in self._persons

    def _stored_user(self, key: str) -> User | None:
        number = self._stored.get(key_of(key))
        return number and User.objects.filter(pk=number).first()

    def _make(self, key: str) -> User:
        person = self._persons.get(key) or Person(key, username=key)
        for attempt in range(ATTEMPTS):
            try:
                user = self._store(person)
            except IntegrityError:  # somebody took the name at the same time
                if attempt == ATTEMPTS - 1:
                    raise
            else:
                self._done[reasons.BOTS if person.is_bot else reasons.PEOPLE] += 1
                return user
        raise AssertionError

    @transaction.atomic
    def _store(self, person: Person) -> User:
        username = free_username(
            person.username, person.display_name, person.key, is_bot=person.is_bot
        )
        user = User.objects.create_user(
            username,
            "",
            display_name=free_display_name(person.display_name, username, person.is_bot),
            is_active=False,
            is_imported=True,
            is_bot=person.is_bot,
            email_notifications=False,
        )
        key = key_of(person.key)
        Imported.objects.remember(self._source, Imported.Kind.PERSON, key, user.pk)
        return user


class Usernames(dict[str, str]):
    """{key of a Person: username here} for readers; a placeholder is made when it is asked for."""

    def __init__(self, people: People) -> None:
        super().__init__()
        self._people = people

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._people.is_known(key)

    def __missing__(self, key: str) -> str:
        if key not in self:
            raise KeyError(key)
        return self._people.user(key).username

    def get(self, key, default=None):  # type: ignore[no-untyped-def, override]
        try:
            return self[key]
        except KeyError:
            return default
