"""The workspace and its settings."""

import time

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.changed_fields import ChangedFieldsModel

from ..themes import DEFAULT_THEME, Mode

REMEMBERED_SECONDS = 3  # by pages; whoever saves it here makes this process read it again at once

_memory: dict[str, tuple] = {}  # {"workspace": (when it was read, the Workspace)}


def forget():
    """Make this process read the workspace again. Others do within REMEMBERED_SECONDS."""
    _memory.clear()


class WorkspaceQuerySet(models.QuerySet):
    def update(self, **changes):
        forget()
        transaction.on_commit(forget, robust=True)
        return super().update(**changes)


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

    objects = WorkspaceQuerySet.as_manager()

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

    @classmethod
    def remembered(cls):
        """Return the workspace as it was a few seconds ago, or None: for reading alone."""
        read_at, workspace = _memory.get("workspace", (0.0, None))
        if workspace is None or time.monotonic() - read_at > REMEMBERED_SECONDS:
            read_at, workspace = time.monotonic(), cls.current()
            _memory["workspace"] = read_at, workspace
        return workspace

    def save(self, **options):
        super().save(**options)
        forget()
        transaction.on_commit(forget, robust=True)  # another request may have read it meanwhile

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
