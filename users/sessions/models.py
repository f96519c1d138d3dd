"""The session model, with the session's user, IP address and browser."""

from importlib import import_module

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone


class Session(AbstractBaseSession):
    """A browser's session. Only the browser's cookie holds its key.

    We have our own table because allauth.usersessions stores the keys themselves and runs a query
    for each session.
    """

    session_key = models.CharField(max_length=40, primary_key=True)  # a hash: users.sessions.store
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions", null=True
    )
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True)  # the User-Agent header
    began_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    @classmethod
    def get_session_store_class(cls):
        return import_module(settings.SESSION_ENGINE).SessionStore
