"""In real Chromium, people and rooms are completed while their names are typed."""

import pytest
from playwright.sync_api import expect

from .test_accessibility import faults_of

pytestmark = pytest.mark.browser


@pytest.fixture
def ana(person, meet):
    """Ana, with a live page of a room of hers and Bruno's."""
    ana, bruno = person("ana"), person("bruno")
    ana.room = meet(ana, bruno)
    ana.goto(ana.room)
    ana.is_connected()
    return ana


@pytest.fixture
def options(ana):
    return ana.page.locator(".composer-box [role=option]")


def test_a_person_is_chosen_with_the_keyboard_and_enter_then_sends(ana, options):
    ana.write("Hello @")
    expect(options).to_have_count(2)
    expect(options.first).to_have_attribute("aria-selected", "true")
    ana.composer.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    chosen = options.nth(1).get_attribute("id")
    expect(ana.composer).to_have_attribute("aria-activedescendant", chosen)
    ana.composer.press("ArrowUp")
    ana.composer.press("Enter")
    expect(ana.composer).to_have_value("Hello @bruno ")
    expect(options).to_have_count(0)
    ana.composer.press("Enter")
    ana.sees("Hello @bruno")


def test_tab_chooses_escape_closes_and_a_click_chooses(ana, options):
    ana.write("#Lib")
    expect(options).to_have_count(1)
    ana.composer.press("Tab")
    expect(ana.composer).to_have_value("#Library ")
    expect(ana.composer).to_be_focused()
    ana.write("@bru")
    expect(options).to_have_count(1)
    ana.composer.press("Escape")
    expect(options).to_have_count(0)
    ana.write("n")
    options.first.click()
    expect(ana.composer).to_have_value("#Library @bruno ")
    expect(ana.composer).to_be_focused()


def test_a_name_that_is_typed_to_its_end_is_sent_at_once(ana, options):
    ana.write("I ask @bruno")
    expect(options).to_have_count(1)
    ana.composer.press("Enter")
    ana.sees("I ask @bruno")


def test_keys_that_come_at_once_are_for_the_word_that_is_being_typed(ana, options):
    ana.write("@bru")
    expect(options).to_have_count(1)
    ana.composer.evaluate(
        """field => { for (const key of ["Tab", "Tab", "ArrowDown"]) field.dispatchEvent(
            new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true})) }"""
    )
    expect(options).to_have_count(0)
    expect(ana.composer).to_have_value("@bruno ")
    ana.write("@")
    expect(options).to_have_count(2)
    ana.composer.press("ArrowLeft")  # out of the word, whose list is still shown
    options.first.click()
    expect(options).to_have_count(0)
    expect(ana.composer).to_have_value("@bruno @")


def test_enter_sends_a_word_that_goes_on_before_its_list_is_there(ana, options):
    ana.write("are you there, @bru")
    expect(options).to_have_count(1)
    ana.page.route("**/complete/**", lambda _route: None)  # the answer does not come
    ana.write("?")
    ana.composer.press("Enter")
    expect(ana.bodies.last).to_have_text("are you there, @bru?")


def test_an_input_method_keeps_its_keys_and_its_word_is_completed(ana, options):
    session = ana.context.new_cdp_session(ana.page)
    ana.write("@")  # loads what completes
    expect(options).to_have_count(2)
    ana.composer.press("Backspace")
    expect(options).to_have_count(0)  # the key is dealt with: nobody composes that soon
    for text in ("@b", "@br"):
        session.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": 3, "selectionEnd": 3}
        )
    expect(options).to_have_count(0)
    session.send("Input.insertText", {"text": "@br"})
    expect(options).to_have_count(1)
    for key in ("Enter", "ArrowDown", "Tab"):
        assert ana.composer.evaluate(
            """(field, key) => field.dispatchEvent(new KeyboardEvent("keydown",
                {key, keyCode: 229, bubbles: true, cancelable: true}))""",
            key,
        )
    expect(ana.composer).to_have_value("@br")


def test_a_message_that_is_edited_is_completed_too(ana):
    ana.say("Hello")
    ana.composer.press("ArrowUp")
    field = ana.page.locator("#messages textarea")
    field.press("End")
    field.press_sequentially(" @bru")
    expect(ana.page.locator("#messages [role=option]")).to_have_count(1)
    field.press("Enter")
    expect(field).to_have_value("Hello @bruno ")
    field.press("Enter")
    ana.sees("Hello @bruno")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_list(ana, options, scheme):
    ana.page.emulate_media(color_scheme=scheme)
    ana.write("Hello @")
    expect(options).to_have_count(2)
    assert faults_of(ana.page) == []
