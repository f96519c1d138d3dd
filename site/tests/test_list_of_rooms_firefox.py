"""The list of 43 rooms in Firefox without scripts."""

import pytest

from .firefox import Firefox
from .test_list_of_rooms import server  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture
def firefox(tmp_path):
    firefox = Firefox(tmp_path)
    yield firefox
    firefox.quit()


def test_the_current_room_is_in_view_in_firefox(firefox, server):  # noqa: F811
    firefox.goto(f"{server.url}/accounts/login/")
    firefox.fill("[name=login]", "bruno")
    firefox.fill("[name=password]", "correct horse")
    with firefox.new_page():
        firefox.click("form:has([name=login]) .button-primary")
    for number in ("01", "22", "43"):
        firefox.goto(f"{server.url}/rooms/room-{number}/")
        box, around = (
            firefox.command("WebDriver:GetElementRect", id=firefox.find(selector))
            for selector in ("#rooms [aria-current=page]", "#room-list")
        )
        assert box["y"] >= around["y"], number
        assert box["y"] + box["height"] <= around["y"] + around["height"], number
