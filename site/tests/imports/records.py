"""A source in memory, for tests of the writer."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from rooms.models import Room
from tertulia.imports.records import Person, Place, Said
from tertulia.imports.writer.choices import Choices
from tertulia.imports.writer.run import run_import

START = datetime(2024, 5, 1, 9, tzinfo=UTC)


def at(minutes):
    return START + timedelta(minutes=minutes)


def said(key, author="U1", body=None, minutes=None, **fields):
    """Return the message `key`, said so many minutes after START; by default as its key is."""
    minutes = int(key) if minutes is None else minutes
    return Said(str(key), author, at(minutes), f"text {key}" if body is None else body, **fields)


class Source:
    """A Reader of these people and {Place: messages}."""

    source = "slack:T1"

    def __init__(self, places, people=()):
        self._places, self._people = places, people
        self.skipped = Counter()
        self.usernames, self.room_names = {}, {}

    def people(self):
        return self._people

    def places(self):
        return list(self._places)

    def said(self, place):
        for message in self._places[place]:
            yield message() if callable(message) else message


PEOPLE = (
    Person("U1", "marta", "Marta Gil", "marta@example.com"),
    Person("U2", "joao", "João"),
    Person("U3", "ci", "CI", is_bot=True),
)
GENERAL = Place("C1", "general", "open", "Everything", ("U1", "U2"), START)
SECRET = Place("C2", "secret", "closed", member_keys=("U1",))
TALK = Place("D1", "", "direct", member_keys=("U1", "U2"))


def bring(places, by, people=PEOPLE, accounts=(), **choices):
    """Import {Place: messages}; return the Import."""
    return run_import(Source(places, people), Choices(**choices), by, "test.zip", dict(accounts))


def room(name="general"):
    return Room.objects.get(name=name)


def bodies(room):
    return list(room.messages.order_by("position").values_list("body", flat=True))
