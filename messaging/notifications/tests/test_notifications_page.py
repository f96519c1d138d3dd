"""The page of notification settings."""

import pytest

pytestmark = pytest.mark.django_db


def test_it_lists_the_level_of_each_room(client_of, lobby, den, bruno, page):
    soup = page(client_of(bruno).get("/notifications/"))
    links = [link["href"] for link in soup.select("#in-rooms ~ .list a")]
    assert links == ["/rooms/den/notifications/", "/rooms/lobby/notifications/"]
    levels = {text.get_text(strip=True) for text in soup.select("#in-rooms ~ .list .list-help")}
    assert levels == {"Only mentions of me"}


def test_the_switches_of_the_device_need_scripts(client_of, bruno, page):
    soup = page(client_of(bruno).get("/notifications/"))
    assert [box["name"] for box in soup.select("#device[hidden] input")] == ["sound", "desktop"]
    assert "need scripts" in soup.select_one("noscript").get_text()
    assert soup.select("form #device") == []  # the server stores nothing of it


def test_the_account_leads_to_it(client_of, bruno, page):
    soup = page(client_of(bruno).get("/profile/"))
    assert soup.select(".tabs a[href='/notifications/']")
