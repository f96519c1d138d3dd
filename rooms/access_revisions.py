"""The access revisions that events carry: how often users have lost access so far."""

from typing import NamedTuple

from users.access.revision import access_revision

from .models import Room


class Revisions(NamedTuple):
    """The access revision of one room (`room`) and the one of all users (`people`)."""

    room: int
    people: int

    def covers(self, other):
        return self.room >= other.room and self.people >= other.people


def revisions(room_ids):
    """Return {room id: Revisions} of the rooms that exist."""
    rooms = Room.objects.filter(pk__in=room_ids).values_list("pk", "access_revision")
    rooms, people = dict(rooms), access_revision()
    return {room_id: Revisions(revision, people) for room_id, revision in rooms.items()}
