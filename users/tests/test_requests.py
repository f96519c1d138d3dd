"""Pages about people and accounts withstand forged forms, caches and planted URLs."""

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from users.links.actions import create_invitation, issue_login_link
from users.models import Session
from users.sessions import store

PASSWORD = "correct horse"
SAMPLES = {
    "pk": 1,
    "token": "t",
    "username": "bruno",
    "provider_id": "sso",
    "key": "k",
    "uidb36": "1",
}


def addresses(resolver, prefix="", outer=()):
    """Yield every URL below `resolver` as (name, arguments)."""
    for entry in resolver.url_patterns:
        arguments = {*outer, *entry.pattern.regex.groupindex}
        if isinstance(entry, URLResolver):
            namespace = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            if entry.namespace not in {"admin", "api", "design", "rooms", "messaging"}:
                yield from addresses(entry, namespace, arguments)
        elif entry.name:
            yield f"{prefix}{entry.name}", arguments


def paths():
    """Return the paths of pages about people and accounts: {name: path}."""
    return {
        name: reverse(name, kwargs={argument: SAMPLES[argument] for argument in arguments})
        for name, arguments in addresses(get_resolver())
        if arguments <= SAMPLES.keys()
    }


PATHS = paths()


def test_the_account_pages_are_all_included():
    assert {name.split(":")[0].split("_")[0] for name in PATHS} >= {"account", "mfa", "users"}
    assert len(PATHS) >= 55


@pytest.mark.parametrize("name", sorted(PATHS))
def test_without_its_token_every_form_is_refused(name, ana, client_of):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    assert client.post(PATHS[name]).status_code == 403


@pytest.mark.parametrize("name", sorted(PATHS.keys() - {"manifest", "service_worker"}))
def test_no_page_is_cached_after_logging_out(name, ana, client_of):
    response = client_of(ana).get(PATHS[name])
    if response.status_code == 200:
        assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("name", sorted(PATHS))
def test_a_get_request_changes_nothing(name, ana, bruno, client_of):
    client = client_of(ana)
    client.get("/accounts/email/")  # allauth stores its copy of the address here, if there is none
    before = state()
    client.get(PATHS[name])
    assert state() == before


def state():
    """Return all rows about users, without the times when they were seen."""
    labels = ("users", "account", "mfa", "socialaccount")
    models = [model for label in labels for model in apps.get_app_config(label).get_models()]
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in models
        if model is not Session
    }


FOREIGN = ["//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example/"]
FOREIGN += [
    "javascript:alert(1)",
    "\thttps://evil.example",
    "///evil.example",
    "http:///evil.example",
]


@pytest.mark.parametrize("address", FOREIGN)
def test_no_form_redirects_to_a_foreign_site(client, ana, address, log_in):
    for path in ["/accounts/login/", "/accounts/logout/"]:
        response = client.post(path, {"login": "ana", "password": PASSWORD, "next": address})
        assert response.headers["Location"] in {"/", "/accounts/login/"}
    log_in(client, "ana")
    for path in ["/accounts/reauthenticate/", "/accounts/login/"]:
        response = client.post(f"{path}?next={address}", {"password": PASSWORD, "next": address})
        assert response.headers["Location"] == "/"


def test_cookies_are_for_this_site_and_no_script(client, bruno, log_in):
    log_in(client, "bruno")
    client.get("/profile/")
    for name in ["sessionid", "csrftoken"]:
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert settings.SESSION_COOKIE_SECURE == settings.CSRF_COOKIE_SECURE == settings.HAS_TLS


def test_only_hashes_of_secrets_are_stored(ana, bruno, client, log_in):
    log_in(client, "bruno")
    _invitation, invited = create_invitation(ana)
    _link, link = issue_login_link(ana, bruno)
    stored = str(state()) + str(list(Session.objects.values()))
    for secret in [invited, link, client.cookies["sessionid"].value, PASSWORD]:
        assert secret not in stored
    assert store.sessions_of(bruno).count() == 1


def test_a_secret_address_is_not_logged(ana, client, caplog):
    caplog.set_level("DEBUG")
    for path in ["/invitations/very-secret-token/", "/enter/very-secret-token/"]:
        client.get(path)
        client.post(path)
    assert "very-secret" not in caplog.text
