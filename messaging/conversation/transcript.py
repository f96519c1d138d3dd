"""A page with one day of a room, for rereading and printing."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.forms import CountField
from rooms.access import room_and_membership

from ..message.listing import by_day, first_position, said_at_position

MOST_MESSAGES = 1_000
# Dates outside this range overflow when a day or a time zone offset is added.
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9998, 12, 31)


class DayForm(forms.Form):
    """A day in the reader's time zone, and the message of that day to start after."""

    day = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
    )
    after = CountField(required=False)


@never_cache
@require_safe
def transcript(request, slug):
    room, membership = room_and_membership(request, slug)
    form = DayForm(request.GET)
    if not form.is_valid():
        return render(request, "400.html", status=400)

    day = form.cleaned_data["day"] or last_day(room)
    first, end = (first_position(room, start_of(each)) for each in (day, day + timedelta(days=1)))
    start = max(first, (form.cleaned_data["after"] or 0) + 1)
    shown = room.messages.for_display().filter(position__gte=start, position__lt=end)
    messages = by_day(list(shown.order_by("position")[:MOST_MESSAGES]))
    if messages:
        messages[0].opens_day = True

    page = {
        "room": room,
        "title": membership.title if membership else room.name,
        "day": day,
        "messages": messages,
        "continued_after": messages[-1].position if start + MOST_MESSAGES < end else None,
        "day_before": day_at(room, first - 1),
        "day_after": day_at(room, end),
        "viewer": AnonymousUser(),  # no message has controls
    }
    return render(request, "messaging/conversation/transcript.html", page)


def last_day(room):
    """Return the day of the newest message, or today if there is none."""
    return day_at(room, room.last_position) or timezone.localdate()


def start_of(day):
    """Return the moment when `day` begins for the reader."""
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def day_at(room, position):
    """Return the day of the message at `position`, or None where there is none."""
    said_at = said_at_position(room, position)
    return said_at and timezone.localdate(said_at)
