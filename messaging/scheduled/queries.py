"""Scheduled messages as their author's page shows them."""

from rooms.models import Membership, Room

from ..replies.excerpts import reply_to
from .models import Scheduled


def list_of(user):
    """Return all Scheduled of `user`: what was not sent, what was sent late, what waits."""
    rows = list(Scheduled.objects.of(user).select_related("message", "reply_to__author"))
    add_places(user, rows)
    return {
        "failed": [row for row in rows if row.reason],
        "late": [row for row in rows if row.was_late],
        "waiting": [row for row in rows if not (row.reason or row.was_late)],
    }


def add_places(user, rows):
    """Add to each `place`, its Room if `user` can see it now, else None; `title` and `answered`.

    `answered` is the Reply that it shows, or None.
    """
    ids = {row.room_id for row in rows}
    rooms = {room.pk: room for room in Room.objects.visible_to(user).filter(pk__in=ids)}
    titles = Membership.objects.titles(user, rooms)
    for row in rows:
        row.place = rooms.get(row.room_id)
        row.title = row.place and titles.get(row.place.pk, row.place.name)
        row.answered = reply_to(row.reply_to) if row.place and row.reply_to else None
