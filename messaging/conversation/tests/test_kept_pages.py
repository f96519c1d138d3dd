"""A page that a browser keeps stays whole, belongs to its reader, and is never kept by mistake."""

import re

from django.test import Client

from rooms.models import Membership

from .browsers import CHROME, ROOM


def test_a_304_leaves_the_nonce_of_the_kept_page_alone(browser):
    etag, _html = browser.kept[ROOM]
    asked = {"User-Agent": CHROME, "If-None-Match": etag}
    response = browser.client.get(ROOM, headers=asked, secure=True)
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
    assert "Content-Security-Policy" not in response
    assert {"private", "no-cache"} == set(response["Cache-Control"].split(", "))
    assert response["Vary"] == "*"


def test_the_token_of_a_kept_page_is_still_valid(browser, bruno):
    client = Client(enforce_csrf_checks=True)
    client.force_login(bruno)
    kept = client.get(ROOM, headers={"User-Agent": CHROME})
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]*)"', kept.content)[1].decode()
    again = client.get(ROOM, headers={"User-Agent": CHROME, "If-None-Match": kept["ETag"]})
    assert again.status_code == 304
    sent = {"csrfmiddlewaretoken": token, "body": "hello", "nonce": "n"}
    assert client.post(f"{ROOM}messages/", sent).status_code == 303


def test_another_token_makes_another_page(browser):
    browser.client.cookies.pop("csrftoken")
    assert browser.get()[0] == 200


def test_what_is_said_once_is_never_kept(browser, bruno):
    browser.client.post("/profile/reading/", {"reading": ""})
    status, html = browser.get()
    assert status == 200 and "alert-success" in html
    assert "alert-success" not in browser.get()[1]


def test_only_browsers_that_ask_on_the_way_back_keep_a_page(browser):
    for agent in ("Mozilla/5.0 (X11; rv:140.0) Gecko/20100101 Firefox/140.0", "Lynx/2.9"):
        response = browser.client.get(ROOM, headers={"User-Agent": agent})
        assert "no-store" in response["Cache-Control"]
    insecure = browser.client.get(ROOM, headers={"User-Agent": CHROME})
    assert "no-store" in insecure["Cache-Control"]


def test_parts_of_history_and_answers_for_scripts_are_never_kept(browser):
    for path in (f"{ROOM}?before=2", f"{ROOM}?around=1", f"{ROOM}?after=1"):
        assert "ETag" not in browser.client.get(path, headers={"User-Agent": CHROME})
    part = browser.client.get(ROOM, headers={"User-Agent": CHROME, "HX-Request": "true"})
    assert "ETag" not in part and "no-store" in part["Cache-Control"]


def test_head_and_prefetch_have_the_same_etag(browser):
    etag, _html = browser.kept[ROOM]
    asked = {"User-Agent": CHROME, "If-None-Match": etag}
    head = browser.client.head(ROOM, headers=asked)
    prefetch = browser.client.get(ROOM, headers=asked | {"Sec-Purpose": "prefetch"})
    assert (head.status_code, prefetch.status_code) == (304, 304)


def test_after_a_logout_the_kept_page_is_not_shown(browser):
    browser.client.post("/accounts/logout/")
    assert browser.get()[0] == 302


def test_a_page_that_is_read_when_it_is_sent_says_only_once_what_is_new(browser, lobby, ana, say):
    browser.agent = "Lynx/2.9"
    browser.get()
    say(lobby, ana, "news")
    assert 'id="new"' in browser.get()[1]
    assert 'id="new"' not in browser.get()[1]


def test_a_visit_counts_though_the_page_is_unchanged(browser, lobby, den, bruno):
    browser.get("/rooms/den/")
    assert browser.get()[0] == 304
    visited = Membership.objects.filter(user=bruno).order_by("-visited_at").first()
    assert visited.room == lobby
