"""Logins that begin before an account changes and finish after it."""

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import authentication_step_completed
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted

from users import actions
from users.links import actions as link_actions
from users.models import Session, User

from .issuer import CLARA

PASSWORD = "correct horse"
STEP, VERIFY = "/accounts/2fa/authenticate/", "/accounts/confirm-email/"
ASK, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"


def deactivate_and_reactivate(person):
    actions.deactivate(person)
    actions.reactivate(person)


def change_email(person):
    actions.change_email(person, "elsewhere@example.com")
    EmailAddress.objects.filter(user=person).update(verified=True)


DECISIONS = {
    "deactivated": actions.deactivate,
    "deactivated for a while": deactivate_and_reactivate,
    "password": lambda person: actions.change_password(person, "another horse"),
    "second factor": actions.reset_second_factor,
    "e-mail": change_email,
}


def fresh(person):
    return User.objects.get(pk=person.pk)


def is_in(client):
    return "_auth_user_id" in client.session


@pytest.fixture
def verified(bruno):
    EmailAddress.objects.create(user=bruno, email=bruno.email, verified=True, primary=True)
    return bruno


@pytest.fixture
def code(bruno, monkeypatch):
    """Return the current code of Bruno's authenticator app."""
    monkeypatch.setattr(totp, "yield_hotp_counters_from_time", lambda: iter([57_000_000]))
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(bruno, secret)
    return totp.format_hotp_value(totp.hotp_value(secret, 57_000_000))


@pytest.fixture
def after_a_password(client, code, log_in):
    """Log in up to the page for the second factor; return the function that enters the code."""
    assert log_in(client, "bruno").headers["Location"] == STEP
    return lambda: client.post(STEP, {"code": code})


@pytest.fixture
def after_a_login_link(client, ana, code, bruno):
    _link, token = link_actions.issue_login_link(ana, bruno)
    assert client.post(f"/enter/{token}/").headers["Location"] == STEP
    return lambda: client.post(STEP, {"code": code})


@pytest.fixture
def after_sign_on(client, code, bruno, issuer, return_from):
    SocialAccount.objects.create(user=bruno, provider="sso", uid=CLARA["sub"])
    assert return_from(client).headers["Location"] == STEP
    return lambda: client.post(STEP, {"code": code})


@pytest.fixture
def before_a_mailed_code(client, verified, mail_server, code_in):
    """Request a login code by e-mail; return the function that enters it."""
    client.post(ASK, {"email": verified.email})
    return lambda: client.post(CONFIRM, {"code": code_in(mail_server[0])})


@pytest.fixture
def before_a_verified_address(client, bruno, mail_server, log_in, code_in):
    """Log in up to the page that verifies Bruno's address; return the function that does it."""
    assert log_in(client, "bruno").headers["Location"] == VERIFY
    return lambda: client.post(VERIFY, {"code": code_in(mail_server[0])})


@pytest.fixture
def happen_at():
    """Return a function that runs `decide(user)` once when the signal `moment` is sent.

    It returns a list, to which the user is added then.
    """
    handlers = []

    def at(moment, decide):
        happened = []

        def happen(user, **_signal):
            if not happened:
                happened.append(user)
                decide(fresh(user))

        moment.connect(happen, weak=False)
        handlers.append((moment, happen))
        return happened

    yield at
    for moment, happen in handlers:
        moment.disconnect(happen)


HALVES = [
    "after_a_password",
    "after_a_login_link",
    "after_sign_on",
    "before_a_mailed_code",
    "before_a_verified_address",
]


@pytest.fixture(params=HALVES)
def finish(request):
    """Begin a login as Bruno; return a function that takes its last step."""
    return request.getfixturevalue(request.param)


def test_an_unfinished_login_can_be_finished(finish, client, bruno):
    finish()
    assert client.session["_auth_user_id"] == str(bruno.pk)
    assert client.get("/profile/").status_code == 200
    assert "login_begun" not in client.session


@pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)
def test_an_unfinished_login_does_not_survive_a_change(decide, finish, client, bruno):
    decide(fresh(bruno))
    finish()
    assert not is_in(client) and client.get("/profile/").status_code == 302
    assert not Session.objects.filter(user=bruno).exists()


@pytest.mark.parametrize("moment", [authentication_step_completed, user_logged_in])
@pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)
def test_nobody_gets_in_whose_account_changes_in_the_last_step(
    decide, moment, finish, client, bruno, happen_at
):
    happened = happen_at(moment, decide)
    finish()
    # Verifying an address is not an authentication step.
    assert happened or moment is authentication_step_completed
    assert is_in(client) == Session.objects.filter(user=bruno).exists() == (not happened)


LAST_STEPS = ["password", "deactivated", "e-mail"]


@pytest.mark.parametrize("moment", [authentication_step_completed, user_logged_in])
@pytest.mark.parametrize("decision", LAST_STEPS)
def test_nobody_gets_in_by_a_password_while_the_account_changes(
    decision, moment, client, verified, log_in, happen_at
):
    happen_at(moment, DECISIONS[decision])
    log_in(client, "bruno")
    assert not is_in(client) and client.get("/profile/").status_code == 302


@pytest.mark.parametrize("decision", LAST_STEPS)
def test_nobody_gets_in_by_a_login_link_while_the_account_changes(
    decision, client, ana, bruno, happen_at
):
    _link, token = link_actions.issue_login_link(ana, bruno)
    happen_at(user_logged_in, DECISIONS[decision])
    client.post(f"/enter/{token}/")
    assert not is_in(client) and client.get("/profile/password/").status_code == 302


def test_a_new_account_that_was_deactivated_at_once_is_not_let_in(client, ana, account, happen_at):
    happen_at(user_logged_in, actions.deactivate)
    client.post("/accounts/signup/", account("clara"))
    assert not is_in(client) and not User.objects.get(username="clara").is_active


def test_an_unfinished_login_is_not_finished_as_somebody_else(
    client, code, eve, mail_server, log_in
):
    EmailAddress.objects.create(user=eve, email=eve.email, verified=True, primary=True)
    log_in(client, "bruno")
    client.post(ASK, {"email": eve.email})
    change_email(eve)
    client.post(CONFIRM, {"code": mail_server[0].body.split()[-1]})
    assert not is_in(client)


def test_a_session_that_was_ended_is_not_stored_again(client_of, bruno):
    session = client_of(bruno).session
    assert session["_auth_user_id"]  # read, as at the start of a page
    actions.deactivate(bruno)
    session["theme"] = "dark"
    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.filter(user=bruno).exists()


def test_a_session_that_was_ended_gets_no_new_key(client_of, bruno):
    thief, owner = client_of(bruno).session, client_of(bruno).session
    assert thief["_auth_user_id"]
    actions.end_other_sessions(bruno, owner.stored_key)
    with pytest.raises(SessionInterrupted):
        thief.cycle_key()
    assert Session.objects.filter(user=bruno).count() == 1


def test_a_session_with_the_old_password_is_not_stored_again(client_of, bruno):
    session = client_of(bruno).session
    assert session["_auth_user_id"]
    User.objects.filter(pk=bruno.pk).update(password="another hash")
    session["theme"] = "dark"
    session.save()
    assert "_auth_user_id" not in session and not Session.objects.filter(user=bruno).exists()


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(bruno, client_of):
    here, elsewhere = client_of(bruno), client_of(bruno)
    words = {"oldpassword": PASSWORD, "password1": "another horse", "password2": "another horse"}
    here.post("/accounts/password/change/", words)
    assert here.get("/profile/").status_code == 200
    assert elsewhere.get("/profile/").status_code == 302
    assert [row.pk for row in Session.objects.filter(user=bruno)] == [here.session.stored_key]


def test_an_authenticator_that_is_added_later_ends_no_session(client, code, bruno, log_in):
    Authenticator.objects.all().delete()
    log_in(client, "bruno")
    totp.TOTP.activate(bruno, totp.generate_totp_secret())
    assert client.get("/profile/").status_code == 200
    session = client.session
    session["theme"] = "dark"
    session.save()
    assert is_in(client)
