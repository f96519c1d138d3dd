"""Being called through two processes with Redis, on both databases, in real Chromium."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def mark(page, path, kind):
    return page.locator(f"#sidebar a[href='{path}'] .unread-{kind}")


def test_calls_reach_the_pages_of_the_other_process(servers, visitor):
    here, there = servers
    ana, bruno, elsewhere = visitor("ana", here), visitor("bruno", there), visitor("ana", there)
    for someone in (ana, bruno, elsewhere):
        someone.log_in()
    den = ana.join_or_create("Den")
    assert bruno.join_or_create("Den") == den
    bruno.is_connected()
    for someone in (ana, elsewhere):
        someone.goto("/rooms/library/")
        someone.is_connected()
    bruno.say("are you there, @ana?")
    for someone in (ana, elsewhere):
        expect(mark(someone.page, den, "calls")).to_have_text("1 mention")
        expect(someone.page).to_have_title("(1) Library · Casa")
    elsewhere.goto(den)
    expect(mark(ana.page, den, "calls")).to_have_count(0)
    expect(ana.page).to_have_title(re.compile("^Library"))
