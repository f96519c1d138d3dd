"""Login, logout, rate limits, password resets and the login of Django's admin."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher

from users.actions import deactivate, make_administrator

PASSWORD = "correct horse"
WRONG = "wrong horse"


def log_in(client, login, password=PASSWORD, **extra):
    return client.post("/accounts/login/", {"login": login, "password": password}, **extra)


@pytest.mark.parametrize("login", ["bruno", "BRUNO", "bruno@example.com", "Bruno@Example.com"])
def test_username_or_address_log_in_whatever_the_case(client, bruno, login):
    before = client.session.session_key
    assert log_in(client, login).headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(bruno.pk)
    assert client.session.session_key != before


def test_the_answer_does_not_tell_known_from_unknown(client, bruno, page):
    known = page(log_in(client, "bruno", WRONG)).select_one(".alert-error").text
    unknown = page(log_in(client, "nobody", WRONG)).select_one(".alert-error").text
    assert known == unknown


@pytest.mark.parametrize("login", ["{}", "{}@example.com"])
def test_a_login_takes_as_long_for_known_as_for_unknown(client, bruno, login, monkeypatch):
    hashed = []
    encode = MD5PasswordHasher.encode
    counted = lambda hasher, *words: hashed.append(words) or encode(hasher, *words)  # noqa: E731
    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    log_in(client, login.format("bruno"), WRONG)
    known, hashed[:] = len(hashed), []
    log_in(client, login.format("nobody"), WRONG)
    assert known == len(hashed) == 1


def test_a_refused_login_keeps_the_name(client, bruno, page):
    form = page(log_in(client, "bruno", WRONG))
    assert form.select_one("[name=login]")["value"] == "bruno"


def test_a_deactivated_person_learns_why(client, bruno):
    deactivate(bruno)
    assert log_in(client, "bruno").headers["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("address", ["//evil.example", "/\\evil.example", "https:evil.example"])
def test_login_redirects_to_no_foreign_site(client, bruno, address):
    response = client.post(
        "/accounts/login/", {"login": "bruno", "password": PASSWORD, "next": address}
    )
    assert response.headers["Location"] == "/"


def test_login_redirects_to_the_requested_page(client, bruno, page):
    response = client.get("/profile/")
    assert response.headers["Location"] == "/accounts/login/?next=/profile/"
    field = page(client.get(response.headers["Location"])).select_one("form [name=next]")
    assert field["value"] == "/profile/"


def test_the_eleventh_failure_in_a_minute_is_too_often(client, bruno, page):
    for number in range(10):
        assert log_in(client, f"name{number}", WRONG).status_code == 422
    response = log_in(client, "bruno", WRONG)
    assert response.status_code == 429
    assert page(response).select_one("h1").text == "Too many tries"


def test_a_forged_address_does_not_evade_the_limit(client, bruno):
    for number in range(10):
        log_in(client, f"name{number}", WRONG, headers={"x-forwarded-for": f"10.0.0.{number}"})
    assert log_in(client, "bruno", headers={"x-forwarded-for": "10.9.9.9"}).status_code == 429


def test_the_limit_counts_the_address_that_the_server_found(client, bruno):
    for number in range(10):
        log_in(client, f"name{number}", WRONG, REMOTE_ADDR="192.0.2.1")
    assert log_in(client, "bruno", REMOTE_ADDR="192.0.2.1").status_code == 429
    assert log_in(client, "bruno", REMOTE_ADDR="192.0.2.2").status_code == 302


def test_all_addresses_of_one_network_count_as_one(client, bruno):
    for number in range(10):
        log_in(client, f"name{number}", WRONG, REMOTE_ADDR=f"2001:db8::{number}")
    assert log_in(client, "bruno", REMOTE_ADDR="2001:db8::ffff").status_code == 429


def test_limits_can_be_switched_off_for_load_tests(client, bruno, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    codes = {log_in(client, "bruno", WRONG).status_code for _attempt in range(12)}
    assert codes == {422}


def test_the_admin_has_no_login_of_its_own(client, ana):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2F"
    for _attempt in range(12):  # no rate limit, because it checks no password
        response = client.post("/admin/login/", {"username": "ana", "password": PASSWORD})
    assert response.headers["Location"].startswith("/accounts/login/?next=")
    assert "_auth_user_id" not in client.session


def test_the_admin_login_switches_no_account_for_administrators(ana, eve, client_of):
    make_administrator(eve)
    client = client_of(eve)
    response = client.post("/admin/login/", {"username": "ana", "password": PASSWORD})
    assert response.headers["Location"] == "/admin/"
    assert client.session["_auth_user_id"] == str(eve.pk)


def test_members_do_not_enter_the_admin(bruno, client_of):
    response = client_of(bruno).get("/admin/", follow=True)
    assert response.status_code == 403


def test_the_admin_edits_nothing_that_lets_somebody_in(ana, client_of, page):
    links = page(client_of(ana).get("/admin/")).select("a[href^='/admin/']")
    assert not [link["href"] for link in links if "/mfa/" in link["href"]]
    assert not [link["href"] for link in links if "/socialaccount/" in link["href"]]
    assert [link["href"] for link in links if "/users/user/" in link["href"]]


def test_logging_out_is_a_button(bruno, client_of, page):
    client = client_of(bruno)
    assert page(client.get("/accounts/logout/")).select("form[method=post] button")
    assert "_auth_user_id" in client.session
    assert client.post("/accounts/logout/").headers["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in client.session


def test_without_mail_nothing_offers_to_send_any(client, ana, page, mailoutbox):
    assert not page(client.get("/accounts/login/")).select("a[href*=reset]")
    reset = page(client.get("/accounts/password/reset/"))
    assert not reset.select("form")
    assert "ask an administrator" in reset.select_one("#main").text
    assert client.post("/accounts/password/reset/", {"email": ana.email}).status_code == 422
    assert mailoutbox == []


def test_with_mail_a_link_lets_one_choose_a_new_password(client, bruno, mail_server, page):
    assert page(client.get("/accounts/login/")).select("a[href*=reset]")
    client.post("/accounts/password/reset/", {"email": "Bruno@example.com"})
    [mail] = mail_server
    address = next(word for word in mail.body.split() if "/password/reset/key/" in word)
    response = client.get(address, follow=True)
    form = page(response).select_one("#main form")
    new = {"password1": "staple battery", "password2": "staple battery"}
    client.post(form["action"], new)
    assert (mail.subject, mail.to) == ("[Casa] Choose a new password", ["bruno@example.com"])
    assert log_in(client, "bruno", "staple battery").status_code == 302


def test_a_reset_says_the_same_of_known_and_unknown_addresses(client, bruno, mail_server):
    answers = [
        client.post("/accounts/password/reset/", {"email": email}, follow=True)
        for email in ["bruno@example.com", "nobody@example.com"]
    ]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert answers[0].content == answers[1].content
