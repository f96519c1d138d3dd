"""Who is in a room now."""

from django.conf import settings
from django.db import models
from django.db.models import OuterRef
from django.utils import timezone

from ..visibility import seen_by


class PresenceQuerySet(models.QuerySet):
    def current(self):
        """The connections whose lease has not run out."""
        return self.filter(expires_at__gt=timezone.now())

    def people_in(self, room_ids):
        """Who is in these rooms now: {room id: [users by name]}, one query for all of them.

        Whoever may not see the room any more is not shown, even if their connection still lasts.
        """
        people = {room_id: {} for room_id in room_ids}
        sees = seen_by(OuterRef("user"), OuterRef("room"), "room__kind")
        presences = self.current().filter(sees, room__in=room_ids, user__is_active=True)
        for presence in presences.select_related("user"):
            people[presence.room_id][presence.user_id] = presence.user
        return {
            room_id: sorted(users.values(), key=lambda user: (user.name.casefold(), user.pk))
            for room_id, users in people.items()
        }


class Presence(models.Model):
    """One connection of a person to a room, believed in until its lease runs out.

    A crashed process renews nothing, so nobody stays "here" longer than the lease.
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
