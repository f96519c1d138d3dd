"""Find the messages that users have missed and should be notified of on a channel.

Posting does not collect anything: every minute the tasks look for users to notify. The content of
a notification is read when it is sent, and again at each attempt, so that it never contains
messages of a room that the user can no longer see.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from rooms.models import Membership, Presence, Room
from users.models import User

from ..mentions.models import Mention
from ..message.models import Message
from .channel import Channel
from .models import NotificationClaim, NotifiedMention
from .quiet.hours import MAX_HELD
from .quiet.queries import people_with_news, with_quiet_times

MAX_ROOMS = 20  # in one notification
MAX_MESSAGES = 5  # of one room, the newest


class Missed(NamedTuple):
    """What a user missed in one room: Mentions, and their Membership if they want all messages."""

    mentions: list[Mention]
    memberships: list[Membership]


class RoomNews(NamedTuple):
    """The content for one room in a notification: the newest messages, and the number of others."""

    room: Room
    title: str
    messages: list[Message]
    more: int


def users_due(channel: Channel, now: datetime, **within: Any) -> set[int]:
    """Return the ids of the users whom `channel` should notify at `now`.

    What happens in somebody's quiet time waits: afterwards, one notification has all of it.
    `within` narrows down what they missed, for example to a `room`.
    """
    recent = NotificationClaim.objects.filter(
        user=OuterRef("pk"), channel=channel.name, claimed_at__gt=now - channel.gap
    )
    users = channel.reachable().filter(~Exists(recent))
    since = now - max(channel.news, MAX_HELD)
    mentions = _mentions_due(channel, now, since).filter(user__in=users, **within)
    memberships = _memberships_due(channel, now, since).filter(user__in=users, **within)
    return people_with_news(
        [
            *_events(mentions, "created_at", channel, now),
            *_events(memberships, "newest", channel, now),
        ],
        now,
        channel.news,
    )


def _events(
    rows: QuerySet, moment: str, channel: Channel, now: datetime
) -> Iterable[tuple[int, datetime, bool]]:
    """Return (user id, time, True if the user has quiet times) of what may be news at `now`."""
    has_quiet_times = Exists(with_quiet_times(now).filter(user=OuterRef("user")))
    found = rows.annotate(has_quiet_times=has_quiet_times)
    is_recent = Q(**{f"{moment}__gt": now - channel.news})
    return found.filter(is_recent | Q(has_quiet_times=True)).values_list(
        "user", moment, "has_quiet_times"
    )


def missed_by(
    user: User,
    channel: Channel,
    now: datetime,
    since: datetime | None = None,
    most_rooms: int = MAX_ROOMS,
    **within: Any,
) -> dict[int, Missed]:
    """Return {room id: Missed} of one user, of at most `most_rooms` rooms.

    `since` is the time after which an event is news to them; without it, `channel.news` ago.
    `within` is that of `users_due`.
    """
    since = since or now - channel.news
    missed: dict[int, Missed] = defaultdict(lambda: Missed([], []))
    mentions = _mentions_due(channel, now, since).filter(user=user, **within)
    for mention in mentions.select_related("message"):
        missed[mention.message.room_id].mentions.append(mention)
    for membership in _memberships_due(channel, now, since).filter(user=user, **within):
        missed[membership.room_id].memberships.append(membership)
    return dict(islice(missed.items(), most_rooms))


def _mentions_due(channel: Channel, now: datetime, since: datetime) -> QuerySet[Mention]:
    """Return the mentions of users who are away and have neither read them nor been notified."""
    of_theirs = {"room": OuterRef("message__room"), "user": OuterRef("user")}
    settled = Membership.objects.filter(
        Q(last_read_position__gte=OuterRef("message__position"))
        | Q(**{channel.level: Membership.NotificationLevel.NOTHING}),
        **of_theirs,
    )
    notified = NotifiedMention.objects.filter(mention=OuterRef("pk"), channel=channel.name)
    return Mention.objects.filter(
        channel.is_due(now, since),
        ~Exists(settled),
        ~Exists(Presence.objects.current().filter(**of_theirs)),
        ~Exists(notified),
    )


def _memberships_due(channel: Channel, now: datetime, since: datetime) -> QuerySet[Membership]:
    """Return the memberships with new messages of users who are away and want every message.

    Each has `known`, the position up to which they have read the room or been notified.
    """
    of_theirs = {"room": OuterRef("room"), "user": OuterRef("user")}
    others = Message.objects.filter(
        room=OuterRef("room"),
        position__gt=OuterRef("known"),
        created_at__lte=now - channel.delay,
        deleted_at__isnull=True,
    ).exclude(author=OuterRef("user"))
    # The newest one, by the index of positions: EXISTS would read all messages that are too old.
    newest = others.order_by("-position").values("created_at")[:1]
    on_channel = FilteredRelation("notified", condition=Q(notified__channel=channel.name))
    said = Coalesce("on_channel__position", 0)
    return (
        Membership.objects.filter(**{channel.level: Membership.NotificationLevel.EVERYTHING})
        .annotate(on_channel=on_channel)
        .annotate(known=Greatest("last_read_position", channel.after, said))
        .filter(room__last_position__gt=F("known"))
        .annotate(newest=Subquery(newest))
        .filter(
            ~Exists(Presence.objects.current().filter(**of_theirs)),
            newest__gt=since,
        )
    )


def news_of(
    user: User,
    missed: dict[int, Missed],
    channel: Channel,
    now: datetime,
    since: datetime | None = None,
) -> list[RoomNews]:
    """Return the RoomNews of `missed` for `user`, only of rooms that they can see.

    `since` is as for `missed_by`. Access is checked before the messages are read and once more
    after that.
    """
    rooms = list(Room.objects.visible_to(user).filter(pk__in=missed))
    direct = [room.pk for room in rooms if room.is_direct]
    titles = Membership.objects.titles(user, direct) if direct else {}
    is_due = channel.is_due(now, since or now - channel.news)
    found = [
        _room_news(room, titles.get(room.pk, room.name), missed[room.pk], is_due) for room in rooms
    ]
    return _still_visible(user, channel, [news for news in found if news.messages])


def _room_news(room: Room, title: str, missed: Missed, is_due: Q) -> RoomNews:
    wanted = Q(pk__in=[mention.message_id for mention in missed.mentions])
    for membership in missed.memberships:
        wanted |= Q(is_due, position__gt=membership.known) & ~Q(author=membership.user_id)
    found = room.messages.for_display().filter(wanted, deleted_at__isnull=True)
    messages = found.newest(MAX_MESSAGES)
    more = found.count() - MAX_MESSAGES if len(messages) == MAX_MESSAGES else 0
    return RoomNews(room, title, messages, more)


def _still_visible(user: User, channel: Channel, rooms: Iterable[RoomNews]) -> list[RoomNews]:
    current = channel.reachable().filter(pk=user.pk).first()
    if current is None:
        return []
    seen = Room.objects.visible_to(current).filter(pk__in=[news.room.pk for news in rooms])
    ids = set(seen.values_list("pk", flat=True))
    return [news for news in rooms if news.room.pk in ids]
