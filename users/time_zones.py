"""Time zones as form choices."""

from functools import cache
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

# The other names in the IANA database are old aliases of these.
_REGIONS = [
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
]


@cache
def time_zone_choices():
    """Return the time zones as form choices: UTC, then one group for each region."""
    zones = sorted(available_timezones())
    groups = [(region, [(z, _place(z)) for z in zones if _is_in(z, region)]) for region in _REGIONS]
    return [("UTC", "UTC"), *groups]


def with_default():
    """Return `time_zone_choices`, preceded by an empty choice for the workspace's time zone."""
    return [("", _("The workspace's")), *time_zone_choices()]


def _is_in(zone, region):
    return zone.partition("/")[0] == region


def _place(zone):
    return zone.partition("/")[2].replace("_", " ").replace("/", ", ")
