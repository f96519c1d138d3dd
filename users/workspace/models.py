"""The workspace and its settings."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.changed_fields import ChangedFieldsModel

from ..themes import DEFAULT_THEME, Mode


class Workspace(ChangedFieldsModel):
    """The one team that uses this installation. The first run creates it."""

    class Signup(models.TextChoices):
        OPEN = "open", _("Anyone can sign up")
        INVITE = "invite", _("By invitation only")

    name = models.CharField(_("name"), max_length=80)
    signup = models.CharField(_("sign-up"), max_length=6, choices=Signup, default=Signup.INVITE)
    members_may_invite = models.BooleanField(_("members can invite people"), default=False)
    members_may_make_bots = models.BooleanField(
        _("members can make bots"), default=False, db_default=False
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    theme = models.CharField(_("theme"), max_length=40, default=DEFAULT_THEME)
    mode = models.CharField(_("light or dark"), max_length=5, choices=Mode, default=Mode.AUTO)
    # Whether pages that messages link to are fetched and shown as small cards.
    link_previews = models.BooleanField(
        _("show previews of links"), default=False, db_default=False
    )
    # The encrypted key that signs pushes (VAPID, RFC 8292), made at their first use.
    push_key = models.TextField(default="", db_default="", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="workspace_is_the_only_one")
        ]

    def __str__(self):
        return self.name

    @classmethod
    def current(cls):
        """Return the workspace, or None before the first run."""
        return cls.objects.first()

    def lets_invite(self, user):
        """Return True if `user` may create invitations."""
        return user.is_administrator or self.members_may_invite

    def lets_make_bots(self, user):
        """Return True if `user` may make bots."""
        return user.is_administrator or self.members_may_make_bots

    @classmethod
    def lock(cls):
        """Lock the workspace, which serializes changes of the workspace and of users' names.

        Lock it before users (see locking.py).
        """
        list(cls.objects.select_for_update().values_list("pk"))
