"""The list of 43 rooms: scrolling, finding and keys, with scripts and without."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .conftest import running
from .servers import Server

pytestmark = pytest.mark.browser
SEED = Path(__file__).with_name("seed_rooms.py")
# Whether an element is between the edges of the list, and on top there.
IN_VIEW = """element => {
  const list = document.getElementById('room-list').getBoundingClientRect()
  const box = element.getBoundingClientRect()
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
  return box.height > 0 && box.top >= list.top && box.bottom <= list.bottom && element.contains(top)
}"""


@pytest.fixture(scope="module")
def server(static_files, tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("rooms"))
    server.prepare(SEED)
    yield from running(server)


def sees_current(someone, name):
    current = someone.page.locator("#rooms [aria-current=page]")
    expect(current.locator("bdi")).to_have_text(name)
    return current.evaluate(IN_VIEW)


def scroll_of(someone):
    return someone.page.locator("#room-list").evaluate("list => list.scrollTop")


def press(someone, key):
    someone.page.keyboard.press(key)


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("number", ["01", "22", "43"])
def test_the_current_room_is_in_view(person, javascript, number):
    bruno = person("bruno", javascript)
    bruno.goto(f"/rooms/room-{number}/")
    assert sees_current(bruno, f"Room {number}")


def test_the_list_keeps_its_scroll_position_from_page_to_page(person):
    bruno = person("bruno")
    bruno.goto("/rooms/room-01/")
    bruno.page.locator("#room-list").evaluate("list => list.scrollTop = 400")
    for name in ("Room 20", "Room 25"):
        bruno.page.locator("#rooms a", has_text=name).click()
        expect(bruno.page.locator("#rooms [aria-current=page] bdi")).to_have_text(name)
        expect(bruno.page.locator("#room-list")).to_have_js_property("scrollTop", 400)
        assert sees_current(bruno, name)


def test_a_change_of_the_list_keeps_its_scroll_position_and_the_focus(person):
    bruno, elsewhere = person("bruno"), person("bruno")
    bruno.goto("/rooms/room-30/")
    bruno.is_connected()
    bruno.page.locator("#room-list").evaluate("list => list.scrollTop = 500")
    bruno.page.locator("#rooms a", has_text="Room 31").focus()
    before = scroll_of(bruno)
    elsewhere.goto("/rooms/room-43/list/")
    elsewhere.page.locator("form[action$='/mute/'] button").last.click()
    expect(bruno.page.locator("#rooms .sidebar-muted bdi")).to_have_text("Room 43")
    expect(bruno.page.locator("#rooms a:focus bdi")).to_have_text("Room 31")
    assert scroll_of(bruno) == before
    elsewhere.page.locator("form[action$='/unmute/'] button").last.click()
    expect(bruno.page.locator("#rooms .sidebar-muted")).to_have_count(0)


def test_typing_filters_the_list_and_finds_people_and_other_rooms(person):
    bruno = person("bruno")
    bruno.goto("/rooms/room-01/")
    press(bruno, "Control+k")
    expect(bruno.page.locator("#find-field")).to_be_focused()
    bruno.page.keyboard.type("ROOM 4")
    expect(bruno.page.locator("#rooms li:visible bdi")).to_have_text(
        ["Room 40", "Room 41", "Room 42", "Room 43"]
    )
    bruno.page.locator("#find-field").fill("eve ol")
    expect(bruno.page.locator("#rooms li:visible")).to_have_count(0)
    expect(bruno.page.locator("#find-found")).to_contain_text("Create a room")
    bruno.page.locator("#find-field").fill("ave")
    bruno.page.locator("#find-field").fill("avi")
    expect(bruno.page.locator("#find-found li bdi")).to_have_text(["Aviary"])
    bruno.page.locator("#find-field").fill("éve")
    expect(bruno.page.locator("#find-found li a")).to_have_attribute("href", "/people/eve/")
    press(bruno, "Enter")
    expect(bruno.page).to_have_url(f"{bruno.url}/people/eve/")


def test_escape_ends_finding_and_returns_to_the_message(person):
    bruno = person("bruno")
    bruno.goto("/rooms/room-01/")
    press(bruno, "Control+k")
    bruno.page.keyboard.type("43")
    expect(bruno.page.locator("#rooms li:visible")).to_have_count(1)
    press(bruno, "Escape")
    expect(bruno.page.locator("#rooms li:visible")).to_have_count(43)
    expect(bruno.composer).to_be_focused()
    assert bruno.page.locator("#find-field").input_value() == ""


def test_enter_goes_to_the_first_room_that_is_found(person):
    bruno = person("bruno")
    bruno.goto("/search/")
    press(bruno, "Control+k")
    bruno.page.keyboard.type("room 17")
    expect(bruno.page.locator("#rooms li:visible")).to_have_count(1)
    press(bruno, "Enter")
    expect(bruno.page).to_have_url(f"{bruno.url}/rooms/room-17/")


def test_keys_lead_to_the_next_and_previous_room_with_something_new(person):
    bruno = person("bruno")
    bruno.goto("/rooms/room-20/")
    press(bruno, "Alt+ArrowDown")
    expect(bruno.page).to_have_url(re.compile("room-38"))
    bruno.goto("/rooms/room-20/")
    press(bruno, "Alt+ArrowUp")
    expect(bruno.page).to_have_url(re.compile("room-05"))


def test_keys_do_not_steal_from_a_text(person):
    bruno = person("bruno")
    bruno.goto("/rooms/room-20/")
    bruno.write("why?")
    press(bruno, "Alt+ArrowDown")
    press(bruno, "?")
    assert bruno.composer.input_value() == "why??"
    expect(bruno.page).to_have_url(f"{bruno.url}/rooms/room-20/")
    bruno.composer.fill("")


def test_a_question_mark_outside_fields_lists_the_keys(person):
    bruno = person("bruno")
    bruno.goto("/rooms/room-20/")
    bruno.page.evaluate("document.activeElement.blur()")
    press(bruno, "?")
    expect(bruno.page).to_have_url(f"{bruno.url}/help/keys/")
    expect(bruno.page.locator("#main kbd").first).to_be_visible()


def test_the_question_mark_can_be_turned_off_on_a_device(person):
    bruno = person("bruno")
    for is_off in (True, False):
        bruno.goto("/help/keys/")
        switch = bruno.page.get_by_label("Turn off the ? key")
        expect(switch).to_be_checked(checked=not is_off)
        switch.click()
        bruno.goto("/search/")
        bruno.page.locator("h1").click()
        bruno.page.evaluate("document.activeElement.blur()")
        press(bruno, "?")
        press(bruno, "Control+k")  # works with its modifier whatever was chosen
        if is_off:
            expect(bruno.page.locator("#find-field")).to_be_focused()
            assert bruno.page.url == f"{bruno.url}/search/"
        else:
            expect(bruno.page).to_have_url(f"{bruno.url}/help/keys/")


def test_without_scripts_the_field_leads_to_a_page(person):
    bruno = person("bruno", javascript=False)
    bruno.goto("/rooms/room-01/")
    bruno.page.locator("#find-field").fill("avi")
    bruno.page.locator("#find-field").press("Enter")
    expect(bruno.page.locator("#main .found li bdi")).to_have_text(["Aviary"])


def test_a_narrow_screen_opens_the_list_to_find(person):
    bruno = person("bruno", width=390)
    bruno.goto("/rooms/room-30/")
    press(bruno, "Control+k")
    expect(bruno.page.locator("#find-field")).to_be_focused()
    bruno.page.keyboard.type("room 31")
    press(bruno, "Enter")
    expect(bruno.page).to_have_url(f"{bruno.url}/rooms/room-31/")
