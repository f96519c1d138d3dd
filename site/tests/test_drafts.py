"""In real Chromium, a draft follows its author to other devices, and never over a newer text."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def ana(person, meet):
    """Ana, with a live page of a new room."""
    ana = person("ana")
    ana.room = meet(ana)
    ana.is_connected()
    return ana


def write(ana, text):
    """Write and wait until the server has kept it."""
    with ana.page.expect_response(lambda answer: answer.url.endswith("/draft/") and answer.ok):
        ana.write(text)


@pytest.fixture
def phone(person, ana):
    """Ana at another device."""
    return person("ana", width=390)


def test_a_draft_is_there_on_another_device_and_gone_once_it_is_sent(ana, phone):
    write(ana, "Half a thought")
    phone.goto(ana.room)
    expect(phone.composer).to_have_value("Half a thought")
    phone.is_connected()
    phone.composer.press("End")
    phone.write(", and the rest of it")
    phone.composer.press("Enter")
    phone.sees("Half a thought, and the rest of it")
    ana.page.reload()
    ana.sees("Half a thought, and the rest of it")
    expect(ana.composer).to_have_value("")


def test_what_was_changed_elsewhere_is_shown_and_what_was_not_kept_yet_wins(ana, phone):
    write(ana, "One")
    phone.goto(ana.room)
    phone.is_connected()
    phone.composer.press("End")
    write(phone, " two")
    ana.page.reload()
    expect(ana.composer).to_have_value("One two")
    ana.page.route("**/draft/", lambda route: route.abort())
    ana.forgive("net::ERR_FAILED")
    ana.is_connected()
    ana.composer.press("End")
    ana.write(" three")
    ana.page.reload()
    expect(ana.composer).to_have_value("One two three")


def test_a_save_that_is_slow_does_not_bring_back_what_was_sent(ana, phone):
    held = []
    ana.page.route("**/draft/", lambda route: held.append(route))
    ana.write("Said")
    while not held:
        ana.page.wait_for_timeout(50)
    ana.composer.press("Enter")
    ana.sees("Said")
    ana.forgive("409")
    with ana.page.expect_response("**/draft/"):
        held[0].continue_()
    phone.goto(ana.room)
    phone.sees("Said")
    expect(phone.composer).to_have_value("")


def test_without_scripts_a_draft_is_kept_by_a_button(ana, person):
    reader = person("ana", javascript=False)
    reader.read_plainly(ana.room)
    reader.composer.fill("For later")
    reader.page.get_by_role("button", name="Keep for later").click()
    expect(reader.composer).to_have_value("For later")
    reader.page.locator("#compose button").first.click()
    reader.sees("For later")
    expect(reader.composer).to_have_value("")
    ana.sees("For later")


RESISTS_FINGERPRINTING = "performance.getEntriesByType = () => []"


def test_a_browser_that_does_not_say_how_one_came_here_keeps_every_text(ana):
    ana.page.add_init_script(RESISTS_FINGERPRINTING)
    ana.page.reload()
    ana.composer.fill("Not sent yet")
    ana.page.reload()
    expect(ana.composer).to_have_value("Not sent yet")
    ana.composer.press("Enter")
    ana.sees("Not sent yet")
    expect(ana.composer).to_have_value("")
