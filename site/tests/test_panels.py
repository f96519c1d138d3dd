"""The panels around a room in real Chromium: the list of rooms, what there is to know, the menu."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PHONE, DESKTOP = 390, 1280
PARLOUR = "/rooms/parlour/"


@pytest.mark.parametrize("path", [PARLOUR, "/profile/"])
@pytest.mark.parametrize("javascript", [True, False])
def test_back_does_not_reopen_the_list_of_rooms(person, javascript, path):
    ana = person("ana", javascript, width=PHONE)
    ana.goto("/rooms/library/?reading=plain")
    ana.goto(path)
    sidebar = ana.page.locator("#sidebar")
    expect(sidebar).to_be_hidden()
    ana.page.get_by_role("button", name="Your rooms").click()
    expect(sidebar).to_be_visible()
    sidebar.get_by_role("button", name="Close").click()
    expect(sidebar).to_be_hidden()
    ana.page.go_back(wait_until="commit")
    expect(ana.page).to_have_url(f"{ana.url}/rooms/library/?reading=plain")
    expect(sidebar).to_be_hidden()


def test_escape_closes_the_list_of_rooms(person):
    ana = person("ana", width=PHONE)
    ana.goto(PARLOUR)
    ana.page.get_by_role("button", name="Your rooms").click()
    ana.page.keyboard.press("Escape")
    expect(ana.page.locator("#sidebar")).to_be_hidden()


def test_what_there_is_to_know_of_a_room_is_remembered(person):
    ana = person("ana", width=DESKTOP)
    ana.goto(PARLOUR)
    ana.is_connected()
    about = ana.page.locator("#about")
    for is_open in (True, False):
        ana.page.locator(".room-tools a[href='#about']").click()
        expect(about).to_be_visible(visible=is_open)
        ana.goto("/rooms/library/")
        expect(about).to_be_visible(visible=is_open)
        ana.is_connected()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_back_does_not_reopen_what_there_is_to_know(person, width):
    ana = person("ana", width=width)
    ana.goto("/profile/")
    ana.goto(PARLOUR)
    ana.is_connected()
    ana.page.locator("#room-header a[href='#about']").click()
    ana.page.locator("#about").get_by_role("link", name="Close").click()
    expect(ana.page.locator("#about")).to_be_hidden()
    ana.page.go_back()
    expect(ana.page.locator("#about:visible")).to_have_count(0)


def test_it_opens_without_scripts_too(person):
    ana = person("ana", javascript=False, width=DESKTOP)
    ana.goto(PARLOUR)
    ana.page.locator("#room-header a[href='#about']").click()
    expect(ana.page.locator("#about")).to_be_visible()


def test_the_menu_closes_by_escape_and_by_a_press_elsewhere(person):
    ana = person("ana", width=DESKTOP)
    ana.goto(PARLOUR)
    ana.is_connected()
    menu = ana.page.locator(".room-tools .menu")
    for close in (lambda: ana.page.keyboard.press("Escape"), ana.page.locator("#messages").click):
        menu.locator("summary").click()
        expect(menu.get_by_text("Settings")).to_be_visible()
        close()
        expect(menu.get_by_text("Settings")).to_be_hidden()


def test_the_name_of_a_room_gives_way_to_its_tools(person):
    ana = person("ana", width=320)
    ana.goto(PARLOUR)
    for name in ("Your rooms", "More about this room"):
        tool = ana.page.locator(".room-bar .tool:visible", has_text=name)
        expect(tool).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("path", ["/rooms/parlour/settings/", "/profile/", "/workspace/"])
def test_no_tab_is_cut_off_on_a_phone(person, path):
    ana = person("ana", width=320)
    ana.goto(path)
    for tab in ana.page.locator(".tabs a").all():
        expect(tab).to_be_in_viewport(ratio=1)
