"""The list of 43 rooms in Firefox, with scripts and without."""

import pytest

from .firefox import Firefox
from .test_list_of_rooms import server  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture
def bruno(server, tmp_path, request):  # noqa: F811
    """Bruno's Firefox."""
    firefox = Firefox(tmp_path, javascript=getattr(request, "param", True))
    firefox.log_in(server.url, "bruno")
    yield firefox
    firefox.quit()


@pytest.mark.parametrize("bruno", [True, False], indirect=True)
def test_the_current_room_is_in_view_in_firefox(bruno, server):  # noqa: F811
    for number in ("01", "22", "43"):
        bruno.goto(f"{server.url}/rooms/room-{number}/")
        current = bruno.rectangle("#rooms [aria-current=page]")
        around = bruno.rectangle("#room-list")
        assert current["y"] >= around["y"], number
        assert current["y"] + current["height"] <= around["y"] + around["height"], number


def test_the_list_keeps_its_place_and_is_filtered_in_firefox(bruno, server):  # noqa: F811
    bruno.goto(f"{server.url}/rooms/room-01/")
    bruno.find("title[data-calls]")  # the scripts have run
    bruno.evaluate("() => { document.getElementById('room-list').scrollTop = 400 }")
    bruno.goto(f"{server.url}/rooms/room-20/")
    bruno.find("title[data-calls]")
    assert bruno.evaluate("() => document.getElementById('room-list').scrollTop") == 400
    bruno.fill("#find-field", "ROOM 4")
    bruno.find("#rooms li[hidden]")
    found = bruno.texts("#rooms li bdi")
    assert found == ["Room 40", "Room 41", "Room 42", "Room 43"]
