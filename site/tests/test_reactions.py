"""Reacting in Chromium, with scripts and without, between two people; what screen readers get."""

import pytest
from playwright.sync_api import expect

from .test_accessibility import faults_of

pytestmark = pytest.mark.browser

KINDS = "👍🎉🙏😂😮😢🔥🚀👀💯✅☕🍪🎂🥳🤔👏🙌💡🌈"
ARABIC = "مرحبا بالجميع، نلتقي يوم الخميس"


@pytest.fixture
def ana(person):
    return person("ana")


@pytest.fixture
def room(ana, meet):
    """The path of a room with a message of Ana's."""
    path = meet(ana)
    ana.is_connected()
    ana.say("Lunch?")
    return path


@pytest.fixture
def bruno(person, room):
    return enter(person("bruno"), room)


def enter(someone, room):
    """Join the room; Bruno sees it with its messages."""
    someone.goto(room)
    someone.page.get_by_role("button", name="Join room").click()
    someone.is_connected()
    return someone


def chips(someone, text="Lunch?"):
    return someone.message(text).locator(".reactions [data-by] > :visible")


def press_thumb(someone, text="Lunch?"):
    someone.message(text).hover()
    someone.message(text).locator(".menu input[value='👍']").click()


def shows(someone, *labels, text="Lunch?"):
    """Wait until the message has exactly these chips; one's own end in "*"."""
    expect(chips(someone, text)).to_have_count(len(labels))
    for chip, label in zip(chips(someone, text).all(), labels, strict=True):
        expect(chip).to_have_value(label.rstrip("*"))
        assert (chip.get_attribute("aria-pressed") == "true") == label.endswith("*")


def test_two_people_react_and_take_back_without_a_page_load(ana, bruno):
    bruno.page.evaluate("window.kept = 1")
    press_thumb(bruno)
    shows(bruno, "👍 1*")
    shows(ana, "👍 1")
    chips(ana).first.click()
    shows(ana, "👍 2*")
    shows(bruno, "👍 2*")
    chips(bruno).first.click()
    shows(ana, "👍 1*")
    shows(bruno, "👍 1")
    assert bruno.page.evaluate("window.kept") == 1
    assert bruno.message("Lunch?").locator(".message-edited").count() == 0


def test_any_emoji_is_found_in_place_and_chosen_with_the_keyboard(ana, bruno):
    bruno.choose("Lunch?", "React")
    field = bruno.page.locator(".reactions-search input")
    field.press_sequentially("pizza")
    button = bruno.page.get_by_role("button", name="🍕 pizza")
    button.focus()
    button.press("Enter")
    shows(bruno, "🍕 1*")
    shows(ana, "🍕 1")


def test_escape_leaves_and_a_push_does_not_take_the_choice_away(ana, bruno):
    bruno.choose("Lunch?", "React")
    field = bruno.page.locator(".reactions-search input")
    press_thumb(ana)
    shows(ana, "👍 1*")
    expect(field).to_be_visible()
    field.press("Escape")
    expect(field).to_have_count(0)
    shows(bruno, "👍 1")


def test_who_reacted_is_shown_in_place(ana, bruno):
    press_thumb(ana)
    shows(bruno, "👍 1")
    bruno.message("Lunch?").get_by_role("button", name="Who reacted").click()
    people = bruno.page.get_by_role("list", name="thumbs up: 1 person")
    expect(people.get_by_role("listitem")).to_have_text(["ana"])


def test_what_is_refused_is_said_above_the_composer(ana, bruno):
    press_thumb(ana)
    button = chips(bruno).first
    button.evaluate("button => button.name = button.name.replace('👍', 'nonsense')")
    button.click()
    expect(bruno.page.locator("#act-errors")).to_have_text("Choose one emoji.")
    shows(bruno, "👍 1")


def test_without_scripts_one_click_reacts_and_leads_back(ana, room, person, bruno):
    press_thumb(ana)
    shows(ana, "👍 1*")
    plain = person("bruno", javascript=False)
    plain.read_plainly(room)
    requests = []
    plain.page.on("request", lambda request: requests.append(request.method))
    chips(plain).first.click()
    shows(plain, "👍 2*")
    assert requests.count("POST") == 1
    shows(ana, "👍 2*")
    chips(plain).first.click()
    shows(ana, "👍 1*")


def test_without_scripts_the_first_reaction_takes_one_click_too(ana, room, person, bruno):
    plain = person("bruno", javascript=False)
    plain.read_plainly(room)
    press_thumb(plain)
    shows(plain, "👍 1*")
    shows(ana, "👍 1")


def test_without_scripts_an_emoji_is_found_on_a_page(ana, room, person, bruno):
    plain = person("bruno", javascript=False)
    plain.read_plainly(room)
    plain.choose("Lunch?", "React")
    plain.page.get_by_role("searchbox", name="Emoji, its name or a word").fill("pizza")
    plain.page.locator(".reactions-search button").click()
    plain.page.get_by_role("button", name="🍕 pizza").click()
    shows(plain, "🍕 1*")
    shows(ana, "🍕 1")


def test_the_live_frame_reacts_in_one_click_and_shows_it(ana, room, person, bruno):
    press_thumb(ana)
    plain = person("bruno", javascript=False)
    plain.page.goto(plain.url + room + "?reading=live", wait_until="commit")
    frame = plain.page.frame_locator("#live")
    chip = frame.locator(".reactions [data-by] > :visible").filter(visible=True).last
    expect(chip).to_have_value("👍 1")
    chip.click(no_wait_after=True)
    shows(ana, "👍 2*")
    mine = frame.locator(".reactions .by-me").filter(visible=True).last
    expect(mine).to_have_value("👍 2")
    assert plain.page.url.startswith(plain.url + room)


def tree(someone):
    """Return (role, name, pressed) of what screen readers get."""
    return [
        (
            node["role"]["value"],
            node.get("name", {}).get("value", ""),
            next((x["value"]["value"] for x in node["properties"] if x["name"] == "pressed"), None),
        )
        for node in someone.heard
    ]


def test_a_screen_reader_gets_one_named_button_for_each_emoji(ana, bruno):
    press_thumb(ana)
    press_thumb(bruno)
    shows(bruno, "👍 2*")
    nodes = tree(bruno)
    assert ("group", "Reactions", None) in nodes
    assert [node for node in nodes if "thumbs up" in node[1]] == [
        ("button", "thumbs up: 2 people", "true")
    ]
    assert ("button", "Who reacted", None) in nodes


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_reactions_and_in_choosing(ana, bruno, scheme):
    press_thumb(ana)
    press_thumb(bruno)
    shows(bruno, "👍 2*")
    bruno.page.emulate_media(color_scheme=scheme)
    assert faults_of(bruno.page) == []
    bruno.choose("Lunch?", "React")
    bruno.page.locator(".reactions-search input").fill("heart")
    expect(bruno.page.locator(".reactions-found [type=submit]").first).to_be_visible()
    assert faults_of(bruno.page) == []


def test_who_cannot_post_sees_the_counts_and_no_buttons(ana, room, person):
    press_thumb(ana)
    shows(ana, "👍 1*")
    eve = person("eve")
    eve.goto(room)
    expect(chips(eve)).to_have_text(["👍 1"])
    assert eve.message("Lunch?").locator("input:visible").count() == 0


def test_twenty_kinds_fit_in_320_pixels_beside_a_text_from_right_to_left(ana, bruno, room, person):
    ana.say(ARABIC)
    expect(bruno.message(ARABIC)).to_be_visible()
    for number, emoji in enumerate(KINDS):
        someone = (ana, bruno)[number % 2]
        act(someone, ARABIC, emoji)
        for page in (ana, bruno):  # whose buttons the change replaces
            expect(chips(page, ARABIC)).to_have_count(number + 1)
    phone = person("bruno", width=320)
    phone.goto(room)
    phone.is_connected()
    expect(chips(phone, ARABIC)).to_have_count(20)
    boxes = [chip.bounding_box() for chip in chips(phone, ARABIC).all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 320 for box in boxes)
    assert min(min(box["height"], box["width"]) for box in boxes) >= 24
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 320


def act(someone, text, emoji):
    """React with any emoji as a button of the message would."""
    thumb = someone.message(text).locator(".menu input[value='👍']")
    thumb.evaluate("(button, emoji) => { button.name = button.name.replace('👍', emoji) }", emoji)
    someone.message(text).hover()
    thumb.click()
