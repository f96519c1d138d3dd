"""Simultaneous guesses are counted like sequential ones."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account import forms as account_forms
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.db import connections
from django.test import Client

from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 30
PASSWORD = "correct horse"
ASK, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"
VERIFY, STEP = "/accounts/confirm-email/", "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def uncounted(ana):
    cache.clear()


@pytest.fixture
def verified(bruno):
    bruno.emailaddress_set.create(email=bruno.email, verified=True, primary=True)
    return bruno


@pytest.fixture
def tried(monkeypatch):
    """Return a function that records the calls of a function, and the list of those calls."""

    def counted(owner, name):
        calls, original = [], getattr(owner, name)

        def call(*args, **kwargs):
            calls.append(1)
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, call)
        return calls

    return counted


def at_once(act, count=AT_ONCE):
    """Run `act(number)` in `count` threads at the same moment. Return the results."""
    gate = threading.Barrier(count)

    def run(number):
        gate.wait(30)
        try:
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def same_browser(client):
    """Return a new client for one thread, with the cookies of `client`."""
    copy = Client()
    copy.cookies = client.cookies.copy()
    return copy


def is_in(client):
    return "_auth_user_id" in client.session


def test_a_log_in_code(client, verified, mail_server, tried):
    client.post(ASK, {"email": verified.email})
    calls = tried(account_forms, "compare_user_code")
    at_once(lambda number: same_browser(client).post(CONFIRM, {"code": f"WRONG-{number}"}))
    assert 1 <= len(calls) <= 3


def test_a_log_in_code_that_was_guessed_at_lets_nobody_in(client, verified, mail_server, code_in):
    client.post(ASK, {"email": verified.email})
    at_once(lambda number: same_browser(client).post(CONFIRM, {"code": f"WRONG-{number}"}))
    client.post(CONFIRM, {"code": code_in(mail_server[0])})
    assert not is_in(client)


def test_a_code_for_an_address(client, ana, account, mail_server, tried):
    client.post("/accounts/signup/", account("clara"))
    calls = tried(account_forms, "compare_user_code")
    at_once(lambda number: same_browser(client).post(VERIFY, {"code": f"WRONG-{number}"}))
    assert 1 <= len(calls) <= 3


def test_codes_that_are_sent_again(client, verified, mail_server):
    client.post(ASK, {"email": verified.email})
    at_once(lambda number: same_browser(client).post(CONFIRM, {"action": "resend"}))
    assert 1 < len(mail_server) <= 3


def test_codes_that_are_asked_for(verified, mail_server):
    at_once(lambda number: Client().post(ASK, {"email": verified.email}))
    assert 1 <= len(mail_server) <= 3


def test_reset_links_that_are_asked_for(verified, mail_server):
    at_once(lambda number: Client().post("/accounts/password/reset/", {"email": verified.email}))
    assert 1 <= len(mail_server) <= 5


def test_a_password(bruno, tried, log_in):
    calls = tried(User, "check_password")
    at_once(lambda number: log_in(Client(), "bruno", f"wrong {number}"))
    assert 1 <= len(calls) <= 5


def test_a_password_asked_again(bruno, client_of, tried):
    client = client_of(bruno)
    calls = tried(AuthenticationBackend, "authenticate")
    fields = {"password": "wrong"}
    at_once(lambda number: same_browser(client).post("/accounts/reauthenticate/", fields))
    assert 1 <= len(calls) <= 5


def test_the_old_password_in_the_form_for_a_new_one(bruno, client_of, tried):
    client = client_of(bruno)
    calls = tried(User, "check_password")
    fields = {"oldpassword": "wrong", "password1": "staple battery", "password2": "staple battery"}
    at_once(lambda number: same_browser(client).post("/accounts/password/change/", fields))
    assert 1 <= len(calls) <= 5


@pytest.fixture
def second_factor(bruno, monkeypatch):
    monkeypatch.setattr(totp, "yield_hotp_counters_from_time", lambda: iter([57_000_000]))
    totp.TOTP.activate(bruno, "A" * 32)
    return RecoveryCodes.activate(bruno).get_unused_codes()


def test_a_second_factor(client, second_factor, log_in, tried):
    log_in(client, "bruno")
    calls = tried(totp.TOTP, "validate_code")
    at_once(lambda number: same_browser(client).post(STEP, {"code": f"{number:06}"}))
    assert 1 <= len(calls) <= 5


def half_logged_in(log_in, count):
    clients = [Client() for _ in range(count)]
    for client in clients:
        log_in(client, "bruno")
    return clients


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_one_code_of_a_second_factor_lets_in_once(kind, second_factor, log_in):
    app = totp.format_hotp_value(totp.hotp_value("A" * 32, 57_000_000))
    code = app if kind == "app" else second_factor[0]
    clients = half_logged_in(log_in, 4)
    at_once(lambda number: clients[number].post(STEP, {"code": code}), 4)
    assert sum(is_in(client) for client in clients) == 1


def test_the_last_use_of_an_invitation(by_invitation, invite, account):
    address = invite(uses=1)
    at_once(lambda number: Client().post(address, account(f"person{number}")), 10)
    assert User.objects.filter(username__startswith="person").count() == 1


def test_a_login_link(ana, bruno):
    from users.links.actions import issue_login_link

    _link, token = issue_login_link(ana, bruno)
    clients = [Client() for _ in range(10)]
    at_once(lambda number: clients[number].post(f"/enter/{token}/"), 10)
    assert sum(is_in(client) for client in clients) == 1


def test_an_expired_place_in_the_cache_is_taken_by_one():
    cache.set("place", "before", -1)
    assert sum(at_once(lambda number: cache.add("place", number, 60))) == 1
