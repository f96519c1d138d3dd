"""A request that is too large gets a page that says so, in real Chromium."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

MEGABYTE = 1024 * 1024
FILL = "(field, size) => { field.value = 'x'.repeat(size) }"


@pytest.mark.parametrize("megabytes", [2, 12])
def test_a_form_that_is_too_large_is_answered_with_a_page(visitor, server, megabytes):
    eve = visitor("eve", server)
    eve.forgive("status of 413")
    eve.goto("/accounts/login/")
    eve.page.locator("main [name=login]").evaluate(FILL, megabytes * MEGABYTE)
    eve.page.locator("main [name=password]").fill("x")
    eve.page.locator("main form button").first.click()
    expect(eve.page.locator("main h1")).to_have_text("Too large")
    eve.page.get_by_role("link", name="Your rooms").click()
    expect(eve.page.locator("main [name=login]")).to_be_visible()


def test_an_edit_that_is_too_large_is_refused_in_its_form_with_the_text_kept(person, meet):
    ana = person("ana")
    ana.forgive("status of 413")
    meet(ana)
    ana.is_connected()
    ana.say("Helo")
    ana.choose("Helo", "Edit")
    field = ana.page.locator("#messages textarea")
    field.fill("Hello, everybody")
    # In a hidden field: rendering two megabytes of text takes the browser too long.
    ana.page.locator("#messages form [name=person]").evaluate(FILL, 2 * MEGABYTE)
    ana.page.get_by_role("button", name="Save").click()
    expect(ana.page.locator("#messages #refused")).to_have_text("That is too large to send.")
    expect(field).to_have_value("Hello, everybody")
