"""Time zones: from names that people, browsers and older databases sent, and as form choices."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

# The other names in the IANA database are old aliases of these.
_REGIONS = [
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
]
_UTC = {"UTC", "GMT", "Etc/UTC", "Etc/GMT", "Etc/UCT", "Etc/Zulu", "UCT", "Zulu"}


def zone_named(name):
    """Return the ZoneInfo of an IANA name, or None if there is none: `name` may be any text."""
    return _zone(name) if name in _known() else None


_zone = cache(ZoneInfo)


def offered(name):
    """Return the form choice for a browser's zone `name`, or "" if it is not among them."""
    if name in _UTC:
        return "UTC"
    return name if name in _known() and name.partition("/")[0] in _REGIONS else ""


class DeviceZoneField(forms.CharField):
    """A hidden field that a script fills with the browser's time zone (site/static/zone.js).

    Its value is a form choice, or "" for the workspace's: never an error, since nobody typed it.
    """

    widget = forms.HiddenInput

    def clean(self, value):
        return offered(value or "")


@cache
def _known():
    return frozenset(available_timezones())


@cache
def time_zone_choices():
    """Return the time zones as form choices: UTC, then one group for each region."""
    zones = sorted(available_timezones())
    groups = [(region, [(z, _place(z)) for z in zones if _is_in(z, region)]) for region in _REGIONS]
    return [("UTC", "UTC"), *groups]


def time_zone_choices_with_default():
    """Return `time_zone_choices`, preceded by an empty choice for the workspace's."""
    return [("", _("Workspace default")), *time_zone_choices()]


def _is_in(zone, region):
    return zone.partition("/")[0] == region


def _place(zone):
    return zone.partition("/")[2].replace("_", " ").replace("/", ", ")
