"""Permissions of a membership: what its user may do in the room and to other members."""

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    MEMBER = "member", _("Member")
    MODERATOR = "moderator", _("Moderator")
    OWNER = "owner", _("Owner")


class Rights:
    """Permission predicates of a Membership. They read `room`, `user`, `role` and `muted_until`."""

    @property
    def can_post(self):
        return not self.room.is_archived and not self.is_muted

    @property
    def is_muted(self):
        """Return True for an ordinary member whose mute has not expired."""
        is_over = self.muted_until is None or self.muted_until <= timezone.now()
        return self.role == Role.MEMBER and not is_over

    @property
    def can_moderate(self):
        return self.can_manage or (self.role == Role.MODERATOR and not self.room.is_direct)

    @property
    def can_pin(self):
        """Return True for moderators and, in a direct room, for everybody in it."""
        return self.can_post and (self.can_moderate or self.room.is_direct)

    @property
    def can_manage(self):
        """Return True for owners and administrators. Nobody manages a direct room."""
        is_owner = self.role == Role.OWNER or self.user.is_administrator
        return is_owner and not self.room.is_direct

    @property
    def can_invite(self):
        if self.room.is_direct or self.room.is_archived:
            return False
        return self.room.is_open or self.can_moderate

    @property
    def can_leave(self):
        return not self.room.is_direct

    @property
    def can_make_room(self):
        """Return True if this user may turn the conversation of several people into a room."""
        return self.room.is_direct and not self.room.is_notes

    @property
    def can_choose_previews(self):
        """Return True in a direct room. In others, the owners choose, among its settings."""
        return self.room.is_direct

    @property
    def is_slowed(self):
        """Return True if the room's slow mode applies to this user."""
        return self.room.slow_seconds > 0 and not self.can_moderate

    def can_remove(self, other):
        """Return True if this user may remove the member `other`.

        Moderators may remove ordinary members only.
        """
        if other.user_id == self.user_id:
            return False
        return self.can_manage or (self.can_moderate and not other.can_moderate)

    def can_mute(self, other):
        """Return True if this user may mute or unmute `other`, who must be an ordinary member."""
        return self.can_moderate and other.user_id != self.user_id and not other.can_moderate

    def can_ban(self, person, other=None):
        """Return True if this user may ban `person`, whose Membership is `other` (None: no member).

        Administrators of the workspace cannot be banned.
        """
        if person.is_administrator or person.pk == self.user_id:
            return False
        return self.can_moderate if other is None else self.can_remove(other)


class Banned(PermissionDenied):
    """The person is banned from the room."""


class LastOwner(PermissionDenied):
    """The change would leave a room with members but without an owner."""
