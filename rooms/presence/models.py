"""Presence: the connections that people have open to rooms."""

from django.conf import settings
from django.db import models
from django.db.models import OuterRef
from django.utils import timezone

from ..visibility import visibility_condition
from .here import LOOKUPS, by_name

# The session key of a program's connection, which makes nobody present.
PROGRAM = "program"


class PresenceQuerySet(models.QuerySet):
    def connections(self, now=None):
        """Return the connections whose lease has not expired, those of programs too."""
        return self.filter(expires_at__gt=now or timezone.now())

    def current(self, now=None):
        """Return the connections of people whose lease has not expired."""
        return self.connections(now).exclude(session_key=PROGRAM)

    def people_in(self, room_ids):
        """Return the people present in these rooms, as {room id: [Here by name]}, in one query.

        People who may no longer see a room are left out, even if their connection is still open.
        """
        people = {room_id: [] for room_id in room_ids}
        for room_id, *person in self.seen_in(room_ids).values_list("room_id", *LOOKUPS):
            people[room_id].append(person)
        return {room_id: by_name(found) for room_id, found in people.items()}

    def seen_in(self, room_ids, now=None):
        """Return the connections of `people_in`, with their `user`."""
        can_see = visibility_condition(OuterRef("user"), OuterRef("room"), "room__kind")
        people = self.current(now).filter(user__is_active=True, user__is_bot=False)
        return people.filter(can_see, room__in=room_ids).select_related("user")


class Presence(models.Model):
    """One connection of a user to a room, valid until its lease expires.

    A crashed process stops renewing its leases, so its users disappear when these expire.
    """

    room = models.ForeignKey("rooms.Room", on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presences"
    )
    connection = models.CharField(max_length=32, unique=True)
    process = models.CharField(max_length=32, db_index=True)
    session_key = models.CharField(max_length=40)
    expires_at = models.DateTimeField(db_index=True)

    objects = PresenceQuerySet.as_manager()

    def __str__(self):
        return f"{self.user} in {self.room} until {self.expires_at}"
