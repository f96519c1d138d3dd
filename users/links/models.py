"""Invitations and login links: secret URLs, of which only hashes are stored."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.changed_fields import ChangedFieldsModel


class LinkQuerySet(models.QuerySet):
    def usable(self):
        """Return the links that are neither revoked, nor expired, nor used up."""
        return self.filter(
            models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=timezone.now()),
            models.Q(uses_left__isnull=True) | models.Q(uses_left__gt=0),
            revoked_at__isnull=True,
        )

    def revoke(self):
        """Revoke these links."""
        return self.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())

    def for_token(self, token):
        """Return a queryset of the link with this `token` of its URL: one row or none."""
        return self.filter(token_hash=hash_token(token))


def new_token():
    """Return a random token of 192 bits for a URL."""
    return secrets.token_urlsafe(24)


def hash_token(token):
    """Return the hash under which a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


class Link(ChangedFieldsModel):
    """A secret URL that gives access. Only the hash of its token is stored."""

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        editable=False,
        null=True,
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    uses_left = models.PositiveIntegerField(_("uses left"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = LinkQuerySet.as_manager()

    class Meta:
        abstract = True


class InvitationQuerySet(LinkQuerySet):
    def for_list(self, user):
        """Return the invitations that `user` may revoke: their own, for administrators all."""
        invitations = self.select_related("created_by", "into__room")
        return invitations if user.is_administrator else invitations.filter(created_by=user)


class Invitation(Link):
    """A link by which people can sign up, even if sign-up is by invitation only."""

    objects = InvitationQuerySet.as_manager()

    note = models.CharField(_("for whom"), max_length=80, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.note or f"Invitation {self.pk}"


class LoginLink(Link):
    """A link that logs one user in once. Administrators hand it over if no mail is sent."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="login_links"
    )

    def __str__(self):
        return f"Login link for {self.user}"
