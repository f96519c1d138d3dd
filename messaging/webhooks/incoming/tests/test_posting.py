"""What programs post to a webhook, and what they are answered."""

import json
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core import rate_limits
from messaging.message.models import BODY_LIMIT
from messaging.webhooks.incoming.actions import remove_webhook
from rooms.actions import archive_room, change_room, delete_room, end_membership
from rooms.moderation.actions import ban_person, mute_member
from users.actions import deactivate
from users.bots.actions import restart_bot, retire_bot

from .hooked import Hook, answered, stored

URL_ENCODED = "application/x-www-form-urlencoded"
pytestmark = pytest.mark.django_db


def test_grafana_gets_ok_as_text(hook):  # 39
    response = hook.post({"text": "Disk full"})
    assert answered(response) == (200, "ok")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert hook.said == ["Disk full"]
    assert (hook.last.author.username, hook.last.author.is_bot) == ("grafana", True)


def test_a_payload_as_json_and_as_a_form_is_the_same(hook):  # 40
    payload = {"text": "*é* <https://example.com|a>", "blocks": None, "attachments": [None]}
    sent = json.dumps(payload)
    answers = [
        hook.post(payload),
        hook.form(payload=sent),
        hook.send(urlencode({"payload": sent}), URL_ENCODED),
        hook.send(sent, URL_ENCODED),  # curl -d
        hook.send(sent, "text/plain"),
        hook.send(b"\xef\xbb\xbf" + sent.encode(), "application/json; charset=utf-8"),
    ]
    assert [answered(answer) for answer in answers] == [(200, "ok")] * 6
    assert hook.said == ["**é** [a](https://example.com)"] * 6


def test_fields_of_a_form_may_stand_for_a_payload(hook):
    assert answered(hook.form(text="Hello", username="x")) == (200, "ok")
    assert answered(hook.send("text=Bye%21", URL_ENCODED)) == (200, "ok")
    assert hook.said == ["Hello", "Bye!"]


@pytest.mark.parametrize(
    "body",
    [
        *("", "{", "[]", '"text"', "3", "null", "not json", '{"text": "a"', "[" * 60_000),
        *('{"a":' * 10_000, b"\xff\xfe{\x00}\x00", b'{"text": "\xff"}', '{"text": ' + "9" * 5_000),
    ],
)
@pytest.mark.parametrize("form", [None, "payload"])
def test_what_is_no_payload_is_refused(hook, body, form):  # 41
    response = hook.form(payload=body) if form else hook.send(body)
    assert answered(response) == (400, "invalid_payload")
    assert hook.said == []


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=x"])
def test_a_form_that_is_malformed_is_refused(hook, content_type):
    assert answered(hook.send("--y\r\nwhat", content_type)) in (
        (400, "invalid_payload"),
        (400, "no_text"),
    )


@pytest.mark.parametrize(
    "payload",
    [
        *({}, {"text": ""}, {"text": None}, {"text": " \n"}, {"text": "\u200b"}, {"foo": "bar"}),
        *({"blocks": []}, {"attachments": [{"color": "good"}]}, {"text": [], "blocks": {}}),
        {"blocks": [{"type": "divider"}]},
    ],
)
def test_a_payload_without_text_is_refused(hook, payload):  # 41
    assert answered(hook.post(payload)) == (400, "no_text")
    assert hook.said == []


@pytest.mark.parametrize("channel", ["#den", "den", "@bruno", "C024BE91L", None, 5])
def test_the_channel_of_a_payload_is_ignored(hook, den, channel):  # 42
    assert answered(hook.post({"text": "Hello", "channel": channel})) == (200, "ok")
    assert (hook.said, den.messages.count()) == (["Hello"], 0)


def test_too_much_is_cut(hook):  # 43
    attachments = [{"text": f"{number} {'x' * 200}"} for number in range(200)]
    assert answered(hook.post({"attachments": attachments})) == (200, "ok")
    assert hook.said[0].endswith("…") and BODY_LIMIT - 20 < len(hook.said[0]) <= BODY_LIMIT


def test_code_that_is_cut_stays_code(hook):
    hook.post({"text": f"```{'x' * 20_000}```"})
    assert hook.said[0].endswith("x\n```\n…") and len(hook.said[0]) <= BODY_LIMIT
    assert "<pre>" in hook.last.body_html


def test_the_same_key_posts_once(hook):
    answers = [hook.post({"text": "Hello"}, Idempotency_Key="a" * 300) for _ in range(2)]
    assert [answered(answer) for answer in answers] == [(200, "ok")] * 2
    hook.post({"text": "Hello"}, Idempotency_Key="b")
    hook.post({"text": "Hello"})
    hook.post({"text": "Hello"})
    assert hook.said == ["Hello"] * 4


def test_here_is_limited_as_for_a_plain_member(hook, monkeypatch):  # C.6
    hook.post({"text": "<!channel> down"})
    assert hook.last.mentioned == "room"
    monkeypatch.setattr("messaging.mentions.parsing.MOST_PEOPLE", 1)
    hook.post({"text": "<!channel> <!everyone> <!here> again"})
    assert (hook.last.mentioned, hook.last.body) == ("", "@room @room @here again")


def test_text_that_looks_like_a_command_is_text(hook):
    texts = ["/shrug", "/nonsense x", "/etc/passwd changed", "/topic mine", "/me is ana"]
    for text in texts:
        assert answered(hook.post({"text": text})) == (200, "ok"), text
        assert BeautifulSoup(hook.last.body_html, "html.parser").text.strip() == text
    assert hook.room.messages.count() == len(texts)


# Who may not post any more


def test_a_wrong_and_a_revoked_address_are_answered_alike(hook, ana, django_assert_num_queries):
    remove_webhook(hook.webhook, by=ana)
    wrong = Hook.__new__(Hook)
    wrong.path = "/hooks/nonsense/"
    for address in (hook, wrong):
        with django_assert_num_queries(1):
            response = address.post({"text": "Hello"})
        assert answered(response) == (404, "no_service")
        assert answered(address.send("{")) == (404, "no_service")


@pytest.mark.parametrize("path", ["/hooks/", "/hooks/a/b/", "/hooks//", "/hooks/%00/", "/hooks/é/"])
def test_an_address_that_is_none_is_answered_so_too(ana, path):
    assert answered(Client().post(path, "{}", content_type="application/json"))[0] == 404


def test_an_address_works_without_its_last_slash(hook):
    hook.path = hook.path.rstrip("/")
    assert answered(hook.post({"text": "Hello"})) == (200, "ok")


def test_an_archived_room_takes_nothing(hook, ana):  # 45
    archive_room(hook.room, by=ana)
    assert answered(hook.post({"text": "Hello"})) == (410, "channel_is_archived")
    assert hook.said == []


def test_a_deleted_room_has_no_webhooks(hook, ana):
    delete_room(hook.room, by=ana)
    assert answered(hook.post({"text": "Hello"})) == (404, "no_service")


@pytest.mark.parametrize("how", ["muted", "removed", "banned"])
def test_a_bot_that_may_not_post_is_refused(hook, ana, how):
    membership = hook.room.membership_of(hook.webhook.bot)
    match how:
        case "muted":
            mute_member(membership, ana, 60)
        case "removed":
            end_membership(membership, by=ana)
        case "banned":
            ban_person(hook.room, hook.webhook.bot, ana)
    assert answered(hook.post({"text": "Hello"})) == (403, "action_prohibited")
    assert hook.said == []


def test_a_retired_bot_has_no_service(hook, ana):
    retire_bot(hook.webhook.bot, by=ana)
    assert answered(hook.post({"text": "Hello"})) == (404, "no_service")


def test_a_bot_that_starts_again_needs_a_new_webhook(hook, ana):
    bot = hook.webhook.bot
    retire_bot(bot, by=ana)
    restart_bot(bot, by=ana)
    assert answered(hook.post({"text": "Hello"})) == (404, "no_service")


def test_a_webhook_ends_with_its_owner(den, ana, bruno):
    den.memberships.filter(user=bruno).update(role="owner")
    hook = Hook(den, bruno)
    deactivate(bruno, by=ana)
    assert answered(hook.post({"text": "Hello"})) == (404, "no_service")


def test_too_many_are_told_when_to_come_back(hook, settings):
    settings.RATE_LIMITS = True
    answers = [hook.post({"text": "Hello"}) for _ in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {200}
    assert answered(answers[60]) == (429, "rate_limited")
    assert 0 < int(answers[60]["Retry-After"]) <= 60
    assert rate_limits.LIMITS["incoming webhook"] == (60, 60)


def test_the_slow_mode_is_for_bots_too(hook, ana, settings):
    settings.RATE_LIMITS = True
    change_room(hook.room, ana, slow_seconds=60)
    assert answered(hook.post({"text": "Hello"})) == (200, "ok")
    response = hook.post({"text": "Hello"})
    assert answered(response) == (429, "rate_limited")
    assert 0 < int(response["Retry-After"]) <= 60


# What a webhook is for those who are no programs


@pytest.mark.parametrize("path", ["", "/hooks/nonsense/"])
def test_a_person_is_told_what_the_address_is_for(hook, path):
    response = Client().get(path or hook.path, headers={"Accept-Language": "en"})
    assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")
    assert "This address takes POST" in response.content.decode()
    assert (hook.path.encode() in response.content, hook.said) == (False, [])


def test_other_methods_are_refused_in_words(hook):
    for method in ("put", "patch", "delete"):
        response = getattr(Client(), method)(hook.path)
        assert answered(response) == (405, "method_not_allowed")
    assert Client().options(hook.path)["Allow"] == "POST, OPTIONS"
    assert Client().head(hook.path).content == b""


def test_no_cookie_is_read_or_set(hook, client_of, bruno, django_assert_num_queries):
    client = client_of(bruno)
    response = client.post(hook.path, {"payload": '{"text": "Hello"}'})
    assert (answered(response), dict(response.cookies)) == ((200, "ok"), {})
    assert hook.last.author.username == "grafana"
    with django_assert_num_queries(1):
        client.post("/hooks/nonsense/", {"text": "Hello"})


def test_a_program_needs_no_csrf_token_and_a_page_of_another_site_is_refused(hook):
    client = Client(enforce_csrf_checks=True)
    assert answered(client.post(hook.path, {"text": "Hello"})) == (200, "ok")
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    response = client.post(hook.path, {"text": "Hello"}, headers=headers)
    assert answered(response) == (403, "action_prohibited")


def test_over_http_nothing_is_taken_where_there_is_https(hook, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert answered(hook.post({"text": "Hello"})) == (403, "https_required")


def test_the_last_use_is_noted(hook):
    hook.post({"text": "Hello"})
    used_at = stored(hook.path).used_at
    hook.post({"text": "Again"})
    assert used_at and stored(hook.path).used_at == used_at
