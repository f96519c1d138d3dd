"""The iframes of a room without scripts say why they are empty, and keep what was typed."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from conftest import PASSWORD
from messaging.models import Message
from rooms.actions import archive_room
from rooms.moderation.actions import ban_person, mute_member
from users.models import Session

FRAME = {"Sec-Fetch-Dest": "iframe"}
WORDS = "Words that took an hour"


def log_in(client, user, link):
    """Follow the link to the login and log in."""
    fields = {"login": user.username, "password": PASSWORD}
    back = parse_qs(urlsplit(link).query)["next"][0]
    return client.post("/accounts/login/", fields | {"next": back}, follow=True)


def test_the_frame_keeps_the_text_where_the_session_has_ended(client_of, lobby, bruno, page):
    client = client_of(bruno)
    Session.objects.all().delete()
    fields = {"body": WORDS, "nonce": "n", "person": bruno.pk}
    response = client.post("/rooms/lobby/compose/", fields)
    assert_stands_in_a_frame(response, page, 403)
    link = page(response).select_one("a[target=_top]")["href"]
    room = page(log_in(client, bruno, link))
    assert room.select_one("#compose textarea").get_text().strip() == WORDS


def assert_stands_in_a_frame(response, page, status):
    assert response.status_code == status
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert page(response).select_one("textarea").get_text().strip() == WORDS
    assert page(response).select_one("main").get_text(" ", strip=True) != ""


@pytest.mark.parametrize("sanction", ["banned", "muted", "archived", "gone"])
def test_the_frame_keeps_the_text_of_whoever_may_not_write(
    client_of, den, bruno, ana, page, sanction
):
    client = client_of(bruno)
    membership = den.memberships.get(user=bruno)
    match sanction:
        case "banned":
            ban_person(den, bruno, ana)
        case "gone":
            membership.delete()
        case "muted":
            mute_member(membership, ana, 60)
        case "archived":
            archive_room(den, by=ana)
    response = client.post("/rooms/den/compose/", {"body": WORDS, "nonce": "n"})
    assert_stands_in_a_frame(response, page, 404 if sanction in ("banned", "gone") else 403)


def test_the_frame_sends_with_the_new_token_what_came_with_an_old_one(lobby, bruno, page):
    client = Client(enforce_csrf_checks=True)
    client.force_login(bruno)
    response = client.post("/rooms/lobby/compose/", {"body": WORDS, "nonce": "n"})
    assert_stands_in_a_frame(response, page, 403)
    form = page(response).select_one("form")
    fields = {field["name"]: field.get("value", "") for field in form.select("input")}
    sent = client.post(form["action"], fields | {"body": WORDS})
    assert (sent.status_code, Message.objects.get().body) == (303, WORDS)


def test_the_frame_keeps_the_text_where_all_cookies_are_gone(lobby, bruno, page):
    client = Client(enforce_csrf_checks=True)
    fields = {"body": WORDS, "nonce": "n", "person": bruno.pk, "csrfmiddlewaretoken": "x" * 64}
    response = client.post("/rooms/lobby/compose/", fields)
    assert_stands_in_a_frame(response, page, 403)
    form = page(response).select_one("form")
    again = {field["name"]: field.get("value", "") for field in form.select("input")}
    response = client.post(form["action"], again | {"body": WORDS})
    assert_stands_in_a_frame(response, page, 403)
    link = page(response).select_one("a[target=_top]")["href"]
    room = page(log_in_anew(client, page, bruno, link))
    assert room.select_one("#compose textarea").get_text().strip() == WORDS


def log_in_anew(client, page, user, link):
    form = page(client.get(link)).select_one("main form")
    fields = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    fields |= {"login": user.username, "password": PASSWORD}
    return client.post(form["action"], fields, follow=True)


@pytest.mark.parametrize("path", ["compose/", "live/"])
@pytest.mark.parametrize("room", ["lobby", "nowhere"])
def test_a_frame_says_why_it_is_empty(client_of, lobby, bruno, page, path, room):
    client = client_of(bruno)
    if room == "lobby":
        Session.objects.all().delete()
    response = client.get(f"/rooms/{room}/{path}", headers=FRAME)
    assert (response.status_code, response["X-Frame-Options"]) == (
        403 if room == "lobby" else 404,
        "SAMEORIGIN",
    )
    assert page(response).select_one("[role=alert]").get_text(strip=True) != ""
