"""In real browsers: commands are completed, done and refused where they are typed."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def ana(person, meet):
    """Ana, with a live page of a room of hers and Bruno's."""
    ana, bruno = person("ana"), person("bruno")
    ana.room = meet(ana, bruno)
    ana.goto(ana.room)
    ana.is_connected()
    return ana


def test_a_command_is_completed_at_the_beginning_only(ana):
    options = ana.page.locator(".composer-box [role=option]")
    ana.write("/sh")
    expect(options).to_have_count(1)
    ana.composer.press("Tab")
    expect(ana.composer).to_have_value("/shrug ")
    ana.composer.fill("")
    ana.write("not /sh")
    expect(options).to_have_count(0)


def test_an_action_is_shown_as_one(ana):
    ana.write("/me waves")
    ana.composer.press("Enter")
    body = ana.page.locator(".message-body").last
    expect(body).to_have_text("ana waves")
    expect(ana.composer).to_have_value("")


def test_what_a_command_did_is_said_and_the_composer_is_empty(ana):
    ana.write("/remind in 20 minutes Call Bruno")
    ana.composer.press("Enter")
    expect(ana.page.locator("#done")).to_contain_text("Saved for later. Your reminder comes")
    expect(ana.composer).to_have_value("")


def test_an_unknown_one_comes_back_with_a_sentence(ana):
    ana.write("/foo bar")
    ana.composer.press("Enter")
    expect(ana.page.locator("#compose-errors")).to_contain_text("There is no command /foo")
    expect(ana.composer).to_have_value("/foo bar")
    ana.composer.fill(" /foo bar")
    ana.composer.press("Enter")
    ana.sees("/foo bar")
