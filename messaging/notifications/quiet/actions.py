"""Choose quiet hours, pause and resume.

A change must not lose what was held back before it. If it is made in a quiet time, `paused_at` and
`paused_until` keep when that began and ended, since it cannot be calculated from new settings.
"""

from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from users.languages import time_zone_of
from users.models import User

from ..models import NotificationSettings
from .hours import hour_after, morning_after, quiet_since


@transaction.atomic
def set_quiet_hours(
    user: User, quiet_from: time | None, quiet_until: time | None, quiet_days: int
) -> None:
    """Set the quiet hours of `user`, None for none. Bit 0 of `quiet_days` is Monday."""
    now = timezone.now()
    settings = _locked(user)
    since = quiet_since(settings, time_zone_of(user), now)
    if since is not None:
        settings.paused_at = since
        settings.paused_until = settings.paused_until if settings.is_paused(now) else now
    hours = {"quiet_from": quiet_from, "quiet_until": quiet_until, "quiet_days": quiet_days}
    for name, value in hours.items():
        setattr(settings, name, value)
    settings.save(update_fields=[*hours, "paused_at", "paused_until"])


@transaction.atomic
def pause_for_an_hour(user: User) -> None:
    """Do not disturb `user` for an hour, whatever their quiet hours."""
    _pause(_locked(user), hour_after(timezone.now()))


@transaction.atomic
def pause_until_tomorrow(user: User) -> None:
    """Do not disturb `user` until the next day's morning, whatever their quiet hours."""
    settings = _locked(user)
    _pause(settings, morning_after(settings, time_zone_of(user), timezone.now()))


def _pause(settings: NotificationSettings, until: datetime) -> None:
    now = timezone.now()
    settings.paused_at = quiet_since(settings, time_zone_of(settings.user), now) or now
    settings.paused_until = until
    settings.save(update_fields=["paused_at", "paused_until"])


@transaction.atomic
def resume(user: User) -> None:
    """End the pause of `user`, if there is one. Their quiet hours stay."""
    now = timezone.now()
    settings = _locked(user)
    if settings.is_paused(now):
        settings.paused_at = quiet_since(settings, time_zone_of(user), now)
        settings.paused_until = now
        settings.save(update_fields=["paused_at", "paused_until"])


def _locked(user: User) -> NotificationSettings:
    """Return the settings of `user`, locked until the transaction ends; make them if necessary."""
    NotificationSettings.objects.bulk_create(
        [NotificationSettings(user=user)], ignore_conflicts=True
    )
    return NotificationSettings.objects.select_for_update().get(user=user)
