"""Group commit: posts that arrive together over sockets share one transaction.

A transaction costs as much as several messages in it; while one runs, messages for the next one
are collected. A message is acknowledged only after its transaction is committed.

Users take turns: a batch takes one message of each user, then a second one of each, and in total
no more characters than one message may have. So a user waits for the running batch and for one
message of each other user, however much the others have sent.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice, zip_longest
from typing import NamedTuple

from django.db import InterfaceError, OperationalError
from django.utils import translation

from core.batching import Batcher
from core.threads import broadcasts_held, broadcasts_started, in_database, start_broadcasts
from users.languages import language_of

from ..message import broadcasts
from ..message.forms import MessageForm
from ..message.models import BODY_LIMIT
from ..message.sql.members import memberships_of
from ..message.submit import Submission, refuse, submit_all
from . import TRY_AGAIN_LATER
from .reader import Reader

logger = logging.getLogger(__name__)

MAX_WAITING = 2_000
MAX_WAITING_PER_USER = 200
MAX_TURNS = 10_000  # users whose last turn is remembered
MAX_LETTERS = BODY_LIMIT  # of a batch
DRAWING_SECONDS = 0.05  # how long the next batch waits for the drawing of this one
STORE_SECONDS = 5.0  # how long the process waits for running transactions when it ends
DATABASE_IS_AWAY = (OperationalError, InterfaceError)


class Send(NamedTuple):
    """One message that a user sent to a room."""

    user_id: int
    room_id: int
    fields: dict[str, str]


type Entry = tuple[Reader, Send]


class PostQueue(Batcher):
    def __init__(self) -> None:
        super().__init__()
        self._turn = 0
        self._turns: dict[int, int] = {}  # the last turn of each user
        self._of_user: Counter[int] = Counter()  # the number of waiting messages of each user

    def send(self, reader: Reader, fields: dict[str, str]) -> None:
        """Queue a message and push the answer to the reader. Close it if too much waits."""
        user = reader.user_id
        if len(self._waiting) >= MAX_WAITING or self._of_user[user] >= MAX_WAITING_PER_USER:
            reader.close(TRY_AGAIN_LATER)
            return
        self._of_user[user] += 1
        self._add((reader, Send(user, reader.room_id, fields)))

    def _next_batch(self) -> list[Entry]:
        """Remove the next batch from the queue and return it in the order of arrival."""
        turns = in_turns(self._waiting, self._turns)
        taken = set(islice(fitting(turns), self.AT_A_TIME))
        batch = [entry for number, entry in enumerate(self._waiting) if number in taken]
        self._waiting = [entry for number, entry in enumerate(self._waiting) if number not in taken]
        users = [send.user_id for _reader, send in batch]
        self._turn += 1
        if len(self._turns) > MAX_TURNS:
            self._turns.clear()
        self._turns.update(dict.fromkeys(users, self._turn))
        self._of_user -= Counter(users)
        return batch

    async def settled(self) -> None:
        """Wait until all queued messages are stored. Called when the process ends."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=STORE_SECONDS)

    async def _work_on(self, batch: list[Entry]) -> None:
        try:
            answers, drawings = await _store([send for _reader, send in batch])
        except DATABASE_IS_AWAY:
            # Not acknowledged, so not lost: the pages send the messages again when they reconnect.
            logger.exception(
                "The database is unavailable, %s messages were not stored",
                len(batch),
                extra={"event": "posts.database_unavailable", "fields": {"messages": len(batch)}},
            )
            for reader, _send in batch:
                reader.close(TRY_AGAIN_LATER)
        except Exception:
            if len(batch) > 1:
                for entry in batch:  # one message that cannot be stored must not stop the others
                    await self._work_on([entry])
                return
            # A retry would fail again, for ever: tell the author, who keeps the text.
            logger.exception("Could not store a message", extra={"event": "posts.failed"})
            [(reader, send)] = batch
            with translation.override(reader.language):
                form = refuse(MessageForm(send.fields), "not_stored")
                reader.push(broadcasts.render_refused(form))
        else:
            try:
                for (reader, _send), answer in zip(batch, answers, strict=True):
                    reader.push(answer)
            finally:
                start_broadcasts(drawings)
                await _drawn()


def in_turns(waiting: Iterable[Entry], last_turns: Mapping[int, int]) -> Iterator[tuple[int, Send]]:
    """Yield (number, Send) from `waiting`: one per user, then a second one per user, and so on.

    The user whose last turn, by `last_turns`, is the longest ago comes first.
    """
    queues: dict[int, list[tuple[int, Send]]] = {}
    for number, (_reader, send) in enumerate(waiting):
        queues.setdefault(send.user_id, []).append((number, send))
    users = sorted(queues, key=lambda user: last_turns.get(user, 0))
    for turn in zip_longest(*(queues[user] for user in users)):
        yield from (entry for entry in turn if entry is not None)


def fitting(turns: Iterable[tuple[int, Send]]) -> Iterator[int]:
    """Yield the numbers of the first `turns` whose texts fit into one batch."""
    letters = 0
    for number, send in turns:
        letters += len(send.fields["body"])
        if letters > MAX_LETTERS and letters > len(send.fields["body"]):
            return
        yield number


def post_all(sends: Sequence[Send]) -> list[str]:
    """Post several messages; return the push that answers each, in the same order."""
    users, rooms = {send.user_id for send in sends}, {send.room_id for send in sends}
    memberships = {(one.user_id, one.room_id): one for one in memberships_of(users, rooms)}
    submissions = submit_all(
        (memberships.get((send.user_id, send.room_id)), send.fields) for send in sends
    )
    return [_answer(submission) for submission in submissions]


@in_database
def _store(sends: Sequence[Send]) -> tuple[list[str], list[Callable[[], object]]]:
    """Post several messages; return the answers, and what is to be drawn after they are sent."""
    with broadcasts_held() as drawings:
        return post_all(sends), drawings


async def _drawn() -> None:
    """Wait a moment until what was stored is drawn.

    Only one thread runs Python at a time: two that take turns take longer than one after the other,
    and the next batch grows meanwhile, which costs less a message.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAWING_SECONDS):
            await broadcasts_started()


def _answer(submission: Submission) -> str:
    if submission.is_accepted:
        nonce = submission.form.cleaned_data["nonce"]
        return broadcasts.render_sent(nonce, submission.done)
    member = submission.membership
    with translation.override(language_of(member.user) if member else translation.get_language()):
        return broadcasts.render_refused(submission.form)


post_queue = PostQueue()
