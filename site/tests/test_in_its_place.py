"""In real Chromium, htmx shows an error in its place, never a whole page within a page."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def pair(person, meet):
    """Ana, who moderates, and Bruno, each with a live page of a room in which Bruno has posted."""
    ana, bruno = person("ana"), person("bruno")
    path = meet(ana, bruno)
    for someone in (ana, bruno):
        someone.forgive("status of 403", "status of 404", "WebSocket connection to")
        someone.is_connected()
    bruno.say("Helo")
    return ana, bruno, path


def edit(someone, text):
    someone.choose("Helo", "Edit")
    field = someone.page.locator("#messages textarea")
    field.fill(text)
    return field


def assert_whole(someone, field, text):
    expect(someone.page.locator("#refused")).to_have_count(1)
    expect(someone.page.locator("#messages #refused")).to_be_visible()
    expect(someone.page.locator("main")).to_have_count(1)
    expect(field).to_have_value(text)


def test_saving_what_was_deleted_meanwhile_keeps_the_text(pair):
    ana, bruno, _path = pair
    field = edit(bruno, "Hello, everybody")
    ana.choose("Helo", "Delete")
    ana.page.locator("#messages .message-asking form button").first.click()
    ana.sees("This message was deleted.")
    for _attempt in range(2):
        bruno.page.get_by_role("button", name="Save").click()
        assert_whole(bruno, field, "Hello, everybody")
    expect(bruno.page.locator("#refused")).to_contain_text("have permission")


def end_the_session(someone):
    cookies = [c for c in someone.context.cookies() if c["name"] != "sessionid"]
    someone.context.clear_cookies()
    someone.context.add_cookies(cookies)


def test_saving_after_the_session_has_ended_leads_back_with_the_text(visitor, server, meet):
    bruno = visitor("bruno", server)
    bruno.forgive("status of 403")
    bruno.log_in()
    meet(bruno)
    bruno.is_connected()
    bruno.say("Helo")
    field = edit(bruno, "Hello, everybody")
    end_the_session(bruno)
    bruno.page.get_by_role("button", name="Save").click()
    assert_whole(bruno, field, "Hello, everybody")
    bruno.page.get_by_role("link", name="Log in again").click()
    log_in_here(bruno)
    expect(bruno.page.locator("main textarea")).to_have_value("Hello, everybody")


def log_in_here(someone):
    someone.page.locator("[name=login]").fill(someone.name)
    someone.page.locator("[name=password]").fill("correct horse")
    someone.page.locator("main form button").first.click()


def test_a_token_from_before_a_new_login_costs_one_more_press(visitor, server, meet):
    bruno = visitor("bruno", server)
    bruno.forgive("status of 403", "WebSocket connection to")
    bruno.log_in()
    meet(bruno)
    bruno.is_connected()
    bruno.say("Helo")
    field = edit(bruno, "Hello, everybody")
    bruno.context.clear_cookies()
    page, bruno.page = bruno.page, bruno.new_page()
    bruno.log_in()
    bruno.page = page
    save = page.get_by_role("button", name="Save")
    save.click()
    assert_whole(bruno, field, "Hello, everybody")
    save.click()
    bruno.sees("Hello, everybody")


def test_older_messages_after_a_logout_say_so_beside_their_link(visitor, server):
    ana = visitor("ana", server)
    ana.forgive("status of 403", "WebSocket connection to")
    ana.log_in()
    ana.goto("/rooms/library/?around=66")
    first = ana.page.locator(".message").first.get_attribute("id")
    ana.goto(f"/rooms/library/?around=65#{first}")  # far from the newest, which load in view
    ana.is_connected()
    end_the_session(ana)
    ana.page.evaluate("document.getElementById('newer').scrollIntoView()")  # which loads them
    expect(ana.page.locator("#newer #refused a")).to_have_attribute(
        "href", f"/accounts/login/?next=/rooms/library/%3Faround%3D65%23{first}"
    )
    expect(ana.page.locator("main")).to_have_count(1)


def test_sending_after_the_session_has_ended_leads_back_with_the_text(visitor, server, meet):
    bruno = visitor("bruno", server)
    bruno.forgive("status of 403", "WebSocket connection to")
    bruno.log_in()
    path = meet(bruno)
    bruno.is_connected()
    tab = bruno.context.new_page()
    tab.goto(bruno.url + "/")
    tab.locator("form[action='/accounts/logout/'] button").first.click()
    expect(bruno.page.locator("body")).to_have_attribute("data-connection", "login")
    bruno.write("Words that took an hour")
    bruno.composer.press("Enter")
    expect(bruno.page.locator("#compose-errors")).to_contain_text("logged out")
    expect(bruno.composer).to_have_value("Words that took an hour")
    bruno.page.locator("#compose-errors a").click()
    log_in_here(bruno)
    bruno.page.wait_for_url(f"**{path}")
    expect(bruno.composer).to_have_value("Words that took an hour")
    bruno.composer.press("Enter")
    bruno.sees("Words that took an hour")
    bruno.page.reload()
    bruno.sees("Words that took an hour")
    expect(bruno.composer).to_have_value("")


@pytest.mark.parametrize("act", ["log out", "log in anew"])
def test_the_frame_without_scripts_keeps_the_text(visitor, server, meet, act):
    bruno = visitor("bruno", server, javascript=False)
    bruno.forgive("status of 403")
    bruno.log_in()
    path = meet(bruno)
    frame = bruno.page.frame_locator("#live-compose")
    frame.locator("[name=body]").fill("Words that took an hour")
    bruno.context.clear_cookies(name="sessionid")
    if act == "log in anew":
        page, bruno.page = bruno.page, bruno.new_page()
        bruno.log_in()
        bruno.page = page
    frame.locator("button").first.click()
    expect(frame.locator(".refused-page textarea")).to_have_value("Words that took an hour")
    expect(frame.locator(".refused-page [role=alert]")).to_be_visible()
    if act == "log in anew":
        frame.locator("button").first.click()
    else:
        frame.locator("a").click()
        log_in_here(bruno)
        bruno.page.wait_for_url(f"**{path}", wait_until="domcontentloaded")
        bruno.page.reload(wait_until="domcontentloaded")
        frame = bruno.page.frame_locator("#live-compose")
        expect(frame.locator("[name=body]")).to_have_value("Words that took an hour")
        frame.locator("button").first.click()
    expect(bruno.page.frame_locator("#live").locator(".message-body")).to_have_text(
        "Words that took an hour"
    )
