"""Each code is accepted once, up to one period early or late (RFC 6238, 5.2)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.db import connection
from django.test import Client

from users import actions
from users.models import User

PASSWORD = "correct horse"
STEP = "/accounts/2fa/authenticate/"
ACTIVATE = "/accounts/2fa/totp/activate/"
START = 57_000_000


@pytest.fixture
def clock(monkeypatch):
    """Stop the server's clock; move it with `clock.set(period)`."""

    class Clock:
        def set(self, period):
            monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: 30 * period + 12))

    clock = Clock()
    clock.set(START)
    return clock


@pytest.fixture
def app(bruno):
    """Return a function that returns the code of Bruno's authenticator app in a period."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(bruno, secret)
    return lambda period: totp.format_hotp_value(totp.hotp_value(secret, period))


@pytest.fixture
def lets_in(log_in):
    """Return a function that returns True if a code logs Bruno in."""

    def tried(code):
        client = Client()
        log_in(client, "bruno")
        client.post(STEP, {"code": code})
        return "_auth_user_id" in client.session

    return tried


@pytest.mark.parametrize(("period", "is_right"), [(-2, 0), (-1, 1), (0, 1), (1, 1), (2, 0)])
def test_the_neighbouring_periods_are_accepted_and_no_other(clock, app, lets_in, period, is_right):
    assert lets_in(app(START + period)) == bool(is_right)


@pytest.mark.parametrize("period", [-1, 0, 1])
@pytest.mark.parametrize("later", [0, 1, 2])
def test_a_code_is_used_once_as_long_as_it_is_valid(clock, app, lets_in, period, later):
    assert lets_in(app(START + period))
    clock.set(START + period + later - 1)
    cache.clear()
    assert not lets_in(app(START + period))


def test_a_code_from_before_the_last_one_is_not_accepted(clock, app, lets_in):
    assert lets_in(app(START + 1))
    assert not lets_in(app(START)) and not lets_in(app(START - 1))
    clock.set(START + 2)
    assert lets_in(app(START + 2))


def test_the_code_of_a_login_does_not_confirm_it_again(clock, app, client, log_in):
    log_in(client, "bruno")
    client.post(STEP, {"code": app(START)})
    cache.clear()
    again = "/accounts/2fa/reauthenticate/"
    assert client.post(again, {"code": app(START)}).status_code == 422
    assert client.post(again, {"code": app(START + 1)}).status_code == 302


def test_the_code_that_set_the_app_up_lets_nobody_in(clock, client, bruno, log_in, page, lets_in):
    log_in(client, "bruno")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = page(client.get(ACTIVATE)).select_one("#secret").text
    code = totp.format_hotp_value(totp.hotp_value(secret, START))
    assert client.post(ACTIVATE, {"code": code}).status_code == 302
    assert not lets_in(code)


@pytest.mark.parametrize("code", ["１２３４５６", "٠١٢٣٤٥", "\x00", "1" * 10_000, "é"])
def test_odd_codes_are_wrong_codes(clock, app, client, log_in, code):
    log_in(client, "bruno")
    assert client.post(STEP, {"code": code}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_of_many_who_use_one_code_at_once_one_gets_in(clock, monkeypatch):
    actions.set_up_workspace("Casa", "open", "ana", "ana@example.com", None)
    bruno = User.objects.create_user("bruno", "bruno@example.com", PASSWORD)
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(bruno, secret)
    # The database decides, not the cache.
    monkeypatch.setattr(totp.TOTP, "_mark_code_used", lambda app, code: True)
    for period in range(5):
        cache.clear()
        clock.set(START + 2 * period)
        code = totp.format_hotp_value(totp.hotp_value(secret, START + 2 * period))
        assert at_once(6, lambda code=code: enter(code)).count(True) == 1


def enter(code):
    client = Client()
    client.post("/accounts/login/", {"login": "bruno", "password": PASSWORD})

    def finish():
        client.post(STEP, {"code": code})
        return "_auth_user_id" in client.session

    return finish


def at_once(count, prepare):
    barrier = Barrier(count)

    def act(finish):
        try:
            barrier.wait()
            return finish()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(act, [prepare() for _ in range(count)]))
