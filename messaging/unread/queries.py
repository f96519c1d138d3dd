"""What is new for a user, in all their rooms, with a constant number of queries."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigIntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from rooms.models import Membership

from ..mentions.models import Mention
from ..message.models import Message, opens_day

MESSAGES_OF_A_ROOM = 3
# Of the first unread messages some can be the reader's own, or deleted.
READ_AT_ONCE = 12


@dataclass
class News:
    """What is new in the room of `membership` for its user; `messages` are the first unread ones.

    Of the `unread` messages of the membership, `calls` call the user. Its `newest` and
    `newest_mention` are ids of messages, 0 for none.
    """

    membership: Any
    messages: list = field(default_factory=list)

    @property
    def more(self):
        """How many unread messages the page does not show."""
        return max(self.membership.unread - len(self.messages), 0)

    @property
    def age(self):
        """The key to sort by: the newest call, then the newest message."""
        mine = self.membership
        is_all_calls = mine.calls == mine.unread
        return mine.newest if is_all_calls else mine.newest_mention, mine.newest


def news_of(user):
    """Return the News of all rooms of `user` with something new: the newest call first."""
    newest = Message.objects.filter(room=OuterRef("room"), position=OuterRef("room__last_position"))
    mentions = Mention.objects.filter(
        user=user, room=OuterRef("room"), position__gt=OuterRef("last_read_position")
    )
    memberships = Membership.objects.for_sidebar(user).filter(unread__gt=0)
    memberships = memberships.annotate(
        newest=_id_of(newest),
        newest_mention=_id_of(mentions.order_by("-position"), "message"),
    )
    for membership in memberships:
        membership.user = user
    # A muted room is of interest only if it calls.
    found = [News(each) for each in memberships if each.calls or not each.room_muted]
    return sorted(found, key=lambda news: news.age, reverse=True)


def _id_of(rows, column="pk"):
    return Coalesce(Subquery(rows.values(column)[:1], output_field=BigIntegerField()), 0)


def add_messages(page, user):
    """Set `messages` of each News in `page`, with one query."""
    wanted = Q(pk__in=[])
    for news in page:
        read = news.membership.last_read_position
        span = Q(position__gt=read, position__lte=read + READ_AT_ONCE)
        wanted |= Q(room=news.membership.room_id) & span
    rooms = {news.membership.room_id: news for news in page}
    unread = Message.objects.for_display().filter(wanted, deleted_at__isnull=True)
    for message in unread.exclude(author=user).order_by("room", "position"):
        messages = rooms[message.room_id].messages
        if len(messages) < MESSAGES_OF_A_ROOM:
            above = messages[-1].created_at if messages else None
            message.opens_day = opens_day(message.created_at, above)
            messages.append(message)
