"""Days and times in the reader's own time zone, in real Chromium."""

import json

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
MOMENTS = ["2026-01-05T07:58", "2026-01-05T08:01", "2026-01-05T23:59", "2026-01-06T00:01"]

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


IN_LOS_ANGELES = [
    ["Sunday, January 4, 2026", "11:58 PM"],
    ["Monday, January 5, 2026", "12:01 AM"],
    ["", "3:59 PM"],
    ["", "4:01 PM"],
]


def is_drawn(ana):
    expect(ana.page.locator(".message time[title]").first).to_be_attached()


def test_a_line_stands_where_the_readers_own_day_begins(tell, come):
    tell("Angels")
    ana = come("/rooms/angels/", "America/Los_Angeles")
    is_drawn(ana)
    assert ana.page.evaluate(LINES) == IN_LOS_ANGELES
    second = ana.page.locator(".message").nth(1)
    # The author is repeated below a day's line.
    expect(second.locator(".message-author")).to_be_in_viewport()


def test_the_zone_of_ones_profile_is_ones_clock_on_every_machine(tell, come):
    tell("Profile", zone="America/Los_Angeles")
    ana = come("/rooms/profile/", "Asia/Tokyo")
    is_drawn(ana)
    assert ana.page.evaluate(LINES) == IN_LOS_ANGELES


def test_without_scripts_days_and_times_are_the_workspaces(tell, come):
    tell("Plain")
    ana = come("/rooms/plain/?reading=plain", "America/Los_Angeles", javascript=False)
    days = ana.page.locator(".message-day")
    expect(days).to_have_text(["Jan. 5, 2026", "Jan. 6, 2026"])
    expect(ana.page.locator(".message-time")).to_have_text(
        ["7:58 AM", "8:01 AM", "11:59 PM", "12:01 AM"]
    )


def test_other_pages_go_by_the_same_clock(tell, come):
    tell("Found")
    ana = come("/search/?q=2026&room=found", "America/Los_Angeles")
    for address in ("/search/?q=2026&room=found", "/rooms/found/transcript/?day=2026-01-06"):
        ana.goto(address)
        is_drawn(ana)
        shown = {time: day for day, time in ana.page.evaluate(LINES)}
        assert shown["4:01 PM"] == "Monday, January 5, 2026"


def test_lines_stay_right_as_messages_come_in_any_order_and_go(tell, come):
    tell("Order")
    ana = come("/rooms/order/", "America/Los_Angeles")
    is_drawn(ana)
    taken = ana.page.evaluate_handle(
        "() => { const m = document.querySelectorAll('.message')[1]; m.remove(); return m }"
    )
    without = [IN_LOS_ANGELES[0], [IN_LOS_ANGELES[1][0], "3:59 PM"], IN_LOS_ANGELES[3]]
    assert ana.page.evaluate(LINES) == without
    ana.page.evaluate("m => document.querySelectorAll('.message')[0].after(m)", taken)
    assert ana.page.evaluate(LINES) == IN_LOS_ANGELES


def test_older_messages_join_the_day_that_they_belong_to(tell, come):
    # One per minute, so that the page's first message is in the middle of a day in both zones.
    minutes = [f"2026-01-05T{n // 60 + 20:02}:{n % 60:02}" for n in range(120)]
    tell("Older", minutes)
    ana = come("/rooms/older/", "America/Los_Angeles")
    is_drawn(ana)
    for first in (21, 1):
        ana.page.locator("#scroller").evaluate("scroller => { scroller.scrollTop = -1e6 }")
        expect(ana.page.locator(f".message[data-position='{first}']")).to_be_attached()
    days = [day for day, _time in ana.page.evaluate(LINES) if day]
    assert days == ["Monday, January 5, 2026"]


def test_a_zone_that_the_browser_does_not_know_leaves_the_browsers_own(tell, come):
    tell("Unknown", zone="Mars/Olympus")
    ana = come("/rooms/unknown/", "America/Los_Angeles")
    is_drawn(ana)
    assert ana.page.evaluate(LINES) == IN_LOS_ANGELES
