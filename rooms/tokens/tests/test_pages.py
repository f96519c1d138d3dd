"""The page of access tokens: made behind a recent login, shown once, listed and revoked."""

import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rooms.models import Room
from rooms.tokens.queries import rooms_of
from users.audit import AuditEntry
from users.bots.actions import make_bot
from users.models import Token
from users.tokens.actions import make_token
from users.tokens.queries import token_for
from users.tokens.tokens import PREFIX

PATH = "/profile/tokens/"
PASSWORD = "correct horse"


@pytest.fixture
def typed():
    return {"name": "Deploys", "scopes": ["read", "write"], "days": "90"}


@pytest.fixture
def browser(bruno, client_of):
    return client_of(bruno)


def secret_in(page, response):
    found = page(response).select_one("#new-token .secret")
    return found and found.text


def test_a_token_is_made_and_shown_once(browser, bruno, page, typed):
    made = browser.post(PATH, typed)
    secret = secret_in(page, made)
    token = token_for(secret)
    assert (token.user, token.name, token.scopes) == (bruno, "Deploys", "read write")
    assert abs(token.expires_at - timezone.now() - timedelta(90)) < timedelta(minutes=1)
    assert not token.is_limited_to_rooms
    assert "no-store" in made["Cache-Control"]
    later = browser.get(PATH).content.decode()
    assert secret not in later and secret[20:] not in later and token.start in later


def test_the_form_sent_again_makes_no_second_token(browser, page, typed, errors):
    first, again = browser.post(PATH, typed), browser.post(PATH, typed)
    assert (first.status_code, again.status_code) == (200, 422)
    assert list(errors(again)) == ["name"] and secret_in(page, again) is None
    assert page(again).select_one("[name=name]")["value"] == "Deploys"
    assert Token.objects.count() == 1


@pytest.mark.parametrize("options", [{}, {"HTTP_SEC_PURPOSE": "prefetch"}])
def test_looking_makes_no_token(browser, options):
    for method in (browser.get, browser.head):
        assert method(f"{PATH}?name=x&scopes=read&days=90", **options).status_code == 200
    assert not Token.objects.exists()


def test_making_a_token_asks_for_the_password_of_an_old_login(browser, typed):
    session = browser.session
    session["login"] = {"at": (timezone.now() - timedelta(hours=2)).isoformat()}
    session.pop("account_authentication_methods", None)
    session.save()
    asked = browser.post(PATH, typed)
    assert asked.status_code == 302 and "/accounts/reauthenticate/" in asked["Location"]
    assert not Token.objects.exists()


BAD = {
    "no name": {"name": ""},
    "a long name": {"name": "x" * 61},
    "an invisible name": {"name": "\u200b"},
    "a NUL": {"name": "a\0b"},
    "no scope": {"scopes": []},
    "an unknown scope": {"scopes": ["read", "admin"]},
    "no period": {"days": ""},
    "another period": {"days": "1000"},
    "for ever": {"days": "never"},
    "a negative period": {"days": "-7"},
    "a room of others": {"rooms": ["999"]},
    "no room": {"rooms": ["x"]},
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD.keys())
def test_bad_input_is_refused_beside_its_field(browser, lobby, typed, errors, change):
    refused = browser.post(PATH, typed | change)
    assert refused.status_code == 422
    assert list(errors(refused)) == list(change)
    assert not Token.objects.exists()


def test_a_token_is_limited_to_the_rooms_that_are_chosen(browser, page, typed, lobby, den):
    secret = secret_in(page, browser.post(PATH, typed | {"rooms": [str(den.pk)]}))
    assert list(rooms_of(token_for(secret))) == [den]
    row = page(browser.get(PATH)).select_one("[id^=token-]").text
    assert "Den" in row and "Lobby" not in row


def test_no_room_that_one_cannot_see_is_offered(eve, client_of, page, lobby, den):
    labels = page(client_of(eve).get(PATH)).select("#id_rooms label")
    assert [label.text.strip() for label in labels] == ["Lobby"]


def test_a_token_is_revoked(browser, bruno, page):
    token, secret = make_token(bruno, "Deploys", ["read"])
    shown = browser.post(f"{PATH}{token.pk}/revoke/", follow=True)
    assert token_for(secret) is None and page(shown).select("[id^=token-]") == []
    assert AuditEntry.objects.get().act == "token_revoked"


def test_nobody_sees_or_revokes_anothers_tokens(bruno, ana, client_of, page):
    token, secret = make_token(bruno, "Deploys", ["read"])
    browser = client_of(ana)
    assert page(browser.get(PATH)).select("[id^=token-]") == []
    assert browser.post(f"{PATH}{token.pk}/revoke/").status_code == 404
    assert token_for(secret)


def test_a_token_opens_no_page(bruno):
    _token, secret = make_token(bruno, "Deploys", ["read", "write", "manage"])
    browser = Client(headers={"Authorization": f"Bearer {secret}"})
    for path in ("/", PATH, "/rooms/lobby/", "/people/", "/admin/"):
        assert browser.get(path).status_code == 302, path
    assert browser.post("/rooms/", {"name": "Mine"}).status_code == 403
    assert not Room.objects.filter(name="Mine").exists()
    assert Token.objects.get().used_at is None


def test_no_log_and_no_audit_holds_a_token(browser, page, typed, caplog):
    caplog.set_level(logging.DEBUG)
    secret = secret_in(page, browser.post(PATH, typed))
    Client(headers={"Authorization": f"Bearer {secret}"}).get("/nowhere/")
    Client().get(f"/nowhere/?token={secret[:20]}")
    kept = [record.getMessage() + str(vars(record)) for record in caplog.records]
    kept += [f"{entry.act} {entry.detail}" for entry in AuditEntry.objects.all()]
    assert kept and not any(secret in line or secret[20:] in line for line in kept)


def test_too_many_tokens_are_refused(browser, bruno, typed, page, monkeypatch):
    monkeypatch.setattr("rooms.tokens.forms.MAX_TOKENS", 1)
    make_token(bruno, "One", ["read"])
    refused = browser.post(PATH, typed)
    assert (
        refused.status_code == 422 and "1 tokens" in page(refused).select_one(".alert-error").text
    )


def test_tokens_are_made_at_a_limited_rate(browser, typed, stopped_limits):
    answers = [browser.post(PATH, typed | {"name": f"n{number}"}) for number in range(21)]
    assert [answers[0].status_code, answers[-1].status_code] == [200, 429]
    assert int(answers[-1]["Retry-After"]) > 0 and Token.objects.count() == 20


def test_only_the_tokens_of_a_bot_may_never_end(bruno, browser, page, typed):
    bot = make_bot(bruno, "ci")
    made = browser.post(f"/bots/{bot.pk}/tokens/", typed | {"days": "never"})
    token = token_for(secret_in(page, made))
    assert (token.user, token.expires_at) == (bot, None)
    assert PREFIX not in browser.get(f"/bots/{bot.pk}/").content.decode()
