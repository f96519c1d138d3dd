"""Whether somebody is disturbed: as usual, in a pause, in quiet hours, in both, and refused."""

from datetime import UTC, time, timedelta

from core.sample import Sample, refused

from ..models import NotificationSettings
from .forms import PauseForm, QuietHoursForm
from .state import section_at

SECTION = "messaging/notifications/quiet/_quiet.html"
NIGHT = {"quiet_from": time(22), "quiet_until": time(7)}
LUNCH = {"quiet_from": time(10), "quiet_until": time(14, 30)}


def samples(cast):
    pause = {"paused_at": cast.NOON, "paused_until": cast.NOON + timedelta(minutes=65)}
    states = {
        "as usual": {},
        "with quiet hours": NIGHT,
        "paused": NIGHT | pause,
        "paused until tomorrow": {**pause, "paused_until": cast.NOON + timedelta(hours=30)},
        "quiet now": LUNCH,
        "quiet after a pause": LUNCH | pause,
    }
    for state, settings in states.items():
        yield Sample(SECTION, state, section(cast, **settings), "plain", cast.ana)
    yield Sample(SECTION, "refused", section(cast) | hours_refused(), "plain", cast.ana)
    yield Sample(
        "messaging/notifications/quiet/_pause.html", "refused", pause_refused(cast), "plain"
    )


def section(cast, **settings):
    return section_at(NotificationSettings(user=cast.ana, **settings), UTC, cast.NOON)


def hours_refused():
    sent = {"quiet_from": "25:00", "quiet_until": ""}
    form = QuietHoursForm(sent, settings=NotificationSettings())
    errors = {
        "quiet_from": "Write a time like this: 22:30.",
        "quiet_until": "Write both times, or neither for no quiet hours.",
        "quiet_days": "Choose at least one day.",
    }
    return {"quiet_form": refused(form, **errors)}


def pause_refused(cast):
    form = refused(PauseForm({}), pause="Choose one of these.")
    return section(cast) | {"pause_form": form}
