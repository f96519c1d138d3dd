"""Mails to those who are away: what they miss of what calls them, of all rooms, in one.

Nobody writes such a mail while somebody posts: every minute the tasks look for whom one is due to.
It is drawn when it is sent, and again at each attempt, so that it holds nothing of a room that its
reader may see no more.
"""

from collections import defaultdict
from datetime import timedelta
from itertools import islice
from typing import NamedTuple

from django.core.mail import mailers
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.utils import timezone

from rooms.models import Membership, Presence, Room
from users.models import User

from ..mentions.models import DELAY, NEWS, Mention, news
from ..message.models import Message
from .mail import RoomNews, draw_mail

GAP = timedelta(minutes=15)  # between two mails to one person
MOST_ROOMS = 20  # in one mail
MOST_MESSAGES = 5  # of one room, the newest


class Missed(NamedTuple):
    """What somebody is to be told of in one room: its Mentions, and their Membership if any."""

    mentions: list
    memberships: list


def people_due(now):
    """Return the ids of the people to whom a mail is due at `now`, as a set."""
    people = _rested(now) & _willing()
    mentions = Mention.objects.awaiting_notification(now).filter(user__in=people)
    memberships = _memberships_due(now).filter(user__in=people)
    return {
        *mentions.values_list("user", flat=True),
        *memberships.values_list("user", flat=True),
    }


def _rested(now):
    """The people to whom nobody has written for a while."""
    return User.objects.filter(Q(noticed_at__isnull=True) | Q(noticed_at__lte=now - GAP))


def _willing():
    """The people who may be written to at all."""
    return User.objects.reachable_by_mail().filter(email_notifications=True)


def _memberships_due(now):
    """The memberships of those who want to hear of everything, and are away from something new."""
    of_theirs = {"room": OuterRef("room"), "user": OuterRef("user")}
    others = Message.objects.filter(
        room=OuterRef("room"),
        position__gt=OuterRef("known"),
        created_at__lte=now - DELAY,
        deleted_at__isnull=True,
    ).exclude(author=OuterRef("user"))
    # The newest one by the index of positions: asking for any would read all that is no news.
    newest = others.order_by("-position").values("created_at")[:1]
    return (
        Membership.objects.filter(notification_level=Membership.NotificationLevel.EVERYTHING)
        .annotate(known=Greatest("last_read_position", "noticed_position"))
        .filter(room__last_position__gt=F("known"))
        .annotate(newest=Subquery(newest))
        .filter(~Exists(Presence.objects.current().filter(**of_theirs)), newest__gt=now - NEWS)
    )


@transaction.atomic
def claim(user_id, now):
    """Take it on to write to this person; return the claim, or None where somebody else did."""
    taken = _rested(now).filter(pk=user_id).update(noticed_at=now)
    return now.isoformat() if taken else None


def send(user_id, claimed):
    """Write to this person, where the claim still holds and there is still something to say.

    Raises what the mail server says; then nothing is noted, and the same is tried again.
    """
    user = _willing().filter(pk=user_id).first()
    if user is None or user.noticed_at is None or user.noticed_at.isoformat() != claimed:
        return  # too late: the next mail says it
    now = timezone.now()
    missed = _missed(user, now)
    rooms = _still_theirs(user_id, _news(user, missed, now))
    if rooms:
        server = mailers["server" if "server" in mailers else "default"]
        server.send_messages([draw_mail(user, rooms, claimed)])
    _note(missed, rooms, now)


def _missed(user, now):
    """Return {room id: Missed} of one person, of so many rooms as one mail holds."""
    missed = defaultdict(lambda: Missed([], []))
    mentions = (
        Mention.objects.awaiting_notification(now).filter(user=user).select_related("message")
    )
    for mention in mentions:
        missed[mention.message.room_id].mentions.append(mention)
    for membership in _memberships_due(now).filter(user=user):
        missed[membership.room_id].memberships.append(membership)
    return dict(islice(missed.items(), MOST_ROOMS))


def _news(user, missed, now):
    """Return the RoomNews of the rooms that `user` may see now."""
    rooms = Room.objects.visible_to(user).filter(pk__in=missed)
    titles = {
        membership.room_id: membership.title
        for membership in Membership.objects.filter(user=user, room__in=missed)
        .select_related("room")
        .with_title()
    }
    found = (_room_news(room, titles.get(room.pk, room.name), missed, now) for room in rooms)
    return [room_news for room_news in found if room_news.messages]


def _still_theirs(user_id, rooms):
    """Return those of `rooms`, RoomNews, that their person may see: asked after what is in them."""
    user = _willing().filter(pk=user_id).first()
    if user is None:
        return []
    seen = Room.objects.visible_to(user).filter(pk__in=[news.room.pk for news in rooms])
    seen = set(seen.values_list("pk", flat=True))
    return [news for news in rooms if news.room.pk in seen]


def _room_news(room, title, missed, now):
    mentions, memberships = missed[room.pk]
    wanted = Q(pk__in=[mention.message_id for mention in mentions])
    for membership in memberships:
        wanted |= Q(news(now), position__gt=membership.known) & ~Q(author=membership.user_id)
    found = room.messages.for_display().filter(wanted, deleted_at__isnull=True)
    messages = found.newest(MOST_MESSAGES)
    return RoomNews(room, title, messages, found.count() - len(messages))


@transaction.atomic
def _note(missed, rooms, now):
    """Note what was told, and what nobody will be told of: that of rooms out of their reach."""
    told = [mention.pk for room in missed.values() for mention in room.mentions]
    Mention.objects.filter(pk__in=told).update(noticed_at=now)
    last = {room_news.room.pk: room_news.messages[-1].position for room_news in rooms}
    for room_id, (_mentions, memberships) in missed.items():
        for membership in memberships:
            position = max(membership.known, last.get(room_id, 0))
            Membership.objects.filter(pk=membership.pk).update(noticed_position=position)


@transaction.atomic
def stop_email(user):
    """Write to this person no more of what they miss."""
    user.email_notifications = False
    user.save(update_fields=["email_notifications"])


@transaction.atomic
def choose_level(membership, level):
    """Set what this person is notified about in this room, a Membership.NotificationLevel."""
    changes = {"notification_level": level}
    if level == Membership.NotificationLevel.EVERYTHING != membership.notification_level:
        changes["noticed_position"] = membership.room.last_position  # from now on
    # No row if they have left meanwhile: then there is nothing to choose.
    Membership.objects.filter(pk=membership.pk).update(**changes)
