"""The server and the browser's scripts show the same times, in every zone and language."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from users.clock.wording import names_in_use, wording
from users.clock.zones import time_zone_choices, zone_named

from .servers import ROOT

pytestmark = pytest.mark.browser

NOW = datetime(2025, 7, 1, 10, 30, tzinfo=UTC)
# Runs the scripts on messages of these moments, one below a first one of another day.
SHOWN = """([scripts, names, zone, moments]) => {
    const show = (kind, part) => {
        const meta = document.querySelector('meta')
        meta.content = names
        meta.dataset.zone = zone
        document.body.innerHTML = moments.map(moment =>
            `<p class="message"><time data-show="time" datetime="1990-01-01T12:00:00Z"></time></p>
             <p class="message"><time data-show="time" datetime="${moment}"></time>
             <b><time data-show="moment" datetime="${moment}"></time></b></p>`).join('')
        new Function('MutationObserver', 'setInterval', scripts[kind])(
            class { observe() {} }, () => {})
        return [...document.querySelectorAll(`.message:nth-child(even)`)].map(
            message => message.querySelector(part).textContent)
    }
    const times = show('times', 'time'), full = show('times', 'b')
    const days = show('days', '.message-day')
    const offset = Intl.DateTimeFormat('en', {timeZone: zone, timeZoneName: 'longOffset'})
    return moments.map((moment, at) => [
        offset.format(new Date(moment)).split('GMT')[1], days[at], times[at], full[at]])
}"""


def zones():
    """Every zone that people can choose."""
    _utc, *groups = time_zone_choices()
    return ["UTC", *(name for _region, group in groups for name, _label in group)]


def moments_in(zone):
    """Random moments, those around now's midnights, and those around the changes of the clocks."""
    chance = random.Random(zone.key)
    at = datetime(2015, 1, 1, tzinfo=UTC)
    yield from (at + timedelta(seconds=chance.randrange(10 * 365 * 86_400)) for _ in range(4))
    midnight = NOW.astimezone(zone).replace(hour=0, minute=0)
    for day in (-1, 0, 1):
        yield from (midnight + timedelta(days=day, seconds=second) for second in (-1, 0))
    for day in changes(datetime(2024, 1, 1, tzinfo=UTC), 366, timedelta(days=1), zone):
        for hour in changes(day, 24, timedelta(hours=1), zone):
            yield from (hour, hour + timedelta(minutes=59, seconds=59), hour + timedelta(hours=1))


def changes(start, count, step, zone):
    """Yield the steps from `start` in which the clocks of `zone` change."""
    for before in (start + number * step for number in range(count)):
        if before.astimezone(zone).utcoffset() != (before + step).astimezone(zone).utcoffset():
            yield before


@pytest.mark.parametrize("language", ["en", "es", "pt-br"])
def test_the_server_and_the_scripts_agree(browser, language):
    folder = ROOT / "site" / "static"
    scripts = {name: (folder / f"{name}.min.js").read_text() for name in ("times", "days")}
    page = browser.new_page()
    page.set_content("<meta name=clock><body>")
    page.clock.set_fixed_time(NOW)
    compared = 0
    for name in zones():
        zone = zone_named(name)
        moments = [moment.astimezone(UTC) for moment in moments_in(zone)]
        with translation.override(language), timezone.override(zone):
            shown = [words_for(moment.astimezone(zone), zone) for moment in moments]
            names = "|".join(names_in_use())
        texts = [f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in moments]
        for there, here in zip(
            page.evaluate(SHOWN, [scripts, names, name, texts]), shown, strict=True
        ):
            if there[0] == here[0]:  # both have the same edition of the IANA database
                assert there == here, name
                compared += 1
    assert compared > 5_000
    page.close()


def words_for(local, zone):
    """Return the offset from UTC as JavaScript writes it, the day, the time, and both together."""
    now = NOW.astimezone(zone)
    offset = f"{local:%:z}" if local.utcoffset() else ""
    return [offset, *(wording(local, now, kind) for kind in ("day", "time", "moment"))]
