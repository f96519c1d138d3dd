"""Finding or creating a room from our own forms: a name near another's is asked about first."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def ana(person, server):
    """Ana, who has made the room "Book club"."""
    ana = person("ana")
    ana.join_or_create("Book club")
    return ana


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("address", ["/", "/rooms/"])
def test_a_near_name_is_asked_about_and_makes_no_room(ana, person, address, javascript):
    bruno = person("bruno", javascript)
    bruno.goto(address)
    field = bruno.page.locator("form[action='/rooms/'] [name=name]")
    field.fill("book")
    field.press("Enter")
    expect(bruno.page).to_have_url(f"{bruno.url}/rooms/new/?name=book&kind=open")
    expect(bruno.page.locator("#near bdi").first).to_have_text("Book club")
    bruno.goto("/rooms/?q=book")
    expect(bruno.page.locator("#directory .list-text > a")).to_have_text(["Book club"])


@pytest.mark.parametrize("javascript", [True, False])
def test_a_new_name_makes_a_room_and_opens_it(person, javascript):
    bruno, name = person("bruno", javascript), "Garden" if javascript else "Cellar"
    bruno.goto("/")
    field = bruno.page.locator("form[action='/rooms/'] [name=name]").first
    field.fill(name)
    field.press("Enter")
    bruno.page.wait_for_url(f"**/rooms/{name.lower()}/", wait_until="domcontentloaded")
    expect(bruno.page.locator("#room-header")).to_contain_text(name)
