"""The menu of a message: a bar on hover and focus, one "⋯" on touch, with scripts or without."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
WORDS = ["React", "Reply", "Copy link", "Mark unread", "Edit", "Delete"]


@pytest.fixture
def ana(person, meet):
    """Ana, in a room with a message of hers."""
    ana = person("ana")
    meet(ana)
    ana.say("Hello")
    return ana


@pytest.fixture
def phone(browser, ana):
    """The same room on a phone, without a pointer that hovers."""

    def opened(scripts):
        context = browser.new_context(
            viewport={"width": 390, "height": 800},
            has_touch=True,
            is_mobile=True,
            java_script_enabled=scripts,
            storage_state=ana.context.storage_state(),
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(ana.page.url + "?reading=plain")
        return page

    contexts = []
    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_on_touch_one_button_opens_the_list(phone, scripts):
    page = phone(scripts)
    menu = page.locator(".message > .menu")
    expect(menu.locator("a").first).to_be_hidden()
    menu.locator("summary").tap()
    shown = [link for link in menu.locator("a").all() if link.is_visible()]
    assert [link.inner_text() for link in shown] == WORDS
    page.touchscreen.tap(100, 100)  # beside the list
    expect(menu.locator("a").first).to_be_hidden()


def test_a_pointer_and_the_keyboard_show_a_bar(ana):
    menu = ana.page.locator(".message > .menu")
    ana.page.mouse.move(5, 5)
    expect(menu).to_have_css("opacity", "0")
    ana.message("Hello").hover()
    expect(menu).to_have_css("opacity", "1")
    ana.page.mouse.move(5, 5)
    ana.message("Hello").locator(".message-time").focus()
    expect(menu).to_have_css("opacity", "1")
    expect(menu.locator("summary")).to_be_hidden()
    expect(menu.get_by_text("Delete", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_whole_bar_is_in_the_window(ana, width):
    ana.page.set_viewport_size({"width": width, "height": 800})
    ana.message("Hello").hover()
    items = ana.message("Hello").locator(".menu-items :is(a, button)").filter(visible=True)
    boxes = [item.bounding_box() for item in items.all()]
    assert len(boxes) >= len(WORDS)
    assert all(0 <= box["x"] < box["x"] + box["width"] <= width for box in boxes)
    assert len({round(box["y"]) for box in boxes}) == 1  # one line: two would cover the message


def test_the_bar_leaves_with_the_pointer_after_a_button_was_clicked(ana):
    menu = ana.page.locator(".message > .menu")
    ana.message("Hello").hover()
    menu.locator("[name^='save:']").click()
    expect(ana.page.locator("#later-said")).not_to_be_empty()
    ana.page.mouse.move(5, 5)
    expect(menu).to_have_css("opacity", "0")


def test_the_pointer_tints_the_message_without_the_line_of_its_day(ana):
    def strip(place):
        """A picture of the left end of a part, where no bar lies on it."""
        box = ana.page.locator(f".message {place}").bounding_box()
        return ana.page.screenshot(clip=box | {"width": 60})

    ana.page.mouse.move(5, 5)
    day, body = strip(".message-day"), strip(".message-body")
    ana.message("Hello").locator(".message-body").hover()
    expect(ana.message("Hello").locator(".menu")).to_have_css("opacity", "1")
    assert (strip(".message-day") == day, strip(".message-body") == body) == (True, False)


def test_a_link_is_copied_and_says_so(ana):
    ana.context.grant_permissions(["clipboard-read", "clipboard-write"])
    address = ana.page.url
    ana.message("Hello").hover()
    link = ana.message("Hello").locator("[data-copy]")
    link.click()
    expect(link).to_have_text("Copied")
    assert ana.page.evaluate("navigator.clipboard.readText()") == link.evaluate("a => a.href")
    assert ana.page.url == address
    expect(link).to_have_text("Copy link")


def names_heard(someone):
    """Return (role, name) of what screen readers get, if it has a name."""
    nodes = [node for node in someone.heard if "name" in node]
    return [(node["role"]["value"], node["name"]["value"]) for node in nodes]


def test_screen_readers_find_the_controls_of_messages_that_are_out_of_view(ana):
    ana.goto("/rooms/library/")
    ana.is_connected()
    links = [name for role, name in names_heard(ana) if role == "link"]
    copies = [name for name in links if name.startswith("Copy link:")]
    assert len(copies) == ana.page.locator("#scroller .message").count() >= 50


def test_screen_readers_hear_whose_message_it_is_and_what_each_control_acts_on(ana):
    names = names_heard(ana)
    time = ana.message("Hello").locator(".message-time").inner_text()
    assert ("article", f"Ana, {time}") in names or ("article", f"ana, {time}") in names
    assert ("heading", "Today") in names
    assert ("log", "Messages") in names
    links = [name for role, name in names if role == "link"]
    assert any(name.lower() == "delete message by ana" for name in links)
