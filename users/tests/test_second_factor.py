"""TOTP and recovery codes: setup, login, single use, loss and reset, without scripts."""

from base64 import b64decode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.urls import reverse

from users.links import actions as link_actions
from users.models import AuditEntry, LoginLink
from users.sessions.encryption import decrypt_or_random, encrypt

PASSWORD = "correct horse"
ACTIVATE = "/accounts/2fa/totp/activate/"
STEP = "/accounts/2fa/authenticate/"


@pytest.fixture
def reauthenticated(client, bruno, log_in):
    """Return Bruno's client after he has entered his password again."""
    log_in(client, "bruno")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def secret(reauthenticated, page, monkeypatch):
    """Return the secret of Bruno's authenticator app, with a fixed clock; he is logged out."""
    monkeypatch.setattr(totp, "yield_hotp_counters_from_time", lambda: iter([57_000_000]))
    form = page(reauthenticated.get(ACTIVATE))
    secret = form.select_one("#secret").text
    reauthenticated.post(ACTIVATE, {"code": code_of(secret)})
    reauthenticated.post("/accounts/logout/")
    cache.clear()
    return secret


def code_of(secret):
    return totp.format_hotp_value(totp.hotp_value(secret, 57_000_000))


def recovery_codes(user):
    return Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()


def is_in(client):
    return "_auth_user_id" in client.session


def test_the_password_is_asked_once_more_before_it_is_set_up(client, bruno, log_in):
    log_in(client, "bruno")
    response = client.get(ACTIVATE)
    assert response.headers["Location"].startswith("/accounts/reauthenticate/?next=")


def test_it_is_set_up_with_a_picture_or_by_hand(reauthenticated, page):
    document = page(reauthenticated.get(ACTIVATE))
    kind, _comma, picture = document.select_one("img.qr-code")["src"].partition(",")
    assert kind == "data:image/svg+xml;base64" and b'fill="white"' in b64decode(picture)
    assert len(document.select_one("#secret").text) == 32
    assert document.select_one("form[method=post] [name=code]")


def test_a_wrong_code_does_not_set_it_up(reauthenticated, errors, bruno):
    reauthenticated.get(ACTIVATE)
    response = reauthenticated.post(ACTIVATE, {"code": "abcdef"})
    assert (response.status_code, list(errors(response))) == (422, ["code"])
    assert not Authenticator.objects.exists()


def test_with_a_second_factor_the_password_alone_is_not_enough(client, bruno, secret, log_in, page):
    assert log_in(client, "bruno").headers["Location"] == STEP
    assert not is_in(client) and client.get("/profile/").status_code == 302
    response = client.post(STEP, {"code": "000000"})
    assert response.status_code == 422 and not is_in(client)
    client.post(STEP, {"code": code_of(secret)})
    assert is_in(client)


def test_a_code_works_once(client, bruno, secret, log_in):
    for let_in in (True, False):
        log_in(client, "bruno")
        client.post(STEP, {"code": code_of(secret)})
        assert is_in(client) == let_in
        client.post("/accounts/logout/")


def test_a_recovery_code_works_once(client, bruno, secret, log_in):
    code = recovery_codes(bruno)[0]
    for let_in in (True, False):
        log_in(client, "bruno")
        client.post(STEP, {"code": code})
        assert is_in(client) == let_in
        client.post("/accounts/logout/")


def test_codes_cannot_be_guessed_for_long(client, bruno, secret, log_in):
    log_in(client, "bruno")
    answers = [client.post(STEP, {"code": f"{number:06}"}) for number in range(12)]
    log_in(client, "bruno")
    response = client.post(STEP, {"code": code_of(secret)})
    assert {answer.status_code for answer in answers} <= {422, 429, 302}
    assert not is_in(client) and response.status_code != 302


def test_the_recovery_codes_are_shown_and_replaced(reauthenticated, secret, bruno, page, log_in):
    client = reauthenticated
    log_in(client, "bruno")
    client.post(STEP, {"code": code_of(secret)})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    response = client.get("/accounts/2fa/recovery-codes/")
    assert [code.text for code in page(response).select("#codes code")] == recovery_codes(bruno)
    assert "no-store" in response.headers["Cache-Control"]
    old = recovery_codes(bruno)
    client.post("/accounts/2fa/recovery-codes/generate/")
    assert len(recovery_codes(bruno)) == 10 and not set(old) & set(recovery_codes(bruno))


def test_every_page_of_a_second_factor_is_ours(client, bruno, secret, log_in, page):
    from .test_pages import assert_ours

    log_in(client, "bruno")
    assert_ours(page(client.get(STEP)))
    client.post(STEP, {"code": code_of(secret)})
    assert_ours(page(client.get(f"/accounts/2fa/reauthenticate/?next={ACTIVATE}")))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for name in ["index", "deactivate_totp", "view_recovery_codes", "generate_recovery_codes"]:
        assert_ours(page(client.get(reverse(f"mfa_{name}"))))
    for name in ["add_webauthn", "list_webauthn"]:
        assert_ours(page(client.get(reverse(f"mfa_{name}"))))


def test_a_login_link_replaces_the_password_only(client, ana, bruno, secret):
    _link, token = link_actions.issue_login_link(ana, bruno)
    assert client.post(f"/enter/{token}/").headers["Location"] == STEP
    assert not is_in(client) and LoginLink.objects.get().uses_left == 0
    response = client.post(STEP, {"code": code_of(secret)})
    assert response.headers["Location"] == "/profile/password/"
    assert client.get("/profile/password/").status_code == 200


def test_an_administrator_resets_it(client, ana, bruno, secret, client_of, log_in):
    open_elsewhere = client_of(bruno)
    client_of(ana).post(f"/people/{bruno.pk}/reset-second-factor/", {"reason": "lost phone"})
    assert open_elsewhere.get("/profile/").status_code == 302
    log_in(client, "bruno")
    assert is_in(client)
    entry = AuditEntry.objects.get(act="second_factor_reset")
    assert (entry.actor, entry.person, entry.detail) == (ana, bruno, "lost phone")


def test_nobody_else_resets_it(ana, bruno, eve, secret, client_of):
    path = f"/people/{bruno.pk}/reset-second-factor/"
    assert client_of(eve).post(path).status_code == 403
    assert client_of(ana).get(path).status_code == 405
    assert Authenticator.objects.filter(user=bruno).count() == 2


def test_the_secrets_are_stored_encrypted(bruno, secret):
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored and not any(code in stored for code in recovery_codes(bruno))


def test_under_another_key_nobody_gets_in_and_nothing_breaks(
    client, bruno, secret, settings, log_in
):
    log_in(client, "bruno")
    settings.SECRET_KEY = "another key, after a database was restored elsewhere"
    log_in(client, "bruno")
    assert client.post(STEP, {"code": code_of(secret)}).status_code == 422
    assert not is_in(client)


def test_a_changed_key_still_reads_with_the_old_one_beside_it(settings):
    sealed = encrypt("secret")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a newer key than the one before"
    assert decrypt_or_random(sealed) == "secret"
    settings.SECRET_KEY_FALLBACKS = []
    assert decrypt_or_random(sealed) != decrypt_or_random(sealed)


CREDENTIALS = ["", "{}", "[]", "1", "null", '"x"', "{", '{"id": 1}', '{"response": null}']
CREDENTIALS += ['{"id": "x", "rawId": "x", "type": "public-key", "response": {}}', "[" * 5_000]


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_a_malformed_credential_is_refused_with_an_error(
    client, reauthenticated, credential, bruno, log_in
):
    reauthenticated.get("/accounts/2fa/webauthn/add/")
    response = reauthenticated.post("/accounts/2fa/webauthn/add/", {"credential": credential})
    assert response.status_code == 422 and not Authenticator.objects.exists()
    reauthenticated.post("/accounts/logout/")
    client.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"})
    response = client.post("/accounts/2fa/webauthn/login/", {"credential": credential})
    assert response.headers["Location"] == "/accounts/login/" and not is_in(client)
