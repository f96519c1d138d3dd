"""Usernames that people had before: links to them still lead to the person."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models

from core.text import fold


class FormerUsername(models.Model):
    """A username that `user` had before. Nobody else can take it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="former_usernames"
    )
    username_key = models.CharField(max_length=60, unique=True)

    def __str__(self):
        return self.username_key


def note_former(user):
    """Store the username that the changed `user` has in the database, before it is saved.

    Must run in the transaction of the change.
    """
    stored = get_user_model().objects.filter(pk=user.pk).exclude(username_key=user.username_key)
    before = stored.values_list("username_key", flat=True).first() if user.pk else None
    if before is not None:
        FormerUsername.objects.update_or_create(username_key=before, defaults={"user": user})
    FormerUsername.objects.filter(user=user.pk, username_key=user.username_key).delete()


def find_former(username):
    """Return the User who had `username` before, or None."""
    rows = FormerUsername.objects.filter(username_key=fold(username)).select_related("user")
    row = rows.first()
    return row and row.user


def was_of_another(name, besides=None):
    """Return True if somebody other than `besides` had the username `name` before."""
    rows = FormerUsername.objects.filter(username_key=fold(name))
    return (rows.exclude(user=besides.pk) if besides else rows).exists()
