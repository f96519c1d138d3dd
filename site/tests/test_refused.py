"""A rejected htmx request shows a sentence in its place, and keeps what the user typed."""

from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.core.handlers.base import BaseHandler
from django.http import Http404
from django.test import Client
from django.urls import resolve

from conftest import PASSWORD
from core import throttling
from messaging.message.actions import delete_message, post_message
from messaging.models import Message
from rooms.moderation.actions import mute_member
from users.models import Session
from users.sessions.store import SessionStore

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/rooms/lobby/"}
POST = "/rooms/lobby/messages/"
WORDS = "Words that took an hour"


@pytest.fixture
def said(lobby, ana):
    for number in range(60):
        message = post_message(lobby, ana, f"Number {number}", f"n{number}")
    return message


def improvements(client, address, seen=()):
    """Yield every element with an htmx request, on a page and in the responses."""
    html = client.get(address, headers=HTMX if seen else {}).content
    for element in BeautifulSoup(html, "html.parser").select("[hx-get], [hx-post], a[hx-boost]"):
        named = element.get("hx-get") or element.get("hx-post") or element["href"]
        target = urljoin("/rooms/lobby/", named)
        kind = (
            "post" if element.get("hx-post") else "get",
            resolve(target.partition("?")[0]).route,
        )
        if kind not in seen:
            seen = {*seen, kind}
            yield kind[0], target, element.name
            yield from improvements(client, target, seen)


def ask(client, verb, address, element, **fields):
    source = {"HX-Source": element}
    return getattr(client, verb)(address, fields, headers=HTMX | source)


def assert_a_sentence_in_its_place(response, element):
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select("main, title, textarea") == []
    assert page.select_one("[role=alert]").get_text(strip=True) != ""
    assert response["HX-Reswap"] == "beforeend"
    assert response.get("HX-Retarget") == ("closest *" if element == "form" else None)


def no_session(client, monkeypatch):
    Session.objects.all().delete()


def refused(error):
    def view(request, *args, **kwargs):
        if isinstance(error, int):
            return throttling.refusal(request, error)
        raise error

    def refuse(client, monkeypatch):
        resolve_request = BaseHandler.resolve_request

        def resolved(handler, request):
            match = resolve_request(handler, request)
            match.func = view
            return match

        monkeypatch.setattr(BaseHandler, "resolve_request", resolved)

    return refuse


@pytest.mark.parametrize(
    ("trouble", "status"),
    [
        (no_session, 403),
        (refused(PermissionDenied()), 403),
        (refused(Http404()), 404),
        (refused(30), 429),
        (refused(RuntimeError("broken")), 500),
    ],
)
def test_htmx_is_answered_a_sentence_at_every_address(
    client_of, ana, said, monkeypatch, trouble, status
):
    client = client_of(ana)
    client.raise_request_exception = False
    asked = list(improvements(client, "/rooms/lobby/"))
    trouble(client, monkeypatch)
    for verb, address, element in asked:
        response = ask(client, verb, address, element, body=WORDS, person=ana.pk)
        assert response.status_code == status, address
        assert_a_sentence_in_its_place(response, element)
    kinds = {(verb, resolve(address.partition("?")[0]).view_name) for verb, address, _ in asked}
    assert kinds >= {
        ("get", "messaging:room"),
        ("get", "messaging:message"),
        ("get", "messaging:edit"),
        ("post", "messaging:edit"),
        ("get", "messaging:delete"),
        ("post", "messaging:delete"),
    }


def test_htmx_is_answered_a_sentence_where_even_the_sessions_fail(
    client_of, ana, said, monkeypatch
):
    client = client_of(ana)
    client.raise_request_exception = False
    monkeypatch.setattr(SessionStore, "load", lambda store: 1 // 0)
    response = ask(client, "post", f"/messages/{said.pk}/edit/", "form", body=WORDS)
    assert response.status_code == 500
    assert_a_sentence_in_its_place(response, "form")
    assert "<main" in client.get("/").text


def test_htmx_gets_the_token_that_its_form_lacks(ana, said, page):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    address = f"/messages/{said.pk}/edit/"
    fragment = page(ask(client, "post", address, "form", body=WORDS))
    token = fragment.select_one("[name=csrfmiddlewaretoken]")["value"]
    saved = ask(client, "post", address, "form", body=WORDS, csrfmiddlewaretoken=token)
    assert (saved.status_code, WORDS in saved.text) == (200, True)


def test_an_edit_of_what_was_deleted_meanwhile_is_refused_beside_its_text(client_of, ana, said):
    delete_message(said)
    response = ask(client_of(ana), "post", f"/messages/{said.pk}/edit/", "form", body=WORDS)
    assert response.status_code == 403
    assert_a_sentence_in_its_place(response, "form")


def log_in(client, user, back):
    return client.post(
        "/accounts/login/",
        {"login": user.username, "password": PASSWORD, "next": back},
        follow=True,
    )


def next_of(response):
    return parse_qs(urlsplit(response["Location"]).query)["next"][0]


def test_htmx_puts_no_page_in_a_page_for_another_person(client_of, ana, bruno, said):
    asked = list(improvements(client_of(ana), "/rooms/lobby/"))
    client = client_of(bruno)
    for verb, address, element in asked:
        response = ask(client, verb, address, element, body=WORDS, person=ana.pk)
        assert "<main" not in response.text, address
        if verb == "post":
            assert response.status_code == 403
            assert_a_sentence_in_its_place(response, element)
    assert not Message.objects.filter(body=WORDS).exists()


def test_who_has_to_log_in_to_join_comes_back_to_the_room(client, lobby):
    assert next_of(client.post("/rooms/lobby/join/")) == "/rooms/lobby/"


@pytest.mark.parametrize("person", ["", "theirs"])
def test_what_is_sent_without_a_session_waits_in_the_room(client_of, lobby, bruno, page, person):
    client = client_of(bruno)
    Session.objects.all().delete()
    fields = {"body": WORDS, "nonce": "n"} | ({"person": bruno.pk} if person else {})
    back = next_of(client.post(POST, fields))
    assert back == "/rooms/lobby/"
    room = page(log_in(client, bruno, back))
    assert room.select_one("#compose textarea").get_text().strip() == WORDS
    client.post(POST, fields)
    assert page(client.get(back)).select_one("#compose textarea").get_text().strip() == ""
    assert [message.body for message in Message.objects.all()] == [WORDS]


def test_what_is_edited_without_a_session_waits_in_the_form(client_of, ana, said, page):
    client = client_of(ana)
    Session.objects.all().delete()
    address = f"/messages/{said.pk}/edit/"
    refusal = ask(client, "post", address, "form", body=WORDS, person=ana.pk)
    link = page(refusal).select_one("a")["href"]
    form = page(log_in(client, ana, parse_qs(urlsplit(link).query)["next"][0]))
    assert form.select_one("main textarea").get_text().strip() == WORDS


def test_another_person_who_logs_in_does_not_see_it(client_of, lobby, bruno, ana, page):
    client = client_of(bruno)
    Session.objects.all().delete()
    client.post(POST, {"body": WORDS, "nonce": "n", "person": bruno.pk})
    assert WORDS not in log_in(client, ana, "/rooms/lobby/").text
    client.logout()
    assert WORDS not in log_in(client, bruno, "/rooms/lobby/").text


# Pages


@pytest.mark.parametrize("path", ["/rooms/lobby/messages/", "/rooms/lobby/compose/"])
def test_another_sites_words_are_not_shown_as_ones_own(lobby, bruno, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(bruno)
    headers = {"Origin": "https://elsewhere.example"}
    response = client.post(path, {"body": WORDS, "nonce": "n"}, headers=headers)
    assert (response.status_code, WORDS in response.text) == (403, False)


def test_a_page_of_somebody_else_posts_nothing(client_of, lobby, bruno, ana):
    response = client_of(bruno).post(POST, {"body": WORDS, "nonce": "n", "person": ana.pk})
    assert (response.status_code, WORDS in response.text) == (403, False)
    assert Message.objects.count() == 0


@pytest.mark.parametrize("sanction", ["muted", "left"])
def test_a_text_that_a_page_refuses_is_given_back(client_of, lobby, bruno, ana, page, sanction):
    membership = lobby.memberships.get(user=bruno)
    mute_member(membership, ana, 60) if sanction == "muted" else membership.delete()
    response = client_of(bruno).post(POST, {"body": WORDS, "nonce": "n"})
    assert response.status_code == 403
    assert page(response).select_one("textarea").get_text().strip() == WORDS
