"""The room that an invitation leads to."""

from django.db import models

from core.changed_fields import ChangedFieldsModel


class RoomInvitationQuerySet(models.QuerySet):
    def of(self, invitation):
        """Return the RoomInvitation of `invitation`, ready to be used, or None if it has none."""
        found = self.filter(invitation=invitation) if invitation else self.none()
        return found.select_related("room", "invitation__created_by").first()


class RoomInvitation(ChangedFieldsModel):
    """The room that whoever uses an invitation joins. Templates read it as `invitation.into`."""

    invitation = models.OneToOneField(
        "users.Invitation", on_delete=models.CASCADE, primary_key=True, related_name="into"
    )
    room = models.ForeignKey("rooms.Room", on_delete=models.CASCADE, related_name="invitations")

    objects = RoomInvitationQuerySet.as_manager()

    def __str__(self):
        return f"{self.invitation} to room {self.room_id}"
