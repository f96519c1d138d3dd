"""Which languages and which time zone the shared fragments are drawn in."""

import time
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

from .models import User, Workspace

REMEMBERED_SECONDS = 10


def languages_in_use():
    """Return the languages that people of the workspace read in, the workspace's own first."""
    return _preferences(int(time.monotonic() / REMEMBERED_SECONDS))[0]


def workspace_time_zone():
    """Return the workspace's time zone, which every shared fragment shows its times in."""
    return _preferences(int(time.monotonic() / REMEMBERED_SECONDS))[1]


def language_of(user):
    """Return the language in which `user` is shown fragments that others share."""
    languages = languages_in_use()
    return user.language if user.language in languages else languages[0]


def forget():
    """Read the preferences anew at the next call, here; other processes follow in seconds."""
    _preferences.cache_clear()


@lru_cache(maxsize=1)
def _preferences(_moment):
    workspace = Workspace.current() or Workspace()
    known = dict(settings.LANGUAGES)
    personal = User.objects.filter(is_active=True).exclude(language="")
    languages = [workspace.language, *personal.values_list("language", flat=True).distinct()]
    in_use = tuple(dict.fromkeys(language for language in languages if language in known))
    return in_use or (settings.LANGUAGE_CODE,), ZoneInfo(workspace.time_zone)
