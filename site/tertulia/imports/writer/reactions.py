"""The reactions of imported messages, within the product's limits."""

from collections import Counter
from collections.abc import Iterable

from core.emoji.table import key_of, key_of_code
from messaging.models import Reaction
from messaging.reactions.actions import MAX_KINDS, MAX_OF_ONE_PERSON
from messaging.reactions.models import MAX_IDS

from .. import reasons
from ..records import Reacted
from .people import People

type Kinds = dict[str, dict[int, None]]  # {emoji: ids of the people, in order}


def read_reactions(reacted: Iterable[Reacted], people: People, skipped: Counter[str]) -> Kinds:
    """Return the kinds that can be stored; count the others in `skipped`. Makes placeholders."""
    kinds: Kinds = {}
    each: Counter[int] = Counter()
    for reaction in reacted:
        emoji = emoji_of(reaction.emoji)
        if emoji is None:
            skipped[reasons.NO_EMOJI] += len(reaction.person_keys)
            continue
        if emoji not in kinds and len(kinds) >= MAX_KINDS:
            skipped[reasons.TOO_MANY_REACTIONS] += len(reaction.person_keys)
            continue
        ids = kinds.setdefault(emoji, {})
        for key in dict.fromkeys(reaction.person_keys):
            user_id = people.user(key).pk
            if user_id in ids:  # with two skin tones, perhaps
                continue
            if each[user_id] >= MAX_OF_ONE_PERSON:
                skipped[reasons.TOO_MANY_REACTIONS] += 1
            else:
                ids[user_id] = None
                each[user_id] += 1
    return {emoji: ids for emoji, ids in kinds.items() if ids}


def emoji_of(written: str) -> str | None:
    """Return the key of an emoji that is written as itself or as `:name:`, or None."""
    if len(written) > 2 and written[0] == written[-1] == ":":
        return key_of_code(written[1:-1])
    return key_of(written)


def summary_of(kinds: Kinds) -> list[list[object]]:
    """Return what a message's `extras` hold of them: see ReactionQuerySet.summary."""
    return [[emoji, len(ids), list(ids)[-MAX_IDS:]] for emoji, ids in kinds.items()]


def rows_of(message_id: int, kinds: Kinds, at) -> list[Reaction]:  # type: ignore[no-untyped-def]
    return [
        Reaction(message_id=message_id, user_id=user_id, emoji=emoji, created_at=at)
        for emoji, ids in kinds.items()
        for user_id in ids
    ]
