"""Messages that are sent later, in real browsers and text browsers, with and without scripts."""

import sqlite3
import time
from contextlib import closing

import pytest
from playwright.sync_api import expect

from .firefox import Firefox
from .terminals import Lynx, W3m

pytestmark = pytest.mark.browser
DUE = "UPDATE messaging_scheduled SET due_at = '2020-01-01 00:00:00'"


def make_due(server):
    """Make everything that is scheduled due; the server's task then sends it."""
    with closing(sqlite3.connect(server.log.with_name("database.sqlite3"), timeout=20)) as database:
        database.execute(DUE)
        database.commit()


def send_later(someone):
    someone.forgive("409")  # the page also keeps the draft when it is left, after the button
    someone.page.get_by_role("button", name="Send later").click()
    someone.page.wait_for_url("**/scheduled/", wait_until="domcontentloaded")


def schedule(someone):
    someone.page.get_by_role("button", name="Schedule", exact=True).click()
    someone.page.wait_for_url("**/#compose", wait_until="domcontentloaded")


def line(someone):
    return someone.page.locator("#compose .composer-scheduled")


def test_with_scripts_a_text_is_sent_at_its_time_and_leaves_the_composer(person, meet, server):
    ana, bruno = person("ana"), person("bruno")
    room = meet(ana, bruno)
    ana.is_connected()
    ana.write("Good *morning*")
    send_later(ana)
    expect(ana.page.locator("#schedule [name=body]")).to_have_value("Good *morning*")
    expect(ana.page.locator("#schedule [name=at] + .field-help")).to_contain_text("Time zone: UTC")
    schedule(ana)
    expect(line(ana)).to_have_text("1 message is scheduled")
    expect(ana.composer).to_have_value("")
    ana.page.reload()
    ana.is_connected()
    expect(ana.composer).to_have_value("")
    bruno.goto(room)
    bruno.sees()
    make_due(server)
    ana.sees("Good morning")
    bruno.sees("Good morning")
    ana.page.reload()
    expect(line(ana)).to_have_count(0)


def test_going_back_without_scheduling_keeps_the_text_in_the_composer(person, meet):
    ana = person("ana")
    meet(ana)
    ana.is_connected()
    ana.write("Half a thought")
    send_later(ana)
    ana.page.get_by_role("link", name="Back to the conversation").click()
    expect(ana.composer).to_have_value("Half a thought")
    ana.composer.press("End")
    ana.composer.press_sequentially(" more")
    ana.composer.press("Enter")
    ana.sees("Half a thought more")


def test_enter_in_the_field_schedules_for_the_time_in_it(person, meet):
    ana = person("ana")
    meet(ana)
    ana.is_connected()
    send_later(ana)
    ana.page.locator("#schedule [name=body]").fill("Written here")
    ana.page.locator("#schedule [name=at]").fill("2027-01-04T10:15")
    ana.page.locator("#schedule [name=at]").press("Enter")
    expect(ana.page.locator(".alert-success")).to_contain_text("Mon 4 Jan 2027, 10:15 AM")


def test_a_time_that_has_passed_is_refused_and_the_text_kept(person, meet):
    ana = person("ana", width=390)
    meet(ana)
    ana.forgive("422")
    ana.is_connected()
    ana.write("Too late")
    send_later(ana)
    ana.page.locator("#schedule [name=at]").fill("2020-01-04T10:15")
    ana.page.get_by_role("button", name="Schedule", exact=True).click()
    expect(ana.page.locator(".field-errors")).to_have_text("This time has passed already.")
    expect(ana.page.locator("#schedule [name=body]")).to_have_value("Too late")
    expect(ana.page.locator("#schedule [name=at]")).to_have_value("2020-01-04T10:15")


@pytest.mark.parametrize("is_plain", [True, False])
def test_without_scripts_it_is_scheduled_changed_and_cancelled(person, meet, is_plain):
    ana = person("ana", javascript=False)
    room = meet(ana)
    if is_plain:
        ana.read_plainly(room)
        composer = ana.page
    else:
        composer = ana.page.frame_locator("#live-compose")
    composer.locator("#compose [name=body]").fill("Good morning")
    composer.get_by_role("button", name="Send later").click()
    ana.page.wait_for_url("**/scheduled/", wait_until="domcontentloaded")
    expect(ana.page.locator("#schedule [name=body]")).to_have_value("Good morning")
    ana.page.locator("[name='_at:hour']").click()
    ana.page.wait_for_url("**/#compose", wait_until="domcontentloaded")
    composer.get_by_role("link", name="1 message is scheduled").click()
    ana.page.wait_for_url("**/scheduled/", wait_until="domcontentloaded")
    scheduled = ana.page.locator(".scheduled", has_text="Good ")
    scheduled.get_by_role("link", name="Edit", exact=True).click()
    ana.page.locator("main [name=body]").fill("Good evening")
    ana.page.locator("[name^='_at:']").last.click()
    expect(scheduled.locator(".scheduled-text")).to_have_text("Good evening")
    scheduled.get_by_role("link", name="Cancel", exact=True).click()
    ana.page.get_by_role("button", name="Cancel this message").click()
    expect(ana.page.locator(".alert-success")).to_contain_text("Cancelled")
    expect(scheduled).to_have_count(0)


def test_it_is_sent_now(person, meet):
    ana = person("ana")
    meet(ana)
    ana.is_connected()
    ana.write("Never mind the time")
    send_later(ana)
    schedule(ana)
    line(ana).get_by_role("link").click()
    mine = ana.page.locator(".scheduled", has_text="Never mind the time")
    mine.get_by_role("button", name="Send now").click()
    ana.sees("Never mind the time")


@pytest.mark.parametrize("javascript", [True, False])
def test_in_firefox(server, tmp_path, javascript):
    firefox = Firefox(tmp_path, javascript=javascript, mouse=True)
    try:
        firefox.log_in(server.url, "bruno")
        firefox.goto(f"{server.url}/rooms/parlour/")
        if not javascript:
            firefox.enter_frame("#live-compose")
        firefox.fill("#compose [name=body]", f"Later, scripts {javascript}")
        firefox.click("#compose [name=later]")
        firefox.leave_frames()
        firefox.find("#schedule")
        assert firefox.value("#schedule [name=body]") == f"Later, scripts {javascript}"
        assert firefox.value("#schedule [name=at]").endswith("T09:00")
        with firefox.new_page():
            firefox.click("#schedule .button-primary")
        firefox.goto(f"{server.url}/scheduled/")
        assert firefox.texts(".scheduled-text")[-1] == f"Later, scripts {javascript}"
        firefox.goto(f"{server.url}/rooms/parlour/")
        if not javascript:
            firefox.enter_frame("#live-compose")
        assert firefox.value("#compose [name=body]") == ""
    finally:
        firefox.quit()


def test_key_by_key_in_w3m(terminal, server):
    w3m = terminal(W3m)
    w3m.visit(server.url)
    w3m.shows("Log in")
    w3m.sign_up("wilma")
    w3m.fill("Name of the room", "Wilma's corner")
    w3m.follow("Join or create")
    w3m.shows("No messages yet")
    w3m.fill_area(r"Message \[", "Later from w3m")
    w3m.follow("Send later")
    w3m.shows("(?s)Later from w3m.*Time zone: UTC")
    w3m.find("Send at")
    w3m.press("Tab", "Enter")
    w3m.shows("(?m)^TEXT:")
    w3m.press("C-a", "C-k")  # the time that is there
    w3m.answer("TEXT:", "tomorrow")
    w3m.follow("^Schedule")
    w3m.shows("(?s)Later from w3m.*like this: 2026-11-27 09:30")
    w3m.follow("In an hour")
    w3m.shows("(?s)Your message will be sent.*1 message is scheduled")
    w3m.follow("1 message is scheduled")
    w3m.shows("(?s)Later from w3m.*Send now")
    make_due(server)
    seen = time.monotonic() + 30
    while "Nothing is scheduled" not in w3m.screen and time.monotonic() < seen:
        w3m.press("R")
        time.sleep(0.5)
    w3m.shows("Nothing is scheduled")
    w3m.follow("Wilma's corner")
    w3m.shows("(?s)wilma.*Later from w3m")


def test_key_by_key_in_lynx(terminal, server):
    lynx = terminal(Lynx)
    lynx.visit(server.url)
    lynx.shows("Log in")
    lynx.sign_up("lena")
    lynx.fill("Name of the room", "Lena's corner")
    lynx.follow("Join or create")
    lynx.shows("No messages yet")
    lynx.fill("Message", "Later from lynx")
    lynx.find("Keep for later")
    lynx.tab()
    lynx.press("Enter")
    lynx.shows("(?s)Later from lynx.*Time zone: UTC")
    lynx.follow("Schedule")
    lynx.shows("(?s)Your message will be sent.*1 message is scheduled")
    lynx.follow("1 message is scheduled")
    lynx.shows("(?s)Later from lynx.*Send now")
    lynx.follow("Cancel")
    lynx.shows("Cancel this message")
    lynx.follow("Cancel this message")
    lynx.shows("Nothing is scheduled")
