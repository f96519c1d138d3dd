"""Acts on messages on the pages that list messages: nothing stands there that does nothing."""

import re

import pytest
from playwright.sync_api import expect

from .test_reactions import press_thumb, shows

pytestmark = pytest.mark.browser


@pytest.fixture
def ana(person, meet):
    """Ana, in a room with a message of hers to which she has reacted."""
    ana = person("ana")
    ana.room = meet(ana)
    ana.is_connected()
    ana.say("Lunch @bruno")
    press_thumb(ana, "Lunch")
    shows(ana, "👍 1*", text="Lunch")
    return ana


@pytest.mark.parametrize("scripts", [True, False])
def test_lists_of_messages_show_reactions_as_numbers_and_no_dead_button(ana, person, scripts):
    bruno = person("bruno", javascript=scripts)
    for path in ("/search/?q=Lunch", f"{ana.room}transcript/", "/mentions/"):
        bruno.goto(path)
        if bruno.page.locator(".reactions").count():
            shown = bruno.page.locator(".reactions [data-by] > :visible").first
            expect(shown).to_have_text("👍 1")
        expect(bruno.page.locator("[form=act]:visible")).to_have_count(0)


def test_what_the_page_of_unread_messages_offers_works_there(ana, person):
    bruno = person("bruno", javascript=False)
    bruno.goto(ana.room)
    bruno.page.get_by_role("button", name="Join room").click()
    bruno.goto("/people/")  # away from the room, where it would be read
    ana.say("Dinner?")
    ana.sees("Lunch @bruno", "Dinner?")
    bruno.goto("/unread/")
    message = bruno.page.locator(".message", has_text="Dinner?")
    message.hover()
    message.locator("[form=act]:visible").first.click()
    expect(bruno.page).to_have_url(re.compile(r"/unread/#message-\d+$"))
    expect(bruno.page.locator(".alert-success")).to_be_visible()
    bruno.goto("/later/")
    expect(bruno.page.locator(".message", has_text="Dinner?")).to_have_count(1)
