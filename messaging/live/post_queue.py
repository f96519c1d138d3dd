"""Takes what the sockets of this process post, and stores together what comes at once.

One transaction costs as much as several messages in it; while one is under way, the next
messages gather. Nothing is acknowledged before its transaction is committed.

People take turns: a batch holds one message of each, then another of each, and no more letters
than one message may have. So whoever posts waits for the batch under way and for one message of
each of the others, however much these have sent.
"""

import asyncio
import logging
from collections import Counter
from itertools import islice, zip_longest
from typing import NamedTuple

from django.db import InterfaceError, OperationalError
from django.utils import translation

from core.batching import Batcher
from core.threads import in_database
from rooms.models import Membership
from users.languages import language_of

from ..message import broadcasts
from ..message.forms import MessageForm
from ..message.models import BODY_LIMIT
from ..message.submit import refuse, submit_all
from . import TRY_AGAIN_LATER

logger = logging.getLogger(__name__)

WAITING = 2_000
WAITING_OF_ONE = 200  # messages of one person
PEOPLE_REMEMBERED = 10_000
LETTERS_AT_A_TIME = BODY_LIMIT
PATIENCE = 5.0  # seconds that the end of the process waits for what is being stored
DATABASE_IS_AWAY = (OperationalError, InterfaceError)


class Send(NamedTuple):
    """What the composer of one person sent to one room."""

    user_id: int
    room_id: int
    fields: dict


class PostQueue(Batcher):
    def __init__(self):
        super().__init__()
        self._turn = 0
        self._turns = {}  # the last turn of each person
        self._of_person = Counter()  # how many messages of each wait

    def send(self, reader, fields):
        """Post for a reader, soon; the answer is pushed to it. Too much waiting closes it."""
        person = reader.user_id
        if len(self._waiting) >= WAITING or self._of_person[person] >= WAITING_OF_ONE:
            reader.close(TRY_AGAIN_LATER)
            return
        self._of_person[person] += 1
        self._add((reader, Send(person, reader.room_id, fields)))

    def _next_batch(self):
        """Take what is to be stored next, in the order in which it came."""
        turns = in_turns(self._waiting, self._turns)
        taken = set(islice(fitting(turns), self.AT_A_TIME))
        batch = [entry for number, entry in enumerate(self._waiting) if number in taken]
        self._waiting = [entry for number, entry in enumerate(self._waiting) if number not in taken]
        people = [send.user_id for _reader, send in batch]
        self._turn += 1
        if len(self._turns) > PEOPLE_REMEMBERED:
            self._turns.clear()
        self._turns.update(dict.fromkeys(people, self._turn))
        self._of_person -= Counter(people)
        return batch

    async def settled(self):
        """Wait until all that was sent is stored: for the end of the process."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=PATIENCE)

    async def _work_on(self, batch):
        try:
            answers = await in_database(post_all)([send for _reader, send in batch])
        except DATABASE_IS_AWAY:
            # Not acknowledged, so not lost: the pages send it again when they return.
            logger.exception("%s messages could not be stored", len(batch))
            for reader, _send in batch:
                reader.close(TRY_AGAIN_LATER)
        except Exception:
            if len(batch) > 1:
                for entry in batch:  # one that cannot be stored must not take the others with it
                    await self._work_on([entry])
                return
            # Sent again it would fail again, for ever: its author is told, and keeps the text.
            logger.exception("A message could not be stored")
            [(reader, send)] = batch
            with translation.override(reader.language):
                form = refuse(MessageForm(send.fields), "not_stored")
                reader.push(broadcasts.render_refused(form))
        else:
            for (reader, _send), answer in zip(batch, answers, strict=True):
                reader.push(answer)


def in_turns(waiting, last_turns):
    """Yield (number, Send) of what is `waiting`: one per person, then a second one per person.

    Whoever has waited longest since their turn, by `last_turns`, comes first.
    """
    queues = {}
    for number, (_reader, send) in enumerate(waiting):
        queues.setdefault(send.user_id, []).append((number, send))
    people = sorted(queues, key=lambda person: last_turns.get(person, 0))
    for turn in zip_longest(*(queues[person] for person in people)):
        yield from (entry for entry in turn if entry is not None)


def fitting(turns):
    """Yield the numbers of the first `turns`, until their texts together are too long."""
    letters = 0
    for number, send in turns:
        letters += len(send.fields["body"])
        if letters > LETTERS_AT_A_TIME and letters > len(send.fields["body"]):
            return
        yield number


def post_all(sends):
    """Post what came from several composers; return the push that answers each, in their order."""
    memberships = {
        (membership.user_id, membership.room_id): membership
        for membership in Membership.objects.select_related("room", "user").filter(
            user__in={send.user_id for send in sends},
            room__in={send.room_id for send in sends},
            user__is_active=True,
        )
    }
    submissions = submit_all(
        (memberships.get((send.user_id, send.room_id)), send.fields) for send in sends
    )
    return [_answer(submission) for submission in submissions]


def _answer(submission):
    if submission.message is not None:
        return broadcasts.render_sent(submission.form.cleaned_data["nonce"])
    member = submission.membership
    with translation.override(language_of(member.user) if member else translation.get_language()):
        return broadcasts.render_refused(submission.form)


post_queue = PostQueue()
