"""Whether somebody is disturbed now, for the page of their notification settings."""

from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from users.clock.wording import wording
from users.languages import time_zone_of

from ..models import NotificationSettings
from .forms import QuietHoursForm
from .hours import morning_after, quiet_until


class State(NamedTuple):
    """What the page says: times in words, in the person's time zone.

    `pause_end` is "" without a pause, and `quiet_end` if the person is disturbed now. They differ
    if quiet hours follow on a pause. `tomorrow` is when a pause until then would end.
    """

    pause_end: str
    quiet_end: str
    tomorrow: str
    has_hours: bool
    zone: str
    time: str


def settings_of(user):
    """Return the NotificationSettings of `user`, new ones if none are stored."""
    found = NotificationSettings.objects.filter(user=user).first()
    return found or NotificationSettings(user=user)


def represent_settings(user):
    """Return the notification settings of `user` as JSON types, for the export of their own data.

    `quiet_days` are the days on which quiet hours begin, from 1 for Monday (ISO 8601).
    """
    settings = settings_of(user)
    days = [day + 1 for day in range(7) if settings.quiet_days >> day & 1]
    return {
        "email": user.email_notifications,
        "quiet_from": settings.quiet_from and f"{settings.quiet_from:%H:%M}",
        "quiet_until": settings.quiet_until and f"{settings.quiet_until:%H:%M}",
        "quiet_days": days,
        "paused_until": settings.paused_until and settings.paused_until.isoformat(),
        "is_discreet": settings.is_discreet,
    }


def quiet_section(user):
    """Return the variables of the template _quiet.html."""
    return section_at(settings_of(user), time_zone_of(user), timezone.now())


def section_at(settings, zone, now):
    """Return the variables of the template _quiet.html for these settings at `now`."""

    def words(moment, kind=""):
        kind = kind or ("time" if moment - now < timedelta(days=1) else "moment")
        return wording(moment.astimezone(zone), now.astimezone(zone), kind)

    end, paused_until = quiet_until(settings, zone, now), settings.paused_until
    state = State(
        pause_end=words(paused_until) if settings.is_paused(now) else "",
        quiet_end=words(end) if end else "",
        tomorrow=words(morning_after(settings, zone, now), "time"),
        has_hours=settings.quiet_from is not None and settings.quiet_until is not None,
        zone=str(zone),
        time=words(now, "time"),
    )
    return {"quiet": state, "quiet_form": QuietHoursForm(settings=settings)}
