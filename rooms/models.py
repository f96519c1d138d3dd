"""Rooms and memberships."""

import unicodedata

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from core.changed_fields import ChangedFieldsModel
from core.http.paths import path_of
from core.text import fold, look_of

from .invitations.models import RoomInvitation as RoomInvitation
from .levels.models import Levels, NotificationLevel
from .moderation.models import Sanction as Sanction
from .permissions import Rights, Role
from .presence.models import Presence as Presence
from .titles import names
from .tokens.models import TokenRoom as TokenRoom
from .unread import expressions
from .unread.marks import mark
from .visibility import visibility_condition, visible_pairs

RESERVED_SLUGS = {"new"}  # /rooms/new/ is the form for a new room


class RoomQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the rooms that `user` may see. Pages, sockets and search all use this lookup.

        A bot sees no more than its owner, but for its own conversations.
        """
        if not (user.is_authenticated and user.is_active):
            return self.none()
        visible = visibility_condition(user, OuterRef("pk"), "kind")
        if user.is_bot:
            seen = Q(kind=Room.Kind.DIRECT)
            if user.owner_id is not None:
                seen |= visibility_condition(user.owner_id, OuterRef("pk"), "kind")
            visible &= seen
        return self.filter(visible)

    def visible_pairs(self, room_ids, user_ids):
        """Return the set of (room id, user id) in which the user may see the room.

        This is the rule of `visible_to`, for all readers of a process: a test compares them.
        """
        return visible_pairs(self.filter(pk__in=room_ids), user_ids)

    def shared_with(self, user):
        """Return the active rooms that `user` belongs to and may see, without direct ones."""
        visible = self.visible_to(user).active().exclude(kind=Room.Kind.DIRECT)
        return visible.filter(pk__in=user.memberships.values("room"))

    def active(self):
        return self.filter(archived_at__isnull=True)

    def archived(self):
        return self.filter(archived_at__isnull=False)

    def with_member_counts(self):
        """Annotate the rooms with `member_count`, the number of active members."""
        members = Membership.objects.filter(room=OuterRef("pk"), user__is_active=True)
        count = members.order_by().values("room").values(count=Count("pk"))
        return self.annotate(member_count=Coalesce(Subquery(count), 0))


class Room(ChangedFieldsModel):
    class Kind(models.TextChoices):
        OPEN = "open", _("Public: anyone here can read and join")
        CLOSED = "closed", _("Private: invited members only")
        DIRECT = "direct", _("Direct messages: between a few people")

    name = models.CharField(_("name"), max_length=60)
    name_key = models.CharField(max_length=180, unique=True, editable=False)
    look_key = models.CharField(max_length=255, db_index=True, editable=False)
    slug = models.CharField(max_length=80, unique=True, editable=False)
    topic = models.CharField(_("topic"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.OPEN)
    joins_newcomers = models.BooleanField(_("new members join this room"), default=False)
    # The pause between two messages of an ordinary member; 0 means no slow mode.
    slow_seconds = models.PositiveIntegerField(_("slow mode"), default=0)
    # Updated by messaging, so that neither lists, headers nor posts need ask for more.
    open_reports = models.PositiveIntegerField(default=0, editable=False)
    pins = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    has_webhooks = models.BooleanField(default=False, db_default=False, editable=False)
    # Whether links in it are shown with previews; None: as usual in the workspace for such rooms.
    link_previews = models.BooleanField(_("previews of links"), null=True, blank=True)
    # True if a member may want pushes of its messages, and when a post last queued them.
    is_pushed = models.BooleanField(default=False, db_default=False, editable=False)
    push_queued_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Both are incremented under this row's lock, in the transaction of the change they count.
    last_position = models.PositiveBigIntegerField(default=0, editable=False)
    revision = models.PositiveBigIntegerField(default=0, editable=False)
    # Counts how often somebody lost access to the room; incremented under the same lock.
    access_revision = models.PositiveBigIntegerField(default=0, editable=False)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="rooms"
    )

    objects = RoomQuerySet.as_manager()

    class Meta:
        ordering = ["name_key"]

    def __str__(self):
        return self.name

    def save(self, *, update_fields=None, **options):
        has_name = self.kind != Room.Kind.DIRECT
        if has_name and (update_fields is None or "name" in update_fields):
            self.name_key, self.look_key = fold(self.name), look_of(self.name)
            self.slug = self.slug or self.free_slug()
        super().save(update_fields=update_fields, **options)

    def get_absolute_url(self):
        return path_of("messaging:room", self.slug)

    def free_slug(self):
        """Return an unused slug made from the name."""
        name = unicodedata.normalize("NFKC", self.name)
        stem = slugify(name) or slugify(name, allow_unicode=True) or "room"
        others = Room.objects.filter(slug__startswith=stem[:70]).values_list("slug", flat=True)
        taken = RESERVED_SLUGS | set(others)
        candidates = [stem[:70], *(f"{stem[:70]}-{n}" for n in range(2, len(taken) + 3))]
        return next(slug for slug in candidates if slug not in taken)

    @property
    def is_archived(self):
        return self.archived_at is not None

    @property
    def is_open(self):
        return self.kind == self.Kind.OPEN

    @property
    def is_direct(self):
        return self.kind == self.Kind.DIRECT

    @property
    def is_notes(self):
        """True for the direct room of one person alone."""
        return self.is_direct and "-" not in self.name_key

    @property
    def allows_previews(self):
        """True if links in it have previews once the workspace turns them on: see `previews`."""
        return self.is_open if self.link_previews is None else self.link_previews

    @property
    def has_begun(self):
        """False for a direct room without messages, which is in nobody's list."""
        return not self.is_direct or self.last_position > 0

    @property
    def can_be_joined(self):
        return self.is_open and not self.is_archived

    def membership_of(self, user, **annotations):
        """Return the Membership of `user` in this room, or None."""
        memberships = self.memberships.filter(user=user).annotate(**annotations)
        if self.is_direct:  # the annotations cost more than the query
            memberships = memberships.with_title().with_deactivated()
        membership = memberships.first()
        if membership is not None:
            membership.user = user
        return membership


class MembershipQuerySet(models.QuerySet):
    def for_sidebar(self, user, current="", open_rooms=(), now=None):
        """Return the memberships of `user` in active rooms, for the list of rooms, in one query.

        `title`, `unread`, `calls`, `mark` and `due` (how many saved messages of `user` are due, the
        same for all rooms) need no further queries. Direct rooms come last. Both
        groups are sorted by the name that `user` sees. A direct room without messages is left out,
        except those that are open: the one whose slug is `current`, and the ids `open_rooms`.
        """
        is_silent = Q(room__kind=Room.Kind.DIRECT, room__last_position=0)
        is_open = Q(room__slug=current) | Q(room__in=open_rooms)
        return (
            self.filter(~is_silent | is_open, user=user)
            .filter(room__archived_at__isnull=True)
            .select_related("room")
            .with_title()
            .with_unread()
            .annotate(due=expressions.due(user, now))
            .order_by(
                Case(When(room__kind=Room.Kind.DIRECT, then=1), default=0),
                Lower("other_names"),
                "room__name_key",
            )
        )

    def with_unread(self):
        """Annotate `unread`, the number of new messages, and `calls`, the calls among them."""
        unread = self.annotate(unread=expressions.unread_messages())
        return unread.annotate(calls=expressions.calls())

    def with_title(self):
        """Annotate direct rooms with `other_names`, those of the other people, for `title`."""
        when = When(room__kind=Room.Kind.DIRECT, then=names.all_names())
        return self.annotate(other_names=Case(when))

    def with_deactivated(self):
        """Annotate direct rooms with `deactivated_names`, for `Membership.deactivated`."""
        when = When(room__kind=Room.Kind.DIRECT, then=names.all_names(user__is_active=False))
        return self.annotate(deactivated_names=Case(when))

    def titles(self, user, rooms):
        """Return {room id: title}, as `user` sees them, for those `rooms` that they are in."""
        memberships = self.filter(user=user, room__in=rooms).select_related("room").with_title()
        return {membership.room_id: membership.title for membership in memberships}

    def copy_levels(self):
        """Make the levels of pushes those of mails, as they are in releases without pushes."""
        return self.update(push_level=F("notification_level"), push_after=F("notify_after"))

    def for_people(self):
        """Return the memberships of active users: owners, moderators, members, each by name."""
        return (
            self.filter(user__is_active=True)
            .select_related("user")
            .by_rank()
            .order_by("rank", Lower(names.NAME), "pk")
        )

    def by_rank(self):
        """Annotate `rank`: 0 for owners, 1 for moderators, 2 for members."""
        ranks = (Membership.Role.OWNER, Membership.Role.MODERATOR)
        whens = (When(role=role, then=rank) for rank, role in enumerate(ranks))
        return self.annotate(rank=Case(*whens, default=2))


class Membership(names.Titled, Rights, Levels, ChangedFieldsModel):
    Role = Role
    NotificationLevel = NotificationLevel

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=9, choices=Role, default=Role.MEMBER)
    last_read_position = models.PositiveBigIntegerField(default=0, editable=False)
    # How many of the messages after that are their own, which do not count as unread.
    own_unread = models.PositiveBigIntegerField(default=0, editable=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    # How the person has arranged their list of rooms.
    is_favourite = models.BooleanField(_("favourite"), default=False)
    section = models.CharField(_("section"), max_length=40, blank=True)
    room_muted = models.BooleanField(_("mute this room"), default=False)
    # When they last opened the room's page after being in another; None if never.
    visited_at = models.DateTimeField(null=True, editable=False)
    # Copy of Sanction.muted_until, so that permission checks need no extra query.
    muted_until = models.DateTimeField(null=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="one_membership")]

    def __str__(self):
        return f"{self.user} in {self.room}"

    @cached_property
    def mark(self):
        """What the list of rooms shows of the room: a Mark. It needs `with_unread`."""
        room = self.room
        return mark(self.unread, self.calls, self.room_muted, room.is_direct, room.has_begun)

    def unread_until(self, position):
        """Return how many messages of others, up to `position`, this member has not read."""
        return max(position - self.last_read_position - self.own_unread, 0)

    def can_become(self, role):
        """Return True if the room still has an owner after this member's role becomes `role`."""
        owns = self.role == self.Role.OWNER and role != self.Role.OWNER
        return not owns or self._others().filter(role=self.Role.OWNER).exists()

    def successor(self):
        """Return the Membership that must become the owner when this one ends, or None.

        It is that of the longest-standing active moderator or, without moderators, member; never a
        bot's. It is None if there is another owner or no other active person.
        """
        others = self._others()
        if others.filter(role=self.Role.OWNER).exists():
            return None
        return others.select_related("user").by_rank().order_by("rank", "joined_at", "pk").first()

    def _others(self):
        people = self.room.memberships.filter(user__is_active=True, user__is_bot=False)
        return people.exclude(pk=self.pk)
