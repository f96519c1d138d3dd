"""Languages and time zones: those of shared fragments, and those of each reader.

What they depend on is remembered for a few seconds, with what else posting asks of the workspace.
"""

import time
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

from .clock.zones import zone_named
from .models import User, Workspace
from .workspace import models as workspace_models

REMEMBERED_SECONDS = 10

_sample = ContextVar("workspace of a sample", default=None)


def languages_in_use():
    """Return the languages that the active users read, the workspace's language first."""
    return _preferences(int(time.monotonic() / REMEMBERED_SECONDS))[0]


def workspace_time_zone():
    """Return the workspace's time zone, in which shared fragments show times."""
    sample = _sample.get()
    if sample is not None:
        return zone_named(sample.time_zone)
    return _preferences(int(time.monotonic() / REMEMBERED_SECONDS))[1]


def workspace_shows_previews():
    """Return True if links are shown with previews in this workspace."""
    return _preferences(int(time.monotonic() / REMEMBERED_SECONDS))[2]


@contextmanager
def drawn_for(workspace):
    """Use the time zone of `workspace`, which is not stored, instead of reading the stored one."""
    token = _sample.set(workspace)
    try:
        yield
    finally:
        _sample.reset(token)


def language_of(user):
    """Return the language in which `user` gets shared fragments."""
    languages = languages_in_use()
    return user.language if user.language in languages else languages[0]


def time_zone_of(user):
    """Return the time zone in which `user` sees times: from the profile, or the workspace's.

    A name that is not known counts as none.
    """
    chosen = user.is_authenticated and zone_named(user.time_zone)
    return chosen or workspace_time_zone()


def forget():
    """Clear this process's cache. Other processes follow within REMEMBERED_SECONDS."""
    workspace_models.forget()
    _preferences.cache_clear()


@lru_cache(maxsize=1)
def _preferences(_moment):
    workspace = Workspace.current() or Workspace()
    known = dict(settings.LANGUAGES)
    personal = User.objects.filter(is_active=True).exclude(language="")
    languages = [workspace.language, *personal.values_list("language", flat=True).distinct()]
    in_use = tuple(dict.fromkeys(language for language in languages if language in known))
    zone = zone_named(workspace.time_zone) or ZoneInfo("UTC")
    return in_use or (settings.LANGUAGE_CODE,), zone, workspace.link_previews
