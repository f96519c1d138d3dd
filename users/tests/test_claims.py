"""Claims of an OpenID Connect provider are accepted or refused, and never cause an error."""

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount

from users.models import User

from .issuer import CLARA, LOGIN

SIGN_UP = "/accounts/3rdparty/signup/"

HUGE = "x" * 300_000


@pytest.fixture
def comes(client, ana, issuer, return_from):
    """Return a function that logs somebody in from the provider with these `claims`."""

    def came(**claims):
        issuer.person = {k: v for k, v in (CLARA | claims).items() if v is not ...}
        return return_from(client)

    return came


def sign_up(client, **changes):
    return client.post(SIGN_UP, {"username": "clara", "email": CLARA["email"]} | changes)


@pytest.mark.parametrize(
    ("said", "is_verified"),
    [
        (True, True),
        ("true", True),
        (" True ", True),
        ("TRUE", True),
        (False, False),
        ("false", False),
        ("False", False),
        ("", False),
        ("maybe", False),
        (1, False),
        (0, False),
        (None, False),
        ([], False),
        ([True], False),
        ({"a": 1}, False),
        (HUGE, False),
        (..., False),
    ],
)
def test_a_verified_claim_may_be_text(client, comes, said, is_verified):
    assert comes(email_verified=said).headers["Location"] == SIGN_UP
    assert sign_up(client).status_code == 302
    assert EmailAddress.objects.get(email=CLARA["email"]).verified == is_verified


ODD = [
    None,
    "",
    7,
    True,
    [],
    ["a@example.com"],
    {"a": "b"},
    HUGE,
    "a\x00b",
    "\ud800",
    "..",
    "é\u202e",
]


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_invalid_claims_are_ignored(client, comes, odd):
    claims = ["email", "preferred_username", "name", "given_name", "family_name", "picture"]
    assert comes(**dict.fromkeys(claims, odd)).headers["Location"] == SIGN_UP
    assert client.get(SIGN_UP).status_code == 200
    assert sign_up(client).status_code == 302
    assert User.objects.get(username="clara").email == CLARA["email"]
    assert len(str(SocialAccount.objects.get().extra_data)) < 1_000


@pytest.mark.parametrize("odd", [..., None, "", True, [], {}, HUGE, "a\x00b", "\ud800"], ids=repr)
def test_without_a_subject_nobody_gets_in(client, comes, odd, page):
    response = comes(sub=odd)
    assert page(response).select_one("h1").text == "Something went wrong"
    assert "_auth_user_id" not in client.session and not SocialAccount.objects.exists()


def test_a_subject_may_be_a_number(client, comes):
    assert comes(sub=12345).headers["Location"] == SIGN_UP
    sign_up(client)
    assert SocialAccount.objects.get().uid == "12345"


def test_claims_about_somebody_else_are_refused(client, bruno, comes, issuer, page, monkeypatch):
    SocialAccount.objects.create(user=bruno, provider="sso", uid="b-1")
    answer = issuer.answer
    others = {"/userinfo": {"sub": "b-1"}}
    monkeypatch.setattr(issuer, "answer", lambda path: others.get(path) or answer(path))
    assert page(comes()).select_one("h1").text == "Something went wrong"
    assert "_auth_user_id" not in client.session


ANSWERS = [None, [], "text", 7, {}, {"access_token": None}, {"access_token": ["a"]}]
ANSWERS += [{"access_token": "a", "expires_in": "soon"}, {"access_token": "a", "id_token": 7}]


@pytest.mark.parametrize("answer", ANSWERS, ids=repr)
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/userinfo"])
def test_a_malformed_response_breaks_nothing(
    client,
    ana,
    issuer,
    return_from,
    page,
    monkeypatch,
    path,
    answer,
):
    usual = issuer.answer
    monkeypatch.setattr(issuer, "answer", lambda asked: answer if asked == path else usual(asked))
    at_once = path == "/.well-known/openid-configuration"
    response = client.post(LOGIN) if at_once else return_from(client)
    assert response.status_code < 500 or response.status_code == 502
    assert "_auth_user_id" not in client.session
