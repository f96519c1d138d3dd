"""The audit log: who did what to whom, when and where. Entries are never changed or deleted."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Act(models.TextChoices):
    MESSAGE_DELETED = "message_deleted", _("deleted a message")
    MEMBER_MUTED = "member_muted", _("muted somebody")
    MEMBER_UNMUTED = "member_unmuted", _("unmuted somebody")
    MEMBER_REMOVED = "member_removed", _("removed somebody")
    PERSON_BANNED = "person_banned", _("banned somebody")
    BAN_LIFTED = "ban_lifted", _("lifted a ban")
    ROLE_CHANGED = "role_changed", _("changed a role")
    PACE_CHANGED = "pace_changed", _("changed the slow mode")
    ROOM_ARCHIVED = "room_archived", _("archived the room")
    ROOM_RESTORED = "room_restored", _("restored the room")
    ROOM_DELETED = "room_deleted", _("deleted the room")
    ROOM_MADE = "room_made", _("made a conversation a room")
    MESSAGE_REPORTED = "message_reported", _("reported a message")
    REPORT_RESOLVED = "report_resolved", _("closed a report")
    PERSON_DEACTIVATED = "person_deactivated", _("deactivated somebody")
    PERSON_REACTIVATED = "person_reactivated", _("reactivated somebody")
    SECOND_FACTOR_RESET = "second_factor_reset", _("reset two-step verification")
    ADMINISTRATOR_MADE = "administrator_made", _("made somebody an administrator")
    ADMINISTRATOR_UNMADE = "administrator_unmade", _("removed somebody's administrator role")
    MEMBER_ADDED = "member_added", _("added somebody to a room")
    EMAIL_CHANGED = "email_changed", _("changed somebody's e-mail address")
    NAME_CHANGED = "name_changed", _("changed somebody's name")
    LOGIN_LINK_MADE = "login_link_made", _("made a login link for somebody")
    LOGIN_LINK_USED = "login_link_used", _("logged somebody in by a login link")
    MESSAGE_PINNED = "message_pinned", _("pinned a message")
    MESSAGE_UNPINNED = "message_unpinned", _("unpinned a message")
    AVATAR_REMOVED = "avatar_removed", _("removed somebody's picture")
    STATUS_REMOVED = "status_removed", _("removed somebody's status")
    PREVIEW_REMOVED = "preview_removed", _("removed the preview of a link")
    TOKEN_MADE = "token_made", _("made an access token")
    TOKEN_REVOKED = "token_revoked", _("revoked an access token")
    BOT_MADE = "bot_made", _("made a bot")
    BOT_HANDED_OVER = "bot_handed_over", _("gave a bot another owner")
    WEBHOOK_MADE = "webhook_made", _("made a webhook")
    WEBHOOK_REMOVED = "webhook_removed", _("removed a webhook")
    HISTORY_IMPORTED = "history_imported", _("imported history from elsewhere")


# Acts that change who can use an account, what it can see, or what others see of it. The owner of
# the account is notified.
ACCOUNT_ACTS = [
    Act.MEMBER_ADDED,
    Act.EMAIL_CHANGED,
    Act.NAME_CHANGED,
    Act.LOGIN_LINK_MADE,
    Act.LOGIN_LINK_USED,
    Act.PERSON_REACTIVATED,
    Act.SECOND_FACTOR_RESET,
    Act.ADMINISTRATOR_MADE,
    Act.ADMINISTRATOR_UNMADE,
    Act.AVATAR_REMOVED,
    Act.STATUS_REMOVED,
]


class AuditQuerySet(models.QuerySet):
    def for_display(self):
        """Return the entries, newest first, with the related users."""
        return self.select_related("actor", "person").order_by("-pk")

    def of_room(self, room):
        return self.filter(room_number=room.pk)

    def about_account(self, person):
        """Return the entries of what others did with the account of `person`."""
        return self.filter(person=person, act__in=ACCOUNT_ACTS).exclude(actor=person)

    def update(self, **changes):
        raise TypeError("What was done is not changed afterwards.")

    def delete(self):
        raise TypeError("What was done is not forgotten.")


class AuditEntry(models.Model):
    """One act. It outlives its room, so it stores the room's id and name, not a foreign key."""

    at = models.DateTimeField(default=timezone.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    act = models.CharField(max_length=20, choices=Act, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
    )
    room_number = models.BigIntegerField(null=True, db_index=True, editable=False)
    room_name = models.CharField(max_length=60, blank=True, editable=False)
    # More about the act, such as a role, a duration or a reason, as plain text.
    detail = models.CharField(max_length=300, blank=True, editable=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")

    def __str__(self):
        return f"{self.actor} {self.get_act_display()}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise TypeError("What was done is not changed afterwards.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("What was done is not forgotten.")


def record(act, actor, *, person=None, room=None, detail=""):
    """Log one act in the caller's transaction. Return the AuditEntry, or None.

    `room` is any object with a pk and a name. Acts without an `actor` (a command, the demo) are not
    logged.
    """
    if actor is None:
        return None
    return AuditEntry.objects.create(
        actor=actor,
        act=act,
        person=person,
        room_number=room and room.pk,
        room_name=room.name if room else "",
        detail=detail[:300],
    )
