"""Times and days in words, in the reader's time zone; odd zones count as none."""

import re
from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from users.clock.fragments import localize
from users.clock.wording import wording
from users.clock.zones import offered, zone_named
from users.languages import time_zone_of
from users.models import User

NOW = datetime(2026, 11, 26, 9, 0)


@pytest.mark.parametrize(
    ("said", "language", "words"),
    [
        (datetime(2026, 11, 26, 0, 1), "en", "Today"),
        (datetime(2026, 11, 25, 23, 59), "en", "Yesterday"),
        (datetime(2026, 11, 23, 12, 37), "en", "Mon 23 Nov"),
        (datetime(2025, 12, 31, 23, 59), "en", "Wed 31 Dec 2025"),
        (datetime(2026, 11, 27, 0, 1), "en", "Fri 27 Nov"),
        (datetime(2026, 11, 23, 12, 37), "es", "Lun 23 nov"),
        (datetime(2026, 2, 1, 12, 37), "pt-br", "Dom 1 fev"),
    ],
)
def test_days_have_their_words(said, language, words):
    with translation.override(language):
        assert wording(said, NOW, "day") == words


def test_times_are_written_as_the_language_does():
    said = datetime(2026, 11, 23, 0, 5)
    with translation.override("en"):
        assert wording(said, NOW, "time") == "12:05 AM"
        assert wording(said, NOW, "moment") == "Mon 23 Nov, 12:05 AM"
    with translation.override("es"):
        assert wording(said, NOW, "time") == "00:05"
        assert wording(said, NOW, "moment") == "lun 23 nov, 00:05"


def test_a_fragment_is_shown_in_another_zone():
    html = '<p>09:00 <time data-show="time" datetime="2026-01-05T23:59:00Z" class="t">x</time></p>'
    with timezone.override(zone_named("Asia/Tokyo")), translation.override("es"):
        assert localize(mark_safe(html)) == html.replace(">x<", ">08:59<")


def test_the_label_of_a_message_ends_with_its_own_time_not_with_that_of_its_edit():
    time = '<time datetime="2026-01-05T{}Z" data-show="time">{}</time>'
    html = (
        '<p aria-label="Ana, 09:00">'
        + time.format("09:00", "09:00")
        + time.format("18:00", "18:00")
    )
    with timezone.override(zone_named("Asia/Tokyo")), translation.override("es"):
        shown = localize(mark_safe(html))
    assert 'aria-label="Ana, 18:00"' in shown
    assert re.findall(">([^<]+)<", shown) == ["18:00", "03:00"]


@pytest.mark.parametrize("time", ["<time>x", '<time datetime="x" data-show="day">x', "<p>x"])
def test_what_is_no_time_stays_as_it_is(time):
    assert localize(mark_safe(time)) == time


ODD = ["Mars/Olympus", "../../etc/passwd", "America", "x" * 64, "\0", "europe/madrid ", "GMT+3"]


@pytest.mark.parametrize("zone", ODD)
def test_an_odd_zone_counts_as_none(zone, workspace):
    assert zone_named(zone) is None and offered(zone) == ""
    workspace.time_zone = "Europe/Madrid"
    workspace.save(update_fields=["time_zone"])
    assert time_zone_of(User(time_zone=zone)).key == "Europe/Madrid"


@pytest.mark.parametrize(
    ("browsers", "choice"),
    [("Europe/Madrid", "Europe/Madrid"), ("Etc/UTC", "UTC"), ("Etc/GMT+3", ""), ("", "")],
)
def test_a_browsers_zone_becomes_a_choice_of_the_form(browsers, choice):
    assert offered(browsers) == choice


def test_every_page_of_a_person_is_in_their_zone(client_of, ana):
    User.objects.filter(pk=ana.pk).update(time_zone="Asia/Tokyo")
    client = client_of(ana)
    ana.sessions.update(began_at=datetime(2025, 1, 5, 23, 59, tzinfo=UTC))
    assert "Mon 6 Jan 2025, 8:59 AM" in client.get("/profile/sessions/").text
