"""Codes by e-mail, which verify an address or log in."""

from pathlib import Path

import allauth
import pytest
from django.conf import settings
from django.test import Client

from users.links.actions import issue_login_link
from users.models import User

OURS, THEIRS = settings.BASE_DIR / "templates", Path(allauth.__file__).parent / "templates"
VERIFY = "/accounts/confirm-email/"
ASK, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"


@pytest.fixture
def verified(bruno):
    bruno.emailaddress_set.create(email=bruno.email, verified=True, primary=True)
    return bruno


def test_a_new_person_is_logged_in_after_the_code(client, ana, account, mail_server, code_in):
    assert client.post("/accounts/signup/", account("clara")).headers["Location"] == VERIFY
    assert "_auth_user_id" not in client.session
    client.post(VERIFY, {"code": code_in(mail_server[0])})
    assert client.session["_auth_user_id"] == str(User.objects.get(username="clara").pk)


def test_three_wrong_codes_end_it(client, ana, account, mail_server, page):
    client.post("/accounts/signup/", account("clara"))
    codes = [client.post(VERIFY, {"code": "WRONG-1"}).status_code for _attempt in range(3)]
    assert codes == [422, 422, 302]
    assert client.get(VERIFY).headers["Location"] == "/accounts/login/"


def test_an_address_from_before_is_verified_at_the_next_login(
    client, bruno, mail_server, log_in, code_in
):
    assert log_in(client, "bruno").headers["Location"] == VERIFY
    client.post(VERIFY, {"code": code_in(mail_server[0])})
    assert client.session["_auth_user_id"] == str(bruno.pk)


def test_a_login_link_works_without_mail(client, ana, bruno, mail_server, page):
    _link, token = issue_login_link(ana, bruno)
    response = client.post(f"/enter/{token}/")
    assert response.headers["Location"] == "/profile/password/"
    assert client.session["_auth_user_id"] == str(bruno.pk) and mail_server == []


def test_a_sign_up_says_the_same_of_known_and_unknown_addresses(
    client, ana, account, mail_server, page
):
    pages = []
    for email in ["clara@example.com", "ana@example.com"]:
        fields = account("clara" + str(len(pages)), email=email)
        response = client.post("/accounts/signup/", fields, follow=True)
        text = page(response).select_one("#main").get_text().replace(email, "")
        pages.append((response.redirect_chain, text))
        client.session.flush()
        client.cookies.clear()
    assert pages[0] == pages[1]
    assert not User.objects.filter(username="clara1").exists()


def test_a_code_by_mail_logs_in_without_a_password(client, verified, mail_server, code_in):
    assert client.post(ASK, {"email": verified.email}).headers["Location"] == CONFIRM
    assert "_auth_user_id" not in client.session
    client.post(CONFIRM, {"code": code_in(mail_server[0])})
    assert client.session["_auth_user_id"] == str(verified.pk)


def test_a_code_works_only_in_the_browser_that_asked_for_it(client, verified, mail_server, code_in):
    client.post(ASK, {"email": verified.email})
    thief = Client()
    response = thief.post(CONFIRM, {"code": code_in(mail_server[0])})
    assert response.headers["Location"] == ASK
    assert "_auth_user_id" not in thief.session


def test_asking_for_a_code_says_the_same_of_known_and_unknown_addresses(
    client, verified, mail_server, page
):
    pages = []
    for email in [verified.email, "nobody@example.com"]:
        response = client.post(ASK, {"email": email}, follow=True)
        text = page(response).select_one("#main").get_text().replace(email, "")
        pages.append((response.redirect_chain, text))
        client.cookies.clear()
    assert pages[0] == pages[1]


def test_without_mail_nobody_gets_a_code(client, verified, mailoutbox, page):
    assert not page(client.get("/accounts/login/")).select("a[href*=code]")
    response = client.post(ASK, {"email": verified.email})
    assert (response.status_code, mailoutbox) == (422, [])
    assert "ask an administrator" in page(response).select_one("#main").text


def test_one_can_have_another_code_sent(client, verified, mail_server, page, code_in):
    response = client.post(ASK, {"email": verified.email}, follow=True)
    form = page(response).select_one("form:has([name=action])")
    client.post(form["action"], {"action": "resend"})
    assert len(mail_server) == 2
    client.post(CONFIRM, {"code": code_in(mail_server[1])})
    assert client.session["_auth_user_id"] == str(verified.pk)


def test_the_mail_with_the_code_is_our_own(client, verified, mail_server, code_in):
    client.post(ASK, {"email": verified.email})
    [mail] = mail_server
    assert mail.subject == "[Casa] Your code to log in" and code_in(mail)
    assert mail.body.startswith("Use this code to log in.") and "sign-in" not in mail.body


def test_no_mail_uses_the_frameworks_text():
    ours = {path.relative_to(OURS) for path in OURS.glob("*/email/*.txt")}
    theirs = {path.relative_to(THEIRS) for path in THEIRS.glob("*/email/*.txt")}
    kinds = "account/email/email_confirmation_signup", "account/email/password_reset_code"
    assert {str(path) for path in theirs - ours} == {
        f"{kind}_{part}.txt" for kind in kinds for part in ("subject", "message")
    }  # the first includes our text; the setting that sends the second is off


@pytest.mark.parametrize(
    ("address", "asked"),
    [(ASK, "a code to log in"), ("/accounts/password/reset/", "a new password")],
)
def test_a_mail_to_an_unknown_address_names_the_request(client, ana, mail_server, address, asked):
    client.post(address, {"email": "nobody@example.com"})
    [mail] = mail_server
    assert f"asked for {asked}" in mail.body
    assert ("code" in mail.subject, "password" in mail.subject) == (address == ASK, address != ASK)


def test_a_mail_does_not_suggest_closed_sign_up(client, by_invitation, mail_server):
    client.post(ASK, {"email": "nobody@example.com"})
    assert "ask an administrator" in mail_server[0].body
    assert "/signup/" not in mail_server[0].body
