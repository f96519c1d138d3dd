"""Statuses of people, and the own one on the profile."""

from copy import copy
from datetime import timedelta

from core.sample import Sample, refused

from .forms import StatusForm

HALF_PAST = "2126-11-23T13:30"
TEXTS = {
    "long": ("📅", "Writing the report of the year with everybody from the second floor"[:60]),
    "a long word": ("", "W" * 60),
    "right to left": ("🌴", "في إجازة حتى الاثنين"),
    "an emoji": ("🤒", ""),
    "markup": ("", "administrator · *bold* & @here 1 < 2"),
}


def samples(cast):
    on_holiday = saying(cast.bruno, "🌴", "On holiday", cast.NOON + timedelta(days=36_525))
    template = "users/status/_status.html"
    yield Sample(template, "none", {"person": cast.ana}, "plain")
    yield Sample(template, "pushed", {"person": on_holiday}, "plain")
    yield Sample(template, "with its end", {"person": on_holiday, "has_end": True}, "plain")
    for state, status in TEXTS.items():
        yield Sample(template, state, {"person": saying(cast.bruno, *status)}, "plain")
    ended = saying(cast.bruno, "🌴", "On holiday", cast.NOON - timedelta(days=36_525))
    yield Sample(template, "ended", {"person": ended}, "plain")
    yield from of_the_profile(cast, on_holiday)
    row = {"person": on_holiday, "here": {cast.bruno.pk}}
    yield Sample("users/_person.html", "a status", row, "list", cast.ana)
    controls = {"person": on_holiday}
    yield Sample("users/_person_controls.html", "a status", controls, "plain", cast.ana)
    people = {"people": [cast.ana, *(saying(cast.bruno, *status) for status in TEXTS.values())]}
    yield Sample("rooms/_people.html", "statuses", people, "plain")


def of_the_profile(cast, on_holiday):
    template = "users/status/_own_status.html"
    form = {"status_form": StatusForm(person=cast.ana)}
    yield Sample(template, "none", form, "plain", cast.ana)
    form = {"status_form": StatusForm(person=on_holiday)}
    yield Sample(template, "a status", form, "plain", on_holiday)
    typed = {"emoji": "ok", "text": "", "until": "today", "at": HALF_PAST}
    form = refused(
        StatusForm(typed, person=cast.ana),
        emoji="Choose one emoji.",
        at="Choose a time within a year from now.",
    )
    yield Sample(template, "refused", {"status_form": form}, "plain", cast.ana)


def saying(person, emoji, text, until=None):
    """Return a copy of `person` with this status."""
    person = copy(person)
    person.status_emoji, person.status_text, person.status_until = emoji, text, until
    return person
