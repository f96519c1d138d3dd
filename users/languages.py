"""Languages and time zones: those in which shared fragments are rendered, and form choices."""

import time
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .models import User, Workspace

REMEMBERED_SECONDS = 10

# The other names in the IANA database are old aliases of these.
_REGIONS = [
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
]


def languages_in_use():
    """Return the languages that the active users read, the workspace's language first."""
    return _preferences(int(time.monotonic() / REMEMBERED_SECONDS))[0]


def workspace_time_zone():
    """Return the workspace's time zone, in which shared fragments show times."""
    return _preferences(int(time.monotonic() / REMEMBERED_SECONDS))[1]


def language_of(user):
    """Return the language in which `user` gets shared fragments."""
    languages = languages_in_use()
    return user.language if user.language in languages else languages[0]


def forget():
    """Clear this process's cache. Other processes follow within REMEMBERED_SECONDS."""
    _preferences.cache_clear()


@lru_cache(maxsize=1)
def _preferences(_moment):
    workspace = Workspace.current() or Workspace()
    known = dict(settings.LANGUAGES)
    personal = User.objects.filter(is_active=True).exclude(language="")
    languages = [workspace.language, *personal.values_list("language", flat=True).distinct()]
    in_use = tuple(dict.fromkeys(language for language in languages if language in known))
    return in_use or (settings.LANGUAGE_CODE,), ZoneInfo(workspace.time_zone)


@cache
def time_zone_choices():
    """Return the time zones as form choices: UTC, then one group for each region."""
    zones = sorted(available_timezones())
    groups = [(region, [(z, _place(z)) for z in zones if _is_in(z, region)]) for region in _REGIONS]
    return [("UTC", "UTC"), *groups]


def time_zone_choices_with_default():
    """Return `time_zone_choices`, preceded by an empty choice for the workspace's time zone."""
    return [("", _("The workspace's")), *time_zone_choices()]


def _is_in(zone, region):
    return zone.partition("/")[0] == region


def _place(zone):
    return zone.partition("/")[2].replace("_", " ").replace("/", ", ")
