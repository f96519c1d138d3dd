"""Sound and desktop notifications of calls, in real Chromium with the permission granted."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# Count what is shown and played; the browser shows and plays it too.
RECORD = """
window.shown = []; window.sounds = 0
window.Notification = class extends Notification {
  constructor(title, options) { super(title, options); shown.push(`${title}: ${options.body}`) }
}
window.AudioContext = class extends AudioContext { constructor() { super(); sounds++ } }
"""


@pytest.fixture
def ana(person):
    ana = person("ana")
    ana.context.grant_permissions(["notifications"])
    ana.context.add_init_script(RECORD)
    return ana


@pytest.fixture
def bruno(person):
    return person("bruno")


@pytest.fixture
def den(meet, ana, bruno):
    """The path of a room that Bruno has open."""
    path = meet(ana, bruno)
    bruno.is_connected()
    return path


def switch_on(someone, *labels):
    someone.goto("/notifications/")
    for label in labels:
        box = someone.page.get_by_label(label)
        box.check()
        stored = "(name) => localStorage[name]"
        someone.page.wait_for_function(stored, arg=box.get_attribute("name"))


def open_at(someone, page, path):
    page.goto(someone.url + path)
    expect(page.locator("#people")).to_contain_text(someone.name)
    page.wait_for_function("document.querySelector('title').dataset.calls !== undefined")
    if page.evaluate("localStorage.sound || localStorage.desktop"):
        page.wait_for_function(
            "() => sessionStorage.calls"
        )  # alerts.js knows what was there before


def shown(*pages):
    return [text for page in pages for text in page.evaluate("shown")]


def sounds(*pages):
    return sum(page.evaluate("sounds") for page in pages)


def calls(page, path):
    return page.locator(f"#sidebar a[href='{path}'] .unread-calls")


def read(someone, path):
    someone.goto(path)
    expect(calls(someone.page, path)).to_have_count(0)


def test_a_call_is_shown_and_heard_once_in_all_tabs(ana, bruno, den):
    switch_on(ana, "Play a sound", "Show a desktop notification")
    tabs = [ana.page, ana.new_page()]
    for page in tabs:
        open_at(ana, page, "/rooms/library/")
    bruno.say("news")
    bruno.say("are you there, @ana?")
    for page in tabs:
        expect(calls(page, den)).to_have_text("1 mention")
    bruno.say("or not, @ana?")
    for page in tabs:
        expect(calls(page, den)).to_have_text("2 mentions")
    room = bruno.page.title().split(" · ")[0]
    assert sorted(shown(*tabs)) == [f"{room}: 1 mention", f"{room}: 2 mentions"]
    assert sounds(*tabs) == 2
    read(ana, den)


def test_what_is_in_view_is_not_told_again(meet, ana, bruno, den):
    other = meet(ana, bruno)
    switch_on(ana, "Play a sound", "Show a desktop notification")
    open_at(ana, ana.page, den)
    for path, text in ((den, "here, @ana"), (other, "there, @ana")):
        bruno.goto(path)
        bruno.is_connected()
        bruno.say(text)
    expect(calls(ana.page, other)).to_have_text("1 mention")
    room = bruno.page.title().split(" · ")[0]
    assert (shown(ana.page), sounds(ana.page)) == ([f"{room}: 1 mention"], 1)
    read(ana, other)


def test_a_call_during_the_way_to_another_page_is_told_there(meet, ana, bruno, den):
    switch_on(ana, "Show a desktop notification")
    open_at(ana, ana.page, "/rooms/library/")
    ana.page.goto("about:blank")
    bruno.say("on your way, @ana?")
    bruno.sees("on your way, @ana?")
    ana.goto("/rooms/library/")
    ana.page.wait_for_function("() => shown.length")
    assert shown(ana.page) == [f"{bruno.page.title().split(' · ')[0]}: 1 mention"]
    read(ana, den)


def test_a_device_that_wants_nothing_is_left_in_peace(ana, bruno, den):
    open_at(ana, ana.page, "/rooms/library/")
    bruno.say("are you there, @ana?")
    expect(calls(ana.page, den)).to_have_text("1 mention")
    assert (shown(ana.page), sounds(ana.page)) == ([], 0)
    read(ana, den)


def test_the_switches_stay_as_they_are_left(ana):
    switch_on(ana, "Show a desktop notification")
    ana.page.reload()
    expect(ana.page.get_by_label("Show a desktop notification")).to_be_checked()
    expect(ana.page.get_by_label("Play a sound")).not_to_be_checked()
    ana.page.get_by_label("Show a desktop notification").uncheck()
    ana.page.reload()
    expect(ana.page.get_by_label("Show a desktop notification")).not_to_be_checked()


def test_a_browser_that_refuses_says_so(person):
    ana = person("ana")
    ana.context.add_init_script("Notification.requestPermission = async () => 'denied'")
    ana.goto("/notifications/")
    ana.page.get_by_label("Show a desktop notification").click()
    expect(ana.page.get_by_role("status").filter(has_text="blocks notifications")).to_be_visible()
    expect(ana.page.get_by_label("Show a desktop notification")).not_to_be_checked()


def test_without_scripts_there_are_no_switches(person):
    ana = person("ana", javascript=False)
    ana.goto("/notifications/")
    expect(ana.page.get_by_label("Play a sound")).to_be_hidden()
    expect(ana.page.locator("main noscript p")).to_be_visible()
