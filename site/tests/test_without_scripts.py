"""A conversation of two users whose browsers run no scripts, with links and forms only."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def plainly(person):
    """Return a function that opens a browser whose user has chosen plain pages."""

    def enter(name):
        someone = person(name, javascript=False)
        choice = {"name": "reading", "value": "plain", "url": someone.url}
        someone.context.add_cookies([choice])
        return someone

    return enter


@pytest.fixture
def ana(plainly):
    return plainly("ana")


@pytest.fixture
def bruno(plainly):
    return plainly("bruno")


@pytest.fixture
def room(meet, ana, bruno):
    """The path of a room that Ana and Bruno have open."""
    path = meet(ana, bruno)
    ana.goto(path)
    return path


def test_two_people_talk_by_forms(room, ana, bruno):
    ana.post("Hello, Bruno")
    bruno.goto(room)
    bruno.post("Hello, Ana")
    bruno.sees("Hello, Bruno", "Hello, Ana")
    ana.goto(room)
    ana.sees("Hello, Bruno", "Hello, Ana")


def test_a_message_is_edited_on_a_page_of_its_own(room, ana, bruno):
    ana.post("Helo")
    ana.choose("Helo", "Edit")
    form = ana.page.locator("main form:has([name=body])")
    expect(form.locator("[name=body]")).to_have_value("Helo")
    form.locator("[name=body]").fill("Hello")
    form.locator("button").first.click()
    expect(ana.message("Hello")).to_contain_text("edited")
    bruno.goto(room)
    bruno.sees("Hello")


def test_a_message_is_deleted_after_a_question(room, ana, bruno):
    ana.post("Goes away")
    ana.choose("Goes away", "Delete")
    ana.page.locator("main form button").first.click()
    bruno.goto(room)
    bruno.sees("This message was deleted.")


def test_controls_that_do_not_apply_are_left_out(room, ana, bruno):
    ana.post("Mine")
    bruno.goto(room)
    assert bruno.message("Mine").get_by_text("Edit", exact=True).count() == 0
    assert bruno.message("Mine").get_by_text("Delete", exact=True).count() == 0


def test_what_is_refused_comes_back_with_a_sentence(room, ana):
    ana.forgive("422")
    ana.composer.fill("x" * 8000)
    ana.page.locator("#compose [name=nonce]").evaluate("field => field.value = 'n'.repeat(65)")
    ana.page.locator("#compose button").first.click()
    expect(ana.composer).to_have_value("x" * 8000)


def test_a_post_without_scripts_appears_live_for_the_others(room, ana, person):
    live = person("bruno")
    live.goto(room)
    live.is_connected()
    ana.post("From a plain form")
    live.sees("From a plain form")


def test_the_list_of_rooms_marks_what_is_unread(room, ana, bruno):
    ana.post("For Bruno")
    bruno.goto("/")
    mark = bruno.page.locator(f"#sidebar li:has(a[href='{room}']) .unread")
    expect(mark).not_to_have_text("")
    bruno.goto(room)
    bruno.goto("/")
    expect(mark).to_have_text("")
