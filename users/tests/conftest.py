import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail

from tertulia.config.oidc import providers
from users.links.actions import create_invitation

from .issuer import CALLBACK, CLARA, CLIENT, LOGIN, Issuer

PASSWORD = "correct horse"


@pytest.fixture
def mail_server(settings):
    """Configure a site that sends mail; return the list of mails sent."""
    settings.EMAIL_URL = "submission://chat%40example.com:secret@mail.example.com"
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
    settings.MFA_ALLOW_UNVERIFIED_EMAIL = False
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    return mail.outbox


@pytest.fixture
def by_invitation(workspace):
    """Return a workspace with sign-up by invitation only."""
    workspace.signup = "invite"
    workspace.save()
    return workspace


@pytest.fixture
def invite(ana):
    """Return a function that creates an invitation and returns its URL path."""

    def made(**limits):
        _invitation, token = create_invitation(ana, **limits)
        return f"/invitations/{token}/"

    return made


@pytest.fixture
def account():
    """Return a function that returns the data of the sign-up form."""

    def filled(username="clara", **changes):
        fields = {
            "username": username,
            "email": f"{username}@example.com",
            "password1": PASSWORD,
            "password2": PASSWORD,
        }
        return fields | changes

    return filled


@pytest.fixture
def code_in():
    """Return a function that finds the code in a mail."""

    def found(mail):
        lines = mail.body.splitlines()
        return next(line for line in lines if re.fullmatch(r"[A-Z0-9-]{6,12}", line))

    return found


@pytest.fixture
def log_in():
    """Return a function that fills in the login form."""

    def filled(client, login, password=PASSWORD, **options):
        return client.post("/accounts/login/", {"login": login, "password": password}, **options)

    return filled


@pytest.fixture
def issuer(settings, monkeypatch):
    """Return a running single sign-on provider with an account of Clara's."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    issuer = Issuer()
    issuer.person = CLARA
    settings.SOCIALACCOUNT_PROVIDERS = providers(
        issuer.url, CLIENT["id"], CLIENT["secret"], "Our house"
    )
    yield issuer
    issuer.stop()


@pytest.fixture
def return_from(page):
    """Return a function that goes to the provider and returns the response to its callback."""

    def returned(client, **options):
        away = page(client.post(LOGIN, options)).select_one("main a")["href"]
        state = parse_qs(urlsplit(away).query)["state"][0]
        return client.get(CALLBACK, {"code": "1", "state": state})

    return returned
