"""When an address changes in any way, nothing in the old mailbox gives access any more."""

import re
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.test import Client

from users import actions
from users.links import actions as link_actions
from users.models import User
from users.views import accounts

OLD, NEW = "bruno@example.com", "new@example.com"
PASSWORD, OTHER = "correct horse", "staple battery"
ASK, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"
VERIFY, RESET = "/accounts/confirm-email/", "/accounts/password/reset/"


@pytest.fixture(autouse=True)
def uncounted(db):
    cache.clear()


@pytest.fixture
def verified(bruno):
    bruno.emailaddress_set.create(email=OLD, verified=True, primary=True)
    return bruno


@pytest.fixture
def by_code(verified, mail_server, client_of, code_in):
    def change(email=NEW):
        client = client_of(User.objects.get(pk=verified.pk))
        client.post("/accounts/email/", {"action_add": "", "email": email})
        client.post(VERIFY, {"code": code_in(mail_server[-1])})

    return change


@pytest.fixture
def by_admin(verified, ana, client_of):
    def change(email=NEW):
        fields = {"username": "bruno", "display_name": "", "email": email}
        client_of(ana).post(f"/admin/users/user/{verified.pk}/change/", fields)

    return change


@pytest.fixture
def without_mail(verified, settings, client_of):
    def change(email=NEW):
        url, settings.EMAIL_URL = settings.EMAIL_URL, ""
        client_of(verified).post("/accounts/email/", {"action_add": "", "email": email})
        settings.EMAIL_URL = url

    return change


@pytest.fixture(params=["by_code", "by_admin", "without_mail"])
def change(request, mail_server):
    """Return a function that changes Bruno's address, parametrized by every way to do so."""
    return request.getfixturevalue(request.param)


def is_in(client):
    return "_auth_user_id" in client.session


def mails_to(address, mails):
    return [mail for mail in mails if address in mail.to]


def reset_link(mail):
    return urlsplit(re.search(r"\S+/reset/key/\S+", mail.body)[0]).path


def open_reset(client, address):
    """Follow the link of an e-mail and return the path of its form."""
    return client.get(address, follow=True).request["PATH_INFO"]


def test_the_new_address_is_stored_everywhere(change, verified):
    change()
    verified.refresh_from_db()
    rows = EmailAddress.objects.filter(user=verified)
    assert verified.email == NEW and list(rows.values_list("email", "primary")) == [(NEW, True)]


def test_a_reset_link_in_the_old_mailbox_is_dead(change, client, verified, mail_server):
    client.post(RESET, {"email": OLD})
    address = reset_link(mail_server[-1])
    form = open_reset(client, address)  # the page is open when the address changes
    change()
    for browser in (client, Client()):
        browser.post(open_reset(browser, address), {"password1": OTHER, "password2": OTHER})
    client.post(form, {"password1": OTHER, "password2": OTHER})
    verified.refresh_from_db()
    assert verified.check_password(PASSWORD)


def test_a_reset_link_does_not_come_back_to_life_with_the_address(change, client, mail_server):
    client.post(RESET, {"email": OLD})
    address = reset_link(mail_server[-1])
    change()
    change(OLD)
    assert open_reset(client, address) == address


def test_a_reset_link_that_is_being_used_is_dead_too(by_admin, client, mail_server, monkeypatch):
    client.post(RESET, {"email": OLD})
    form = open_reset(client, reset_link(mail_server[0]))
    original = accounts.lock_people

    def late(person):  # after the form was validated and before the lock is taken
        by_admin()
        return original(person)

    monkeypatch.setattr(accounts, "lock_people", late)
    client.post(form, {"password1": OTHER, "password2": OTHER})
    bruno = User.objects.get(username="bruno")
    assert (bruno.email, bruno.check_password(PASSWORD)) == (NEW, True)


def test_a_log_in_code_in_the_old_mailbox_is_dead(change, client, mail_server, code_in):
    client.post(ASK, {"email": OLD})
    code = code_in(mail_server[-1])
    change()
    client.post(CONFIRM, {"code": code})
    assert not is_in(client)


def test_a_log_in_code_does_not_come_back_to_life(change, client, mail_server, code_in):
    client.post(ASK, {"email": OLD})
    code = code_in(mail_server[-1])
    change()
    change(OLD)
    client.post(CONFIRM, {"code": code})
    assert not is_in(client)


def test_no_link_or_code_is_sent_to_the_old_mailbox(change, client, mail_server):
    change()
    mail_server.clear()
    client.post(RESET, {"email": OLD})
    client.post(ASK, {"email": OLD})
    bodies = " ".join(mail.body for mail in mails_to(OLD, mail_server))
    assert "/reset/key/" not in bodies and not re.search(r"^[A-Z]{4}-[A-Z]{4}$", bodies, re.M)


def test_no_login_mail_goes_there_even_if_allauth_restores_the_old_address(
    change, client, mail_server, verified
):
    change()
    EmailAddress.objects.create(user=verified, email=OLD, verified=False)  # as allauth syncs it
    test_no_link_or_code_is_sent_to_the_old_mailbox(lambda: None, client, mail_server)


def test_a_login_link_from_before_is_dead(change, client, ana, verified):
    _link, token = link_actions.issue_login_link(ana, verified)
    change()
    assert client.post(f"/enter/{token}/").status_code == 410 and not is_in(client)


def test_a_change_that_a_thief_began_before_is_dead(
    change, client_of, verified, mail_server, code_in
):
    thief = client_of(verified)
    thief.post("/accounts/email/", {"action_add": "", "email": "thief@example.com"})
    code = code_in(mail_server[-1])
    change()
    thief.post(VERIFY, {"code": code})
    verified.refresh_from_db()
    assert verified.email == NEW
    assert not EmailAddress.objects.filter(email="thief@example.com").exists()


def test_a_half_login_that_waits_for_a_code_to_the_old_address_is_dead(
    change, client, verified, mail_server, code_in, log_in
):
    verified.emailaddress_set.update(verified=False)
    log_in(client, OLD)
    code = code_in(mail_server[-1])
    verified.emailaddress_set.update(verified=True)
    change()
    client.post(VERIFY, {"code": code})
    verified.refresh_from_db()
    assert verified.email == NEW and not is_in(client)


def test_a_half_login_that_waits_for_a_second_factor_is_dead(
    change, client, verified, mail_server, log_in
):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(verified, "A" * 32)
    codes = RecoveryCodes.activate(verified).get_unused_codes()
    log_in(client, "bruno")
    change()
    client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert not is_in(client)


def test_both_mailboxes_are_notified_of_ones_own_change(by_code, mail_server):
    by_code()
    for address in (OLD, NEW):
        assert "was changed from" in mails_to(address, mail_server)[-1].body


def test_the_old_mailbox_is_notified_of_an_administrators_change(by_admin, mail_server):
    by_admin()
    (mail,) = mails_to(OLD, mail_server)
    assert "changed somebody's e-mail address" in mail.body
    assert mails_to(NEW, mail_server) == []  # not confirmed by Bruno


def test_after_an_administrators_change_the_new_address_is_confirmed_at_the_next_login(
    by_admin, client, mail_server, log_in, code_in, verified
):
    by_admin()
    assert log_in(client, "bruno").headers["Location"] == VERIFY
    client.post(VERIFY, {"code": code_in(mails_to(NEW, mail_server)[-1])})
    assert is_in(client)
    assert verified.emailaddress_set.get().verified


def test_notifications_of_changes_go_to_confirmed_addresses_only(
    client_of, bruno, verified, mail_server
):
    fields = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    verified.emailaddress_set.update(verified=False)
    client_of(bruno).post("/accounts/password/change/", fields)
    assert mail_server == []
    verified.emailaddress_set.update(verified=True)
    fields = {"oldpassword": OTHER, "password1": PASSWORD, "password2": PASSWORD}
    client_of(User.objects.get(pk=bruno.pk)).post("/accounts/password/change/", fields)
    assert [mail.to for mail in mail_server] == [[OLD]]


def test_only_confirmed_addresses_are_reachable(verified, eve, mail_server):
    assert list(User.objects.reachable_by_mail()) == [verified]
    verified.emailaddress_set.update(email="other@example.com")
    assert list(User.objects.reachable_by_mail()) == []


def test_an_address_is_neither_removed_nor_chosen_among_strays(client_of, verified, mail_server):
    stray = verified.emailaddress_set.create(email="stray@example.com")
    client = client_of(verified)
    for act in ("action_remove", "action_primary", "action_send"):
        for email in (OLD, stray.email):
            client.post("/accounts/email/", {act: "", "email": email})
    verified.refresh_from_db()
    assert verified.email == OLD and mails_to(stray.email, mail_server) == []
    assert EmailAddress.objects.filter(user=verified, email=OLD, primary=True).exists()


def test_djangos_own_tokens_become_valid_again(verified):
    """Show why users.login.reset_tokens exists: Django's become valid again."""
    token = default_token_generator.make_token(verified)
    actions.change_email(verified, NEW)
    assert not default_token_generator.check_token(verified, token)
    actions.change_email(verified, OLD)
    assert default_token_generator.check_token(verified, token)
