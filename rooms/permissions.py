"""What a membership allows its person to do in the room, and to the others there."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    MEMBER = "member", _("Member")
    MODERATOR = "moderator", _("Moderator")
    OWNER = "owner", _("Owner")


class Rights:
    """The yes/no questions of a Membership, by its `room`, `user`, `role` and `muted_until`."""

    @property
    def can_post(self):
        return not self.room.is_archived and not self.is_muted

    @property
    def is_muted(self):
        """Say whether this person may only read for now."""
        is_over = self.muted_until is None or self.muted_until <= timezone.now()
        return self.role == Role.MEMBER and not is_over

    @property
    def can_moderate(self):
        return self.can_manage or (self.role == Role.MODERATOR and not self.room.is_direct)

    @property
    def can_manage(self):
        """Owners, and administrators of the workspace; a direct room is nobody's to manage."""
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
    def is_slowed(self):
        """Say whether the room's slow mode holds for this person."""
        return self.room.slow_seconds > 0 and not self.can_moderate

    def can_remove(self, other):
        """Say whether this person may remove the one of `other`: moderators, only members."""
        if other.user_id == self.user_id:
            return False
        return self.can_manage or (self.can_moderate and not other.can_moderate)

    def can_mute(self, other):
        """Say whether this person may mute the one of `other`, or end that: members only."""
        return self.can_moderate and other.user_id != self.user_id and not other.can_moderate

    def can_ban(self, person, other=None):
        """Say whether this person may ban the User `person`, whose membership is `other` if any.

        Nobody bans an administrator of the workspace, who looks after all of it.
        """
        if person.is_administrator or person.pk == self.user_id:
            return False
        return self.can_moderate if other is None else self.can_remove(other)
