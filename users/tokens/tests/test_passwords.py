"""A new password asks whether it revokes the access tokens; logging out everywhere does."""

import json

import pytest
from asgiref.sync import async_to_sync

from users.bots.actions import make_bot
from users.models import Token
from users.tokens.actions import make_token
from users.tokens.queries import token_for

CHANGE = "/accounts/password/change/"
TYPED = {
    "oldpassword": "correct horse",
    "password1": "battery staple",
    "password2": "battery staple",
}


@pytest.fixture
def browser(bruno, client_of):
    return client_of(bruno)


@pytest.fixture
def secret(bruno):
    return make_token(bruno, "Deploys", ["read"])[1]


@pytest.mark.parametrize(("choice", "works"), [({}, True), ({"revoke_tokens": "on"}, False)])
def test_a_new_password_revokes_tokens_if_one_says_so(browser, secret, page, choice, works):
    assert page(browser.get(CHANGE)).select_one("[name=revoke_tokens]")
    assert browser.post(CHANGE, TYPED | choice).status_code == 302
    assert bool(token_for(secret)) is works


def test_a_wrong_password_revokes_nothing(browser, secret):
    wrong = TYPED | {"oldpassword": "wrong", "revoke_tokens": "on"}
    assert browser.post(CHANGE, wrong).status_code == 422
    assert token_for(secret)


def test_nobody_without_tokens_is_asked(browser, page):
    assert page(browser.get(CHANGE)).select("[name=revoke_tokens]") == []


def test_logging_out_everywhere_else_revokes_tokens_but_not_those_of_bots(browser, bruno, secret):
    of_bot = make_token(make_bot(bruno, "ci"), "CI", ["read"])[1]
    browser.post("/profile/sessions/end-others/")
    assert token_for(secret) is None and token_for(of_bot)


@pytest.mark.django_db(transaction=True)
def test_ones_own_export_lists_tokens_and_bots_without_what_opens_the_api(browser, bruno, secret):
    make_bot(bruno, "ci", "Our CI")
    answer = async_to_sync(joined)(browser.get("/profile/export/").streaming_content)
    exported = json.loads(answer)
    [token] = exported["tokens"]
    assert (token["name"], token["scopes"], token["start"]) == ("Deploys", ["read"], secret[:19])
    assert secret[19:] not in answer and Token.objects.get().token_hash not in answer
    assert exported["bots"] == [{"username": "ci", "display_name": "Our CI"}]


async def joined(pieces):
    return b"".join([piece async for piece in pieces]).decode()
