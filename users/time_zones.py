"""The time zones that a person can choose from."""

from functools import cache
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

# The rest of the IANA database is old names for these.
_REGIONS = [
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
]


@cache
def time_zone_choices():
    """Return the zones as a form's choices: UTC, then a group a region."""
    zones = sorted(available_timezones())
    groups = [(region, [(z, _place(z)) for z in zones if _is_in(z, region)]) for region in _REGIONS]
    return [("UTC", "UTC"), *groups]


def with_default():
    """Return the same with an empty choice first, for the workspace's own."""
    return [("", _("The workspace's")), *time_zone_choices()]


def _is_in(zone, region):
    return zone.partition("/")[0] == region


def _place(zone):
    return zone.partition("/")[2].replace("_", " ").replace("/", ", ")
