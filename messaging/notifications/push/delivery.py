"""Decide who gets which pushes now, send them, and note what became of them.

What a person has missed is recorded as told before it is sent, under a claim on which another task
waits. So nobody gets a push twice, though a task runs twice or two run at once. If a process dies,
its pushes under way are lost; the mail about them is still sent.

A push that fails is sent again to that device alone, if it is still the newest of its room and
still news then. Only such a second attempt may arrive twice, if a process dies meanwhile; it has
the same tag and topic, so it replaces the first.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from rooms.models import Membership, Room
from users.models import User

from ..actions import record
from ..channel import Channel
from ..missed import Missed, RoomNews, missed_by, news_of, users_due
from ..models import NotificationClaim, NotifiedMention, NotifiedRoom
from ..quiet.queries import news_since_for, news_since_of, quiet_ids
from . import vapid
from .channel import PUSH
from .models import PushSubscription
from .notices import device_of, devices_of, notice_of_test, notices_of
from .sending import PUSH_THREADS, Notice, Outcome, Result, send_all

logger = logging.getLogger(__name__)

BATCH_SECONDS = 5  # after which a task begins no more pushes, so that other tasks get their turn
RETRY_SECONDS = (60, 600)  # before the second attempt, and before the third and last
FAILING_KEPT = timedelta(days=7)  # how long pushes to a device may fail
MAX_ROOMS = 100  # in one summary

# What nobody has been told after a minute: it was quiet, or a task was lost.
LATE = replace(PUSH, delay=timedelta(minutes=1))
# It has no records, so for it all is missed that was not read.
AGAIN = replace(PUSH, name="push again")


class Retry(NamedTuple):
    """A push to send again: to a device, about what is new in a room from `first` on.

    `last` was the last position that it was about. Without a room it is a summary.
    """

    device: int
    room: int | None = None
    first: int = 0
    last: int = 0


class Taken(NamedTuple):
    """What a user is to be told: what they missed, what of it they can see, and the pushes."""

    claim: NotificationClaim
    missed: dict[int, Missed]
    news: list[RoomNews]
    notices: list[Notice]


class Batch(NamedTuple):
    """What is left to do: items that were not begun, {seconds to wait: pushes to send again}, and
    the exceptions of those whose pushes could not be made."""

    left: Sequence[Any]
    again: dict[int, list[Retry]]
    errors: list[Exception]


def people_of_room(room_id: int) -> list[int]:
    """Return the ids of the users to whom pushes of this room are due.

    If nobody can want any, posts do not queue this task any more.
    """
    people = sorted(users_due(PUSH, timezone.now(), room=room_id))
    if not people:
        _stop_expecting(room_id)
    return people


@transaction.atomic
def _stop_expecting(room_id: int) -> None:
    """Set `is_pushed` to False, under the room's lock, if no person with a device wants pushes."""
    list(Room.objects.select_for_update(no_key=True).filter(pk=room_id).values_list("pk"))
    people = PUSH.reachable().values_list("pk", flat=True)
    wanting = {user_id for _room, user_id in Room.objects.visible_pairs([room_id], people)}
    nothing = {PUSH.level: Membership.NotificationLevel.NOTHING}
    content = Membership.objects.filter(room=room_id, **nothing).values_list("user", flat=True)
    if not wanting - set(content):
        Room.objects.filter(pk=room_id).update(is_pushed=False)


def late_people() -> list[int]:
    """Return the ids of the users who have not been told for a minute, but may be now."""
    return sorted(users_due(LATE, timezone.now()))


def push_room(room_id: int, people: Sequence[int]) -> Batch:
    """Send these users what is new in a room."""
    return _deliver(people, lambda some, errors: take(some, PUSH, errors, room=room_id))


def push_late(people: Sequence[int]) -> Batch:
    """Send these users what they have missed everywhere, each in one push."""
    return _deliver(people, lambda some, errors: take(some, LATE, errors))


def push_again(retries: Sequence[Retry], tries: int) -> Batch:
    """Send again what has failed `tries` times."""
    return _deliver(retries, _notices_again, tries)


def push_test(device_id: int) -> Batch:
    """Send a test to a device."""
    device = device_of(device_id)
    tests = [] if device is None else [notice_of_test(device)]
    return _deliver(tests, lambda some, _errors: some, len(RETRY_SECONDS))


def _deliver(
    items: Sequence[Any],
    notices_of: Callable[[list[Any], list[Exception]], Iterable[Notice]],
    tries: int = 0,
) -> Batch:
    """Send the notices of `items`, a few at a time, until BATCH_SECONDS have passed."""
    signer = vapid.current() if PUSH.is_on() else None
    if signer is None:
        return Batch([], {}, [])
    end = time.monotonic() + BATCH_SECONDS
    left, errors = list(items), []

    def notices() -> Iterator[Notice]:
        while left and time.monotonic() < end:
            some, left[:] = left[:PUSH_THREADS], left[PUSH_THREADS:]
            yield from notices_of(some, errors)

    again = _note(send_all(notices(), signer), tries)
    return Batch(left, again, errors)


def _note(results: Iterable[Result], tries: int) -> dict[int, list[Retry]]:
    """Store what became of these pushes; return {seconds to wait: what to send again}."""
    devices: dict[Outcome, list[int]] = defaultdict(list)
    again: dict[int, list[Retry]] = defaultdict(list)
    for notice, outcome, wait in results:
        if outcome is Outcome.LATER and tries < len(RETRY_SECONDS):
            retry = Retry(notice.device.pk, notice.room, notice.first, notice.last)
            again[wait or RETRY_SECONDS[tries]].append(retry)
        else:
            devices[outcome].append(notice.device.pk)
    _note_devices(devices, timezone.now())
    return again


def _note_devices(devices: dict[Outcome, list[int]], now: datetime) -> None:
    of = PushSubscription.objects.filter
    of(pk__in=devices[Outcome.SENT]).update(told_at=now, failed_since=None)
    failing = of(pk__in=[*devices[Outcome.REFUSED], *devices[Outcome.LATER]])
    ended = failing.filter(failed_since__lte=now - FAILING_KEPT).values_list("pk", flat=True)
    gone = {*devices[Outcome.GONE], *ended}
    failing.filter(failed_since=None).update(failed_since=now)
    if gone:
        of(pk__in=gone).delete()
        logger.info(
            "%s devices do not exist any more",
            len(gone),
            extra={"event": "push.devices_gone", "fields": {"devices": sorted(gone)}},
        )


def take(
    user_ids: Sequence[int], channel: Channel, errors: list[Exception], **within: Any
) -> list[Notice]:
    """Record what these users have missed as told, and return the Notices that tell it.

    What it reads takes longer than what it writes, and is read before the transaction: SQLite has
    one writer, which may be a post. So another task may record the same meanwhile: it has changed
    the number of the claim then, and nothing is returned for that user.
    """
    rows = [NotificationClaim(user_id=user_id, channel=channel.name) for user_id in user_ids]
    claims = NotificationClaim.objects.filter(user__in=user_ids, channel=channel.name)
    if claims.count() < len(rows):
        NotificationClaim.objects.bulk_create(rows, ignore_conflicts=True)
    now = timezone.now()
    people = {user.pk: user for user in channel.reachable().filter(pk__in=user_ids)}
    devices, quiet = devices_of(people), quiet_ids(people, now)
    sinces = news_since_of(people, now, channel.news)
    found = []
    for claimed in claims.filter(user__in=people.keys() - quiet).order_by("user"):
        user = people[claimed.user_id]
        try:
            missed = missed_by(user, channel, now, sinces[user.pk], MAX_ROOMS, **within)
            news = news_of(user, missed, channel, now, sinces[user.pk])
            notices = notices_of(user, missed, news, devices[user.pk])
            found.append(Taken(claimed, missed, news, notices))
        except Exception as error:
            errors.append(error)
    return _claim(channel, found)


@transaction.atomic
def _claim(channel: Channel, found: Sequence[Taken]) -> list[Notice]:
    """Record these as told, and return their notices, without those that another task has taken."""
    now = timezone.now()
    taken = [
        each
        for each in found
        if each.missed
        and NotificationClaim.objects.filter(pk=each.claim.pk, number=each.claim.number).update(
            number=F("number") + 1, claimed_at=now
        )
    ]
    record(channel, *((each.missed, each.news) for each in taken))
    return [notice for each in taken for notice in each.notices]


def _notices_again(retries: Sequence[Retry], errors: list[Exception]) -> Iterator[Notice]:
    for retry in retries:
        try:
            yield from _notices_of_retry(retry)
        except Exception as error:
            errors.append(error)


def _notices_of_retry(retry: Retry) -> list[Notice]:
    device, now = device_of(retry.device), timezone.now()
    if device is None or quiet_ids([device.user_id], now):
        return []
    user, within = device.user, {}
    if retry.room is not None:
        if _last_told(user, retry.room) > retry.last:
            return []
        within = {"room": retry.room}
    since = news_since_for(user, now, AGAIN.news)
    missed = missed_by(user, AGAIN, now, since, MAX_ROOMS, **within)
    missed = {room_id: _from(each, retry.first) for room_id, each in missed.items()}
    return notices_of(user, missed, news_of(user, missed, AGAIN, now, since), [device])


def _last_told(user: User, room_id: int) -> int:
    """Return the last position of a room about which a push was sent to `user`, or tried."""
    rooms = NotifiedRoom.objects.filter(membership__room=room_id, membership__user=user)
    mentions = NotifiedMention.objects.filter(mention__room=room_id, mention__user=user)
    room = rooms.filter(channel=PUSH.name).aggregate(last=Max("position"))
    mention = mentions.filter(channel=PUSH.name).aggregate(last=Max("mention__position"))
    return max(room["last"] or 0, mention["last"] or 0)


def _from(missed: Missed, first: int) -> Missed:
    """Return what was missed from the position `first` on."""
    for membership in missed.memberships:
        membership.known = max(membership.known, first - 1)
    mentions = [mention for mention in missed.mentions if mention.message.position >= first]
    return Missed(mentions, missed.memberships)
