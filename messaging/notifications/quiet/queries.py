"""Look up who must not be disturbed, and since when events are news to each person.

Each function takes many people and needs a few queries, whatever their number.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from itertools import batched

from django.db.models import Q, QuerySet

from users.languages import time_zone_of
from users.models import User

from ..models import NotificationSettings
from .hours import MAX_HELD, is_quiet, news_since

PEOPLE_AT_A_TIME = 5_000


def quiet_ids(user_ids: Iterable[int], now: datetime) -> set[int]:
    """Return those of these users who must not be notified at `now`."""
    found = _settings_of(user_ids, now)
    return {each.user_id for each, zone in found if is_quiet(each, zone, now)}


def people_with_news(
    events: Iterable[tuple[int, datetime, bool]], now: datetime, news: timedelta
) -> set[int]:
    """Return the users who may be notified at `now` and for whom one of these events is news.

    An event is (user id, its time, True if the user has settings as in `with_quiet_times`). It is
    news for the time `news`, to which quiet times do not count.
    """
    newest: dict[int, datetime] = {}
    holders = set()
    for user_id, moment, has_quiet_times in events:
        newest[user_id] = max(moment, newest.get(user_id, moment))
        if has_quiet_times:
            holders.add(user_id)
    since = dict.fromkeys(newest, now - news)
    for settings, zone in _settings_of(holders, now):
        is_free = not is_quiet(settings, zone, now)
        since[settings.user_id] = news_since(settings, zone, now, news) if is_free else now
    return {user_id for user_id, moment in newest.items() if moment > since[user_id]}


def news_since_for(user: User, now: datetime, news: timedelta) -> datetime:
    """Return the time after which an event is still news to `user` at `now`."""
    return news_since_of([user.pk], now, news)[user.pk]


def news_since_of(user_ids: Iterable[int], now: datetime, news: timedelta) -> dict[int, datetime]:
    """Return {user id: the time after which an event is still news to them at `now`}."""
    since = dict.fromkeys(user_ids, now - news)
    for settings, zone in _settings_of(list(since), now):
        since[settings.user_id] = news_since(settings, zone, now, news)
    return since


def with_quiet_times(now: datetime) -> QuerySet[NotificationSettings]:
    """Return the settings of people who have or have had quiet times, within MAX_HELD of `now`."""
    has_hours = Q(quiet_from__isnull=False, quiet_until__isnull=False)
    return NotificationSettings.objects.filter(has_hours | Q(paused_until__gt=now - MAX_HELD))


def _settings_of(
    user_ids: Iterable[int], now: datetime
) -> Iterator[tuple[NotificationSettings, tzinfo]]:
    """Yield the settings and the time zone of each of these users who has quiet times."""
    for some in batched(user_ids, PEOPLE_AT_A_TIME, strict=False):
        rows = with_quiet_times(now).filter(user__in=some).select_related("user")
        for settings in rows:
            yield settings, time_zone_of(settings.user)
