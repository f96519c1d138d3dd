"""Being called, in real Firefox with scripts: the number of the room, the title and the icon."""

import time

import pytest

from .firefox import Firefox

pytestmark = pytest.mark.browser


@pytest.fixture
def bruno(server, tmp_path):
    """Bruno's Firefox, with the Parlour open."""
    firefox = Firefox(tmp_path, javascript=True)
    firefox.log_in(server.url, "bruno")
    firefox.goto(f"{server.url}/rooms/parlour/")
    firefox.find("title[data-calls]")  # the script has run, so the page is live
    yield firefox
    firefox.quit()


def title(firefox):
    return firefox.command("WebDriver:GetTitle")["value"]


def test_a_call_moves_the_number_the_title_and_the_icon(bruno, person):
    ana = person("ana")
    ana.goto("/rooms/library/")
    ana.is_connected()
    assert title(bruno) == "Parlour · Casa"
    ana.say("are you there, @bruno?")
    bruno.find("#sidebar a[href='/rooms/library/'] .unread-calls[data-calls='1']")
    bruno.find("link[rel=icon][href*='icon-dot']")
    ends = time.monotonic() + 20
    while title(bruno) != "(1) Parlour · Casa" and time.monotonic() < ends:
        time.sleep(0.1)
    assert title(bruno) == "(1) Parlour · Casa"
