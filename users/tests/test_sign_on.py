"""Login through an OpenID Connect provider, configured by environment variables."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client

from tertulia.config.oidc import providers
from users.forms import UsernameField
from users.login.forms import SignOnSignupForm
from users.models import Invitation, User

from .issuer import CALLBACK, CLARA, LOGIN
from .test_pages import assert_ours

SIGN_UP = "/accounts/3rdparty/signup/"
VALIDATE = UsernameField.validate


def is_in(client):
    return "_auth_user_id" in client.session


def test_without_settings_there_is_no_single_sign_on(client, ana, page):
    assert providers("", "", "") == {}
    assert not page(client.get("/accounts/login/")).select("#sign-on")
    assert client.get(LOGIN).status_code == client.post(LOGIN).status_code == 404


@pytest.mark.parametrize(
    "variables",
    [
        ("http://login.example", "id", "secret"),
        ("login.example", "id", "secret"),
        ("https://login.example", "", "secret"),
        ("https://login.example", "id", ""),
    ],
)
def test_an_unsafe_setting_stops_the_start(variables):
    with pytest.raises(ValueError, match="OIDC_ISSUER"):
        providers(*variables)


def test_a_button_leads_there_and_a_link_does_not(client, ana, issuer, page):
    form = page(client.get("/accounts/login/")).select_one("form#sign-on[method=post]")
    assert (form["action"], form.select_one("button").text) == (LOGIN, "Log in with Our house")
    assert_ours(page(client.get(LOGIN)))
    response = client.post(
        LOGIN
    )  # a page with a link: form-action forbids a redirect to another site
    away = urlsplit(page(response).select_one("main a")["href"])
    assert f"{away.scheme}://{away.netloc}{away.path}" == f"{issuer.url}/authorize"
    assert parse_qs(away.query)["code_challenge_method"] == ["S256"]
    refresh = page(response).select_one("meta[http-equiv=refresh]")["content"]
    assert refresh == f"0; url={away.geturl()}"


def test_somebody_new_chooses_a_name_and_is_in(client, ana, issuer, return_from, page):
    response = return_from(client)
    assert response.headers["Location"] == SIGN_UP and not is_in(client)
    form = page(client.get(SIGN_UP))
    assert form.select_one("[name=username]")["value"] == "clara"
    assert_ours(form)
    client.post(SIGN_UP, {"username": "clarita", "email": "clara@example.com"})
    clara = User.objects.get(username="clarita")
    assert client.session["_auth_user_id"] == str(clara.pk)
    assert not clara.has_usable_password() and not SocialToken.objects.exists()
    assert issuer.asked[0]["code_verifier"]


def test_next_time_they_are_in_at_once(client, bruno, issuer, return_from):
    SocialAccount.objects.create(user=bruno, provider="sso", uid=CLARA["sub"])
    assert return_from(client).headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(bruno.pk)


def test_a_name_of_somebody_else_is_refused(client, bruno, issuer, return_from, errors):
    return_from(client)
    response = client.post(SIGN_UP, {"username": "BRUNO", "email": "clara@example.com"})
    assert (response.status_code, list(errors(response))) == (422, ["username"])


def test_somebody_who_signed_up_in_another_window_logs_in(client, ana, issuer, return_from):
    return_from(client)
    other = Client()
    return_from(other)
    other.post(SIGN_UP, {"username": "clara", "email": "clara@example.com"})
    response = client.post(SIGN_UP, {"username": "clarita", "email": "clarita@example.com"})
    assert response.headers["Location"] == "/accounts/login/"
    assert not User.objects.filter(username="clarita").exists()
    return_from(client)
    assert is_in(client)


def test_the_loser_of_a_race_for_a_name_chooses_another(
    client, ana, issuer, return_from, monkeypatch, errors
):
    return_from(client)
    monkeypatch.setattr(UsernameField, "validate", lambda field, value: None)
    monkeypatch.setattr(SignOnSignupForm, "full_clean", late_clean(monkeypatch))
    response = client.post(SIGN_UP, {"username": "ana", "email": "clara@example.com"})
    assert (response.status_code, list(errors(response))) == (422, ["username"])
    client.post(SIGN_UP, {"username": "clara", "email": "clara@example.com"})
    assert is_in(client)


def late_clean(monkeypatch):
    """Return a full_clean that finds taken names only from its second call on."""
    original, calls = SignOnSignupForm.full_clean, []

    def full_clean(form):
        calls.append(form)
        if len(calls) == 2:
            monkeypatch.setattr(UsernameField, "validate", VALIDATE)
        original(form)

    return full_clean


def test_closed_sign_up_is_closed_there_too(client, by_invitation, issuer, return_from, page):
    response = return_from(client)
    assert response.status_code == 403
    assert page(response).select_one("h1").text == "By invitation only"
    assert client.post(SIGN_UP, {"username": "clara", "email": "c@example.com"}).status_code == 302
    assert not User.objects.filter(username="clara").exists()


def test_an_invitation_opens_closed_sign_up(
    client, by_invitation, invite, issuer, return_from, page
):
    address = invite(uses=1)
    form = page(client.get(address)).select_one("#sign-on")
    return_from(client, next=form.select_one("[name=next]")["value"])
    client.post(SIGN_UP, {"username": "clara", "email": "clara@example.com"})
    assert is_in(client) and Invitation.objects.get().uses_left == 0


def test_an_address_at_the_provider_gives_nobody_an_account_here(
    client, bruno, issuer, return_from, errors
):
    issuer.person = CLARA | {"email": "bruno@example.com"}
    return_from(client)
    response = client.post(SIGN_UP, {"username": "clara", "email": "bruno@example.com"})
    assert response.status_code == 422 and not is_in(client)


def test_a_deactivated_person_stays_out(client, bruno, issuer, return_from):
    from users.actions import deactivate

    SocialAccount.objects.create(user=bruno, provider="sso", uid=CLARA["sub"])
    deactivate(bruno)
    assert return_from(client).headers["Location"] == "/accounts/inactive/"
    assert not is_in(client)


@pytest.mark.parametrize("query", ["", "?code=1", "?code=1&state=forged", "?error=x&state=y"])
def test_a_callback_without_a_started_login_is_refused(client, ana, issuer, query, page):
    response = client.get(f"{CALLBACK}{query}")
    assert page(response).select_one("h1").text == "Something went wrong" and not is_in(client)
    assert issuer.asked == []


def test_a_provider_that_does_not_answer_breaks_nothing(client, ana, issuer, page):
    issuer.stop()
    assert page(client.post(LOGIN)).select_one("h1").text == "Something went wrong"


def test_one_connects_it_to_an_account_and_disconnects_it(
    bruno, issuer, client_of, return_from, page
):
    client = client_of(bruno)
    form = page(client.get("/accounts/3rdparty/")).select_one("main form")
    away = page(client.post(form["action"])).select_one("main a")["href"]
    client.get(CALLBACK, {"code": "1", "state": parse_qs(urlsplit(away).query)["state"][0]})
    account = SocialAccount.objects.get()
    assert (account.user, account.uid) == (bruno, CLARA["sub"])
    assert_ours(page(client.get("/accounts/3rdparty/")))
    client.post("/accounts/3rdparty/", {"account": account.pk})
    assert not SocialAccount.objects.exists()
