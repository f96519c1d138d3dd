"""A conversation of three: chosen on a page, unseen until its first message, live in every list."""

import pytest
from playwright.sync_api import expect

from .firefox import Firefox
from .terminals import W3m

pytestmark = pytest.mark.browser


def choose(someone, *names):
    """Tick people on the page that "+" leads to, and start their conversation."""
    someone.page.locator("a[href='/conversations/new/']").first.click()
    for name in names:
        someone.page.locator("#found li", has_text=f"@{name}").locator("input").check()
    someone.page.locator("#new-conversation .button-primary").click()
    someone.page.wait_for_url("**/rooms/*/", wait_until="domcontentloaded")
    return someone.page.url.removeprefix(someone.url)


def test_three_people_talk_and_see_it_from_the_first_message_on(person, meet):
    ana, bruno, eve = people = [person(name) for name in ("ana", "bruno", "eve")]
    meet(*people)
    for someone in people:
        someone.is_connected()
    path = choose(ana, "bruno", "eve")
    ana.is_connected()
    expect(ana.page.locator(f"#rooms a[href='{path}'][aria-current=page]")).to_be_attached()
    for other in (bruno, eve):
        expect(other.page.locator(f"#rooms a[href='{path}']")).to_have_count(0)

    ana.say("Shall the three of us meet?")
    for other, title in ((bruno, "ana, eve"), (eve, "ana, bruno")):
        link = other.page.locator(f"#rooms a[href='{path}']")
        expect(link).to_contain_text(title)
        expect(link).to_contain_text("1")
        link.click()
        other.is_connected()
        other.sees("Shall the three of us meet?")
    eve.say("Yes")
    for someone in people:
        someone.sees("Shall the three of us meet?", "Yes")

    bruno.goto("/")
    assert choose(bruno, "eve", "ana") == path


def test_without_scripts_the_choice_is_kept_over_searches(person):
    ana = person("ana", javascript=False)
    bruno = person("bruno", javascript=False)
    for someone in (ana, bruno):
        choice = {"name": "reading", "value": "plain", "url": someone.url}
        someone.context.add_cookies([choice])
    ana.goto("/conversations/new/")
    page = ana.page
    for name in ("bruno", "eve"):
        page.locator("#new-conversation [name=q]").fill(name.upper())
        page.locator("#new-conversation [name=q]").press("Enter")
        page.locator("#found li", has_text=f"@{name}").locator("input").check()
    expect(page.locator("#chosen input:checked")).to_have_count(1)
    page.locator("#new-conversation .button-primary").click()
    expect(page.locator("#room-header")).to_contain_text("bruno, eve")
    ana.post("Without scripts")
    bruno.goto("/")
    bruno.page.locator("#rooms a", has_text="ana, eve").click()
    expect(bruno.bodies.last).to_have_text("Without scripts")


@pytest.mark.parametrize("javascript", [True, False])
def test_three_people_talk_in_firefox(server, person, tmp_path, javascript):
    firefox = Firefox(tmp_path, javascript=javascript)
    try:
        firefox.log_in(server.url, "ana")
        firefox.find("#sidebar")
        firefox.goto(f"{server.url}/conversations/new/")
        firefox.fill("#new-conversation [name=q]", "bruno, eve")
        with firefox.new_page():
            firefox.click("#new-conversation .button-primary")
        assert "bruno, eve" in " ".join(firefox.texts("#room-header h1"))
        if not javascript:
            firefox.find("#live")
            firefox.enter_frame("#live-compose")
        firefox.fill("#body", f"From Firefox, {javascript}")
        firefox.click("#compose .send")
        bruno = person("bruno")
        bruno.goto("/")
        bruno.page.locator("#rooms a", has_text="ana, eve").click()
        expect(bruno.message(f"From Firefox, {javascript}")).to_be_visible()
    finally:
        firefox.quit()


def test_a_conversation_begins_in_w3m(terminal, server, person):
    w3m = terminal(W3m)
    w3m.visit(server.url)
    w3m.sign_up("wanda")
    w3m.follow("New conversation")
    w3m.shows("Search, or type names")
    w3m.fill("Search, or type names", "eve, bruno")
    w3m.follow("Start conversation")
    w3m.shows("bruno, eve")
    w3m.fill_area(r"Message \[", "Good evening, both")
    w3m.press("Tab", "Enter")
    w3m.shows("(?s)wanda.*Good evening, both")
    bruno = person("bruno")
    bruno.goto("/")
    bruno.page.locator("#rooms a", has_text="eve, wanda").click()
    expect(bruno.message("Good evening, both")).to_be_visible()
