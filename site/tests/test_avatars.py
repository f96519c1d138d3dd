"""Pictures of people in real browsers: uploaded with and without scripts, and shown to others."""

import pytest
from PIL import Image
from playwright.sync_api import expect

from .terminals import Lynx, W3m

pytestmark = pytest.mark.browser


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "me.jpg"
    Image.new("RGB", (400, 300), "teal").save(path)
    return path


def upload(someone, path):
    someone.goto("/profile/")
    form = someone.page.locator("#avatar form[enctype]")
    form.locator("[name=avatar]").set_input_files(path)
    form.locator("button").click()
    expect(someone.page.locator(".alert-success")).to_be_visible()


def remove(someone):
    someone.goto("/profile/")
    someone.page.locator("form[action$='/avatar/remove/'] button").click()
    expect(someone.page.locator("#avatar img")).to_have_count(0)


def is_drawn(image):
    """Wait until the browser has decoded the picture."""
    image.scroll_into_view_if_needed()
    handle = image.element_handle()
    image.page.wait_for_function("image => image.complete && image.naturalWidth == 96", arg=handle)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_picture_is_uploaded_shown_and_removed(person, photo, javascript):
    bruno = person("bruno", javascript)
    upload(bruno, photo)
    shown = bruno.page.locator("#avatar img.avatar")
    expect(shown).to_have_css("width", "72px")
    if javascript:
        is_drawn(shown)
    remove(bruno)


def test_another_page_shows_a_new_picture_at_once_and_its_messages(person, meet, photo):
    ana, bruno = person("ana", width=1280), person("bruno")
    path = meet(ana, bruno)
    for someone in (ana, bruno):
        someone.goto(f"{path}#about")
        someone.is_connected()
    row = ana.page.locator("#people li", has_text="bruno")
    expect(row.locator("[data-initial]")).to_be_visible()
    profile = bruno.new_page()
    room, bruno.page = bruno.page, profile
    upload(bruno, photo)
    is_drawn(row.locator("img.avatar"))
    bruno.page = room
    bruno.say("Now you see me")
    is_drawn(ana.message("Now you see me").locator("img.avatar"))
    before = row.locator("img").get_attribute("src")
    bruno.page = profile
    upload(bruno, photo)
    expect(row.locator("img.avatar")).not_to_have_attribute("src", before)
    remove(bruno)
    expect(row.locator("[data-initial]")).to_be_visible()
    # The picture that it still shows is gone: what names do until the next load.
    ana.forgive("404")
    ana.goto(path)
    expect(ana.message("Now you see me").locator("[data-initial]")).to_be_visible()


def test_a_picture_moves_nothing(person, meet, photo):
    ana = person("ana")
    path = meet(ana)
    ana.goto(path)
    ana.say("Here")
    boxes = []
    for act in (remove if ana.page.locator("img.avatar").count() else None, upload):
        if act is upload:
            upload(ana, photo)
        ana.goto(path)
        boxes.append(ana.message("Here").bounding_box()["height"])
    assert boxes[0] == boxes[1]
    remove(ana)


@pytest.mark.parametrize("browser_class", [W3m, Lynx])
def test_a_text_browser_shows_nothing_odd_beside_a_name(
    terminal, person, server, photo, browser_class
):
    bruno = person("bruno")
    upload(bruno, photo)
    browser = terminal(browser_class)
    browser.log_in(server.url, "ana", to="/people/")
    browser.shows("@bruno")
    assert not [line for line in browser.screen.splitlines() if "webp" in line or "[img" in line]
    remove(bruno)


def test_a_picture_is_uploaded_with_w3m(terminal, person, server, photo):
    w3m = terminal(W3m)
    w3m.log_in(server.url, "eve", to="/profile/")
    w3m.find("Your picture")
    w3m.fill("^ *Picture", str(photo), prompt="Filename:")
    w3m.press("Tab", "Enter")
    w3m.shows("Picture saved")
    eve = person("eve")
    eve.goto("/profile/")
    is_drawn(eve.page.locator("#avatar img.avatar"))
