"""The database expressions for unread messages and calls of a membership, and for what is due."""

from django.apps import apps
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone


def unread_messages():
    """Return the number of messages after the read position, without the member's own."""
    known = F("last_read_position") + F("own_unread")
    return Greatest(F("room__last_position") - known, 0)


def calls():
    """Return the number of unread messages that call the member; it needs the annotation `unread`.

    These are their mentions and, in a direct room that they have not muted, all messages. Mentions
    are counted from an index alone.
    """
    is_called_by_all = Q(room__kind="direct", room_muted=False)
    return Case(
        When(unread=0, then=0), When(is_called_by_all, then=F("unread")), default=_mentions()
    )


def _mentions():
    # The mentions are the messages' business, which come after the rooms.
    mention = apps.get_model("rooms", "Room")._meta.get_field("mentions").related_model
    unread = mention.objects.filter(
        user=OuterRef("user"), room=OuterRef("room"), position__gt=OuterRef("last_read_position")
    )
    count = unread.order_by().values("user").annotate(count=Count("*")).values("count")
    return Coalesce(Subquery(count), 0)


def due(user, now=None):
    """Return how many messages that `user` has saved for later are due now, or at `now`.

    It does not depend on the row, so that a database counts once for a whole list of rooms.
    """
    count = saved_and_due(now).filter(user=user).values("user").annotate(count=Count("*"))
    return Coalesce(Subquery(count.values("count")), 0)


def saved_and_due(now=None):
    """Return everybody's saved messages that are due, unordered."""
    # These are the messages' business too.
    saved = apps.get_model("users", "User")._meta.get_field("saved").related_model
    return saved.objects.due(now or timezone.now()).order_by()
