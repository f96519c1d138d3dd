"""The access tokens of people and bots."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.changed_fields import ChangedFieldsModel

SCOPES = {
    "read": _("Read: rooms, messages, files and people"),
    "write": _("Write: post, edit, react, and mark as read"),
    "manage": _("Manage: join, leave and change rooms"),
}
SHORT_SCOPES = {
    "read": pgettext_lazy("scope", "read"),
    "write": pgettext_lazy("scope", "write"),
    "manage": pgettext_lazy("scope", "manage"),
}
MAX_TOKENS = 50  # of one person or bot that work


class TokenQuerySet(models.QuerySet):
    def held_by(self, person):
        """Return the tokens that `person` may see and revoke: their own and those of their bots.

        For administrators also those of all bots.
        """
        held = Q(user=person) | Q(user__is_bot=True, user__owner=person)
        if person.is_administrator:
            held |= Q(user__is_bot=True)
        return self.filter(held)

    def usable(self):
        """Return the tokens that work now: those of active users, not revoked and not expired.

        A bot's token needs an active owner too.
        """
        lasting = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        owned = Q(user__is_bot=False) | Q(user__owner__is_active=True)
        return self.filter(lasting, owned, revoked_at=None, user__is_active=True)

    def revoke(self):
        """Revoke these tokens; return how many worked until now."""
        return self.filter(revoked_at=None).update(revoked_at=timezone.now())


class Token(ChangedFieldsModel):
    """An access token. `scopes` are names of SCOPES, with spaces between them.

    One that is limited to rooms works only in those of rooms.tokens; perhaps none of them is left.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens"
    )
    name = models.CharField(_("name"), max_length=60)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    start = models.CharField(max_length=24, editable=False)  # its first letters, to recognise it by
    scopes = models.CharField(max_length=40)
    is_limited_to_rooms = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, db_index=True)  # None: never, for bots only
    warned_at = models.DateTimeField(null=True, editable=False)  # when a mail said that it ends
    used_at = models.DateTimeField(null=True, editable=False)  # within ten minutes
    used_from = models.CharField(max_length=45, blank=True, editable=False)  # an IP address
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.start}… of {self.user_id}"

    @property
    def scope_labels(self):
        """The scopes in one word each, for lists."""
        return [SHORT_SCOPES[scope] for scope in self.scopes.split()]

    def allows(self, scope):
        """Return True if the token has `scope`, one of SCOPES."""
        return scope in self.scopes.split()
