"""Where: rooms, who belongs to them, and who is in them now."""

import unicodedata

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from users.models import fold


class RoomQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The rooms that `user` may know of: the only door, for pages, sockets and search alike."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        return self.filter(
            Q(kind=Room.Kind.OPEN)
            | Exists(Membership.objects.filter(room=OuterRef("pk"), user=user))
        )

    def visible_pairs(self, room_ids, user_ids):
        """Which of these people may see which of these rooms, as a set of (room id, user id).

        The same rule as `visible_to`, for all readers of a process at once.
        """
        rooms = self.filter(pk__in=room_ids)
        open_rooms = rooms.filter(kind=Room.Kind.OPEN).values_list("pk", flat=True)
        memberships = Membership.objects.filter(room__in=rooms, user__in=user_ids)
        return {(room_id, user_id) for room_id in open_rooms for user_id in user_ids} | set(
            memberships.values_list("room_id", "user_id")
        )

    def active(self):
        return self.filter(archived_at__isnull=True)


class Room(models.Model):
    class Kind(models.TextChoices):
        OPEN = "open", _("Open: everybody in the workspace can read and join")
        CLOSED = "closed", _("Closed: by invitation, unseen by others")
        DIRECT = "direct", _("Direct: between a few people")

    name = models.CharField(_("name"), max_length=60)
    name_key = models.CharField(max_length=180, unique=True, editable=False)
    slug = models.CharField(max_length=80, unique=True, editable=False)
    topic = models.CharField(_("topic"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.OPEN)
    joins_newcomers = models.BooleanField(_("everybody new is here"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Both move under this row's lock, in the transaction of the change that they count.
    last_position = models.PositiveBigIntegerField(default=0, editable=False)
    revision = models.PositiveBigIntegerField(default=0, editable=False)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="rooms"
    )

    objects = RoomQuerySet.as_manager()

    class Meta:
        ordering = ["name_key"]

    def __str__(self):
        return self.name

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is None or "name" in update_fields:
            self.name_key = fold(self.name)
            self.slug = self.slug or self.free_slug()
        super().save(*args, update_fields=update_fields, **kwargs)

    def free_slug(self):
        """Return an address made of the name that no other room has."""
        name = unicodedata.normalize("NFKC", self.name)
        stem = slugify(name) or slugify(name, allow_unicode=True) or "room"
        taken = set(Room.objects.filter(slug__startswith=stem[:70]).values_list("slug", flat=True))
        candidates = [stem[:70], *(f"{stem[:70]}-{n}" for n in range(2, len(taken) + 3))]
        return next(slug for slug in candidates if slug not in taken)

    def get_absolute_url(self):
        return reverse("messaging:room", args=[self.slug])

    @property
    def is_archived(self):
        return self.archived_at is not None

    def membership_of(self, user):
        """Return the Membership of `user` in this room, or None."""
        return self.memberships.filter(user=user).first()


class MembershipQuerySet(models.QuerySet):
    def for_sidebar(self, user):
        """The rooms of `user` with what the list beside every page shows, in one query."""
        return (
            self.filter(user=user, room__archived_at__isnull=True)
            .select_related("room")
            .annotate(unread=F("room__last_position") - F("last_read_position"))
            .order_by("room__name_key")
        )


class Membership(models.Model):
    class Role(models.TextChoices):
        MEMBER = "member", _("Member")
        MODERATOR = "moderator", _("Moderator")
        OWNER = "owner", _("Owner")

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=9, choices=Role, default=Role.MEMBER)
    last_read_position = models.PositiveBigIntegerField(default=0, editable=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="one_membership")]

    def __str__(self):
        return f"{self.user} in {self.room}"

    @property
    def can_post(self):
        return not self.room.is_archived

    @property
    def can_moderate(self):
        return self.role in {self.Role.MODERATOR, self.Role.OWNER}

    @property
    def can_manage(self):
        return self.role == self.Role.OWNER


class PresenceQuerySet(models.QuerySet):
    def current(self):
        """The connections whose lease has not run out."""
        return self.filter(expires_at__gt=timezone.now())

    def people_in(self, room_ids):
        """Who is in these rooms now: {room id: [users by name]}, one query for all of them."""
        people = {room_id: {} for room_id in room_ids}
        for presence in self.current().filter(room__in=room_ids).select_related("user"):
            people[presence.room_id][presence.user_id] = presence.user
        return {
            room_id: sorted(users.values(), key=lambda user: (user.name.casefold(), user.pk))
            for room_id, users in people.items()
        }


class Presence(models.Model):
    """One connection of a person to a room, believed in until its lease runs out.

    A crashed process renews nothing, so nobody stays "here" longer than the lease.
    """

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="presences")
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
