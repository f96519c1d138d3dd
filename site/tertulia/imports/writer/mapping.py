"""Read people.csv: who of the source has which account here.

Each line has two columns: who it is there (a key, username or e-mail address of the source), and
the username here. An administrator says so, no file of strangers does.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator

from core.mailboxes import fold_email
from core.text import fold
from users.models import User

from ..records import Person

MAX_BYTES = 5 * 2**20
_HEADS = {"username here", "here", "tertulia", "username"}


class MappingRefused(Exception):
    """`sentences` say what is wrong, one for each line."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def read_mapping(data: bytes, people: Iterable[Person]) -> dict[str, User]:
    """Return {key of a Person: User}. Raise MappingRefused if anything in it is not clear."""
    if len(data) > MAX_BYTES:
        raise MappingRefused(["The file of people is too large."])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MappingRefused(["The file of people is not UTF-8 text."]) from None
    finder = _Finder(people)
    found: dict[str, User] = {}
    faults = []
    for number, cells in _lines(text):
        try:
            person, user = finder.pair(cells)
            if person.key in found:
                raise _Unclear(f"{cells[0]!r} is in the file twice")
            found[person.key] = user
        except _Unclear as fault:
            faults.append(f"Line {number}: {fault}.")
    if faults:
        raise MappingRefused(faults)
    return found


class _Unclear(Exception):
    """The argument says what is not clear in a line."""


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (number, cells) of the lines that are not empty; the first may be a heading."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    is_first = True
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            is_heading = is_first and len(cells) == 2 and cells[1].lower() in _HEADS
            if cells and not is_heading:
                yield reader.line_num, cells
            is_first = False
    except csv.Error as error:
        raise MappingRefused([f"Line {reader.line_num}: {error}."]) from error


class _Finder:
    def __init__(self, people: Iterable[Person]) -> None:
        self._by_key: dict[str, Person] = {}
        self._by_name: dict[str, list[Person]] = defaultdict(list)
        self._by_email: dict[str, list[Person]] = defaultdict(list)
        for person in people:
            self._by_key[person.key] = person
            self._by_name[fold(person.username)].append(person)
            if person.email:
                self._by_email[fold_email(person.email)].append(person)

    def pair(self, cells: list[str]) -> tuple[Person, User]:
        if len(cells) != 2:
            raise _Unclear("it needs two columns: who it is there, and the username here")
        return self._person(cells[0]), _account(cells[1])

    def _person(self, there: str) -> Person:
        if there in self._by_key:
            return self._by_key[there]
        found = self._by_name.get(fold(there.removeprefix("@"))) or self._by_email.get(
            fold_email(there), []
        )
        if not found:
            raise _Unclear(f"nobody in the archive is {there!r}")
        if len(found) > 1:
            keys = ", ".join(person.key for person in found[:3])
            raise _Unclear(f"{there!r} can be several people: write one of the keys {keys}")
        return found[0]


def _account(here: str) -> User:
    user = User.objects.filter(username_key=fold(here.removeprefix("@"))).first()
    if user is None or user.is_imported:
        raise _Unclear(f"there is no account with the username {here!r}")
    return user
