"""Days and times in the reader's own time zone, in real Chromium."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# For `manage.py shell`: a new room with messages of Ana's, posted at these moments.
SEED = """
import json
from datetime import datetime
from messaging.message.actions import Draft, post_messages
from messaging.message.models import Message
from rooms.actions import create_room
from users.models import User
given = json.loads(input())
room = create_room(User.objects.get(username="ana"), given["room"])
drafts = [Draft(room.memberships.get().user, moment, moment) for moment in given["moments"]]
post_messages(room, drafts)
above = None
for message in room.messages.order_by("position"):
    message.created_at = datetime.fromisoformat(message.body)
    message.follow(above and above.author_id, above and above.created_at)
    message.save(update_fields=["created_at", "opens_day", "continues"])
    above = message
User.objects.filter(username="ana").update(time_zone=given["zone"])
"""

# Midnight is at 8:00 UTC in Los Angeles, at 15:00 in Tokyo.
MOMENTS = ["2025-01-05T07:58", "2025-01-05T08:01", "2025-01-05T23:59", "2025-01-06T00:01"]

LINES = """() => [...document.querySelectorAll('.message')].map(message => [
    message.querySelector('.message-day')?.innerText ?? '',
    message.querySelector('.message-time').innerText,
])"""


@pytest.fixture
def tell(server):
    """Return a function that creates a room with a message at each of `moments` (UTC)."""

    def write(room, moments=MOMENTS, zone=""):
        moments = [f"{moment}:00+00:00" for moment in moments]
        given = json.dumps({"room": room, "moments": moments, "zone": zone})
        server.python("manage.py", "shell", "--verbosity", "0", "--command", SEED, input=given)

    return write


@pytest.fixture
def come(browser, server, visitor):
    """Return a function that opens Ana's browser in a time zone, with or without scripts."""
    people = []

    def arrive(path, zone, javascript=True):
        ana = visitor("ana", server, javascript)
        ana.context.close()
        ana.context = browser.new_context(
            timezone_id=zone, locale="en-GB", java_script_enabled=javascript
        )
        people.append(ana)
        ana.page = ana.new_page()
        ana.log_in()
        ana.goto(path)
        return ana

    yield arrive
    for ana in people:
        ana.context.close()


ANGELS = "America/Los_Angeles"
IN_LOS_ANGELES = [
    ["Sat 4 Jan 2025", "11:58 PM"],
    ["Sun 5 Jan 2025", "12:01 AM"],
    ["", "3:59 PM"],
    ["", "4:01 PM"],
]
IN_THE_WORKSPACE = [
    ["Sun 5 Jan 2025", "7:58 AM"],
    ["", "8:01 AM"],
    ["", "11:59 PM"],
    ["Mon 6 Jan 2025", "12:01 AM"],
]


def shows(ana, lines):
    """Wait until the page has these days and times."""
    ana.page.wait_for_function(
        f"lines => JSON.stringify(({LINES})()) == JSON.stringify(lines)", arg=lines
    )


def push(ana, words):
    """Post as Ana in the room that she has open, and wait for the message."""
    ana.say(words)
    expect(ana.bodies.last).to_have_text(words)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_line_stands_where_the_readers_own_day_begins(tell, come, scripts):
    tell(f"Angels {scripts}", zone=ANGELS)
    path = f"/rooms/angels-{scripts}/".lower()
    ana = come(path if scripts else f"{path}?reading=plain", "Asia/Tokyo", javascript=scripts)
    assert ana.page.evaluate(LINES) == IN_LOS_ANGELES
    second = ana.page.locator(".message").nth(1)
    # The author is repeated below a day's line.
    expect(second.locator(".message-author")).to_be_in_viewport()


def test_who_has_chosen_no_zone_has_the_workspaces_on_every_machine(tell, come):
    tell("Plain")
    ana = come("/rooms/plain/", ANGELS)
    assert ana.page.evaluate(LINES) == IN_THE_WORKSPACE


def test_other_pages_go_by_the_same_clock(tell, come):
    tell("Found", zone=ANGELS)
    ana = come("/search/?q=2025&room=found", "Asia/Tokyo")
    for address in ("/search/?q=2025&room=found", "/rooms/found/transcript/?day=2025-01-05"):
        ana.goto(address)
        shown = {time: day for day, time in ana.page.evaluate(LINES)}
        assert shown["4:01 PM" if "search" in address else "12:01 AM"] == "Sun 5 Jan 2025"


def test_a_live_message_comes_in_the_readers_zone(tell, come):
    tell("Live", zone="Pacific/Kiritimati")
    ana = come("/rooms/live/", "Asia/Tokyo")
    ana.is_connected()
    push(ana, "Hello")
    last = ana.page.locator(".message").last.locator(".message-time time")
    said = datetime.fromisoformat(last.get_attribute("datetime"))
    local = said.astimezone(ZoneInfo("Pacific/Kiritimati"))
    expect(last).to_have_text(f"{local.hour % 12 or 12}:{local:%M %p}")


def test_lines_stay_right_as_messages_come_in_any_order_and_go(tell, come):
    tell("Order", zone=ANGELS)
    ana = come("/rooms/order/", "Asia/Tokyo")
    taken = ana.page.evaluate_handle(
        "() => { const m = document.querySelectorAll('.message')[1]; m.remove(); return m }"
    )
    shows(ana, [IN_LOS_ANGELES[0], [IN_LOS_ANGELES[1][0], "3:59 PM"], IN_LOS_ANGELES[3]])
    ana.page.evaluate("m => document.querySelectorAll('.message')[0].after(m)", taken)
    shows(ana, IN_LOS_ANGELES)


def test_older_messages_join_the_day_that_they_belong_to(tell, come):
    # One per minute, so that the page's first message is in the middle of a day in both zones.
    minutes = [f"2025-01-05T{n // 60 + 20:02}:{n % 60:02}" for n in range(120)]
    tell("Older", minutes, zone=ANGELS)
    ana = come("/rooms/older/", "Asia/Tokyo")
    for first in (21, 1):
        ana.page.locator("#scroller").evaluate("scroller => { scroller.scrollTop = -1e6 }")
        expect(ana.page.locator(f".message[data-position='{first}']")).to_be_attached()
    expect(ana.page.locator(".message-day")).to_have_text(["Sun 5 Jan 2025"])


def test_a_zone_that_nobody_knows_is_the_workspaces(tell, come):
    tell("Unknown", zone="Mars/Olympus")
    ana = come("/rooms/unknown/", ANGELS)
    assert ana.page.evaluate(LINES) == IN_THE_WORKSPACE


def test_today_ends_at_the_readers_midnight(tell, come):
    tell("Midnight", zone="Europe/Madrid")
    ana = come("/rooms/midnight/", ANGELS)
    ana.is_connected()
    push(ana, "Late")
    day = ana.page.locator(".message-day").last
    expect(day).to_have_text("Today")
    ana.page.clock.install()
    ana.page.reload()
    midnight = datetime.now(ZoneInfo("Europe/Madrid")).replace(hour=23, minute=59, second=30)
    ana.page.clock.pause_at(midnight)
    expect(day).to_have_text("Today")
    ana.page.clock.run_for(120_000)
    expect(day).to_have_text("Yesterday")


LABELS = "messages => messages.map(message => message.ariaLabel)"


def test_a_live_edit_says_when_in_the_readers_zone_without_touching_the_label(tell, come):
    tell("Edited", zone="Pacific/Kiritimati")
    ana = come("/rooms/edited/", "Asia/Tokyo")
    ana.is_connected()
    push(ana, "Hello")
    labels = ana.page.locator(".message").evaluate_all(LABELS)
    old, new = ana.page.locator(".message").first, ana.page.locator(".message").last
    for message, shown in ((old, "%a {0.day} %b, {1}:%M %p"), (new, "{1}:%M %p")):
        edit(message)
        moment = message.locator(".message-edited time")
        edited = datetime.fromisoformat(moment.get_attribute("datetime"))
        local = edited.astimezone(ZoneInfo("Pacific/Kiritimati"))
        shown = shown.format(local, local.hour % 12 or 12)
        expect(moment).to_have_text(local.strftime(shown))
    assert ana.page.locator(".message").evaluate_all(LABELS) == labels


def edit(message):
    message.hover()
    message.locator("[data-edit]").click()
    message.locator("textarea").fill("Changed")
    message.locator("textarea").press("Enter")
    expect(message.locator(".message-body")).to_have_text("Changed")
