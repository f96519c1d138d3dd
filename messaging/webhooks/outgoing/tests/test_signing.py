"""Signatures, as the package of Standard Webhooks verifies them. Case 46."""

import json

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from ..actions import renew_secret
from ..payload import MAX_PAYLOAD, payload
from ..signing import secret_of
from .receivers import run

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_receiver_verifies_what_arrives(lobby, bruno, receiver, say):
    """Case 46."""
    say(lobby, bruno, "¿Qué tal? 👍")
    run()
    [told] = receiver.verified()
    assert told["data"]["body"] == "¿Qué tal? 👍"
    assert secret_of(receiver.hook).startswith("whsec_")
    assert len(receiver.asked[0].headers["webhook-signature"].split()) == 1


def test_another_secret_a_changed_body_and_a_changed_id_do_not_verify(lobby, bruno, receiver, say):
    say(lobby, bruno, "hello")
    run()
    [asked] = receiver.asked
    judge = Webhook(secret_of(receiver.hook))
    wrong = [
        (asked.body + b" ", asked.headers),
        (asked.body, asked.headers | {"webhook-id": "1.1.1"}),
        (asked.body, asked.headers | {"webhook-timestamp": "1"}),
    ]
    for body, headers in wrong:
        with pytest.raises(WebhookVerificationError):
            judge.verify(body, headers)
    receiver.hook.pk += 1
    with pytest.raises(WebhookVerificationError):
        receiver.verified(secret_of(receiver.hook))


def test_while_the_key_changes_both_secrets_verify(lobby, bruno, receiver, say, settings):
    """Case 46."""
    old = secret_of(receiver.hook)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, which is long enough"
    say(lobby, bruno, "hello")
    run()
    assert old != secret_of(receiver.hook)
    assert receiver.verified(old) == receiver.verified()
    settings.SECRET_KEY_FALLBACKS = []
    say(lobby, bruno, "and later")
    run()
    with pytest.raises(WebhookVerificationError):
        receiver.verified(old)


def test_the_old_secret_verifies_for_a_day_after_a_new_one(lobby, ana, bruno, receiver, say):
    old = secret_of(receiver.hook)
    renew_secret(receiver.hook, ana)
    say(lobby, bruno, "at once")
    run()
    assert receiver.verified(old) == receiver.verified()
    run(hours=25)
    say(lobby, bruno, "a day later")
    run()
    with pytest.raises(WebhookVerificationError):
        receiver.verified(old)
    assert len(receiver.verified()) == 2


@pytest.mark.parametrize("letter", ["x", "👍", '"', "\n", "ñ"])
def test_a_long_text_is_cut_and_marked(lobby, bruno, receiver, say, letter):
    say(lobby, bruno, "-" + letter * 7_998 + "-")
    run()
    [asked], [told] = receiver.asked, receiver.verified()
    body, is_cut = told["data"]["body"], told["data"].get("is_cut", False)
    assert len(asked.body) <= MAX_PAYLOAD
    assert is_cut == (letter == "👍")
    assert body.startswith("-" + letter * 4_000) and body.endswith("…" if is_cut else "-")


def test_whatever_is_long_fits(lobby):
    """With files and a preview that would fill it alone."""
    files = [{"key": "k" * 40, "name": "n" * 200, "alt": "ñ" * 2_000}] * 10
    preview = {"title": "t" * 300, "description": "👍" * 3_000}
    for data in ({"files": files}, {"preview": preview}, {"files": files, "preview": preview}):
        body = payload("message.posted", lobby.created_at, {"id": 7, "body": "👍" * 8_000, **data})
        told = json.loads(body)["data"]
        assert len(body) <= MAX_PAYLOAD and told["is_cut"] and told["id"] == 7
        assert len(told["body"]) > 2_000 and set(told) == {"id", "body", "is_cut", *data}
