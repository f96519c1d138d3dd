"""Read everything of an archive and write nothing: what would come, and what would not."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from messaging.markdown.rendering import shows_nothing
from messaging.message.models import BODY_LIMIT
from rooms.direct.actions import MOST_OTHERS

from .. import reasons
from ..models import Imported
from ..records import Place, Reader, Said
from .bodies import clean_body
from .choices import Choices, chosen
from .files import reason_against
from .keys import message_key
from .reactions import emoji_of
from .run import BATCH


@dataclass
class Found:
    """What an archive holds. `bytes` are those of its files, as far as they are known.

    `without_account` are the usernames of the people there for whom placeholders are made.
    """

    done: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    without_account: list[str] = field(default_factory=list)


def check(reader: Reader, choices: Choices, accounts: Collection[str]) -> Found:
    """Return what of `reader` would come. `accounts` are the keys of people who have one here."""
    found = Found()
    keys: set[str] = set()
    for place in chosen(reader, choices, found.skipped):
        found.done[_kind_of(place)] += 1
        keys.update(place.member_keys)
        _count(reader, place, choices, found, keys)
    found.skipped += reader.skipped
    people = {person.key: person for person in reader.people()}
    found.without_account = sorted(
        people[key].username if key in people else key for key in keys.difference(accounts)
    )
    found.done[reasons.PEOPLE] = len(found.without_account)
    return found


def _kind_of(place: Place) -> str:
    is_small = len(set(place.member_keys)) <= 1 + MOST_OTHERS
    if place.kind == "direct" and is_small:
        return reasons.CONVERSATIONS
    return reasons.PUBLIC if place.kind == "open" else reasons.PRIVATE


def _count(reader: Reader, place: Place, choices: Choices, found: Found, keys: set[str]) -> None:
    batch: list[str] = []
    for said in reader.said(place):
        keys.add(said.author_key)
        _count_one(said, choices, found, keys)
        batch.append(message_key(place.key, said.key))
        if len(batch) == BATCH:
            found.done[reasons.HERE] += _known(reader.source, batch)
            batch.clear()
    found.done[reasons.HERE] += _known(reader.source, batch)


def _known(source: str, batch: list[str]) -> int:
    return Imported.objects.of(source, Imported.Kind.MESSAGE).filter(key__in=batch).count()


def _count_one(said: Said, choices: Choices, found: Found, keys: set[str]) -> None:
    body = clean_body(said.body)
    if said.deleted_at is None and not said.files and shows_nothing(body):
        found.skipped[reasons.EMPTY] += 1
        return
    found.done[reasons.MESSAGES] += 1
    found.done[reasons.REPLIES] += said.reply_to is not None
    found.done[reasons.LONG] += len(body) > BODY_LIMIT
    for reaction in said.reactions:
        keys.update(reaction.person_keys)
        is_here = emoji_of(reaction.emoji) is not None
        counts, what = (
            (found.done, reasons.REACTIONS) if is_here else (found.skipped, reasons.NO_EMOJI)
        )
        counts[what] += len(reaction.person_keys)
    for file in said.files:
        if reason := reason_against(file, choices.files):
            found.skipped[reason] += 1
        else:
            found.done[reasons.FILES] += 1
        found.bytes += file.size or 0
