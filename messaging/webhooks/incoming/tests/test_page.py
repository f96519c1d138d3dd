"""The page of a room's webhooks."""

import re

import pytest
from bs4 import BeautifulSoup

from messaging.webhooks.incoming.models import IncomingWebhook
from rooms.actions import archive_room, join_room
from users.audit import AuditEntry
from users.models import User

from .hooked import Hook, answered

PAGE = "/rooms/lobby/settings/webhooks/"
ADDRESS = re.compile(r"/hooks/([\w-]{32})/")
pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client_of, ana, lobby):
    return client_of(ana)


def add(client, name="Grafana", page=PAGE, **fields):
    return client.post(page, {"name": name, **fields})


def address_in(response):
    """Return the address that a page shows, as a Hook of it."""
    page = BeautifulSoup(response.content, "html.parser")
    hook = Hook.__new__(Hook)
    hook.path = re.sub(r"https?://[^/]+", "", page.select_one("#new-webhook input")["value"])
    return hook


def test_a_webhook_is_added_and_its_address_shown_once(owner, lobby, ana):
    response = add(owner)
    assert response.status_code == 200 and "no-store" in response["Cache-Control"]
    hook = address_in(response)
    assert len(ADDRESS.findall(response.content.decode())) == 2  # to copy, and with curl
    assert answered(hook.post({"text": "Hello"})) == (200, "ok")
    assert ADDRESS.findall(owner.get(PAGE).content.decode()) == []
    stored = IncomingWebhook.objects.get()
    assert stored.token_hash not in response.content.decode()
    assert hook.path.split("/")[2] not in str(IncomingWebhook.objects.values())
    assert (stored.bot.username, stored.bot.owner, stored.created_by) == ("Grafana", ana, ana)
    assert lobby.membership_of(stored.bot).role == "member"


def test_the_list_says_who_made_it_and_when_it_was_used(owner, lobby, ana):
    hook = Hook(lobby, ana)
    page = BeautifulSoup(owner.get(PAGE).content, "html.parser")
    row = page.select_one(f"#webhook-{hook.webhook.pk}")
    assert "made by ana" in row.text.lower() and "never used" in row.text
    assert row.select_one(".message-bot") is not None
    hook.post({"text": "Hello"})
    assert "last used" in owner.get(PAGE).content.decode()


def test_a_new_address_ends_the_old_one(owner, lobby, ana):
    hook = Hook(lobby, ana)
    response = owner.post(f"{PAGE}{hook.webhook.pk}/renew/")
    assert "no-store" in response["Cache-Control"]
    assert answered(hook.post({"text": "Hello"})) == (404, "no_service")
    assert answered(address_in(response).post({"text": "Hello"})) == (200, "ok")


def test_a_revoked_webhook_leaves_the_list_and_what_it_said(owner, lobby, ana):
    hook = Hook(lobby, ana)
    hook.post({"text": "Hello"})
    response = owner.post(f"{PAGE}{hook.webhook.pk}/revoke/")
    assert response["Location"] == PAGE
    assert answered(hook.post({"text": "Again"})) == (404, "no_service")
    assert f"webhook-{hook.webhook.pk}" not in owner.get(PAGE).content.decode()
    assert hook.said == ["Hello"]
    assert owner.post(f"{PAGE}{hook.webhook.pk}/revoke/").status_code == 404


def test_everything_is_logged_without_the_address(owner, lobby, ana):
    hook = address_in(add(owner))
    webhook = IncomingWebhook.objects.get()
    owner.post(f"{PAGE}{webhook.pk}/renew/")
    owner.post(f"{PAGE}{webhook.pk}/revoke/")
    entries = AuditEntry.objects.filter(room_number=lobby.pk).order_by("pk")
    acts = ["webhook_made", "webhook_made", "webhook_removed"]
    assert [entry.act for entry in entries] == acts
    assert {(entry.actor, entry.person) for entry in entries} == {(ana, webhook.bot)}
    assert hook.path.split("/")[2] not in str(AuditEntry.objects.values_list())
    assert "Grafana" in owner.get("/rooms/lobby/log/").content.decode()


def test_a_bot_of_ones_own_is_used_again(owner, lobby, den):
    add(owner)
    assert add(owner, "grafana", "/rooms/den/settings/webhooks/").status_code == 200
    bots = set(IncomingWebhook.objects.values_list("bot__username", "room__slug"))
    assert bots == {("Grafana", "lobby"), ("Grafana", "den")}


@pytest.mark.parametrize("name", ["", " ", "Bruno", "admin", "here", "\u200b", "x" * 61])
def test_a_name_that_cannot_be_is_refused_and_kept(owner, bruno, name):
    response = add(owner, name, shows_names="on")
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 422
    assert page.select_one("[name=name]").get("value", "") == name
    assert page.select_one("[name=shows_names]").has_attr("checked")
    assert IncomingWebhook.objects.count() == User.objects.filter(is_bot=True).count() == 0


@pytest.mark.parametrize(
    ("name", "username"),
    [
        *(
            ("Uptime Kuma", "uptime-kuma"),
            ("C++ builds", "c-builds"),
            ("Überwachung!", "uberwachung"),
        ),
        *(("CI", "CI"), ("x", "x-bot"), ("Сборка", "Сборка"), ("n" * 60, "n" * 30)),
    ],
)
def test_a_bot_gets_a_username_like_its_name(owner, name, username):
    add(owner, name)
    bot = User.objects.get(is_bot=True)
    assert (bot.username, bot.shown_name) == (username, name)


def test_names_that_look_alike_get_different_usernames(owner, eve):
    User.objects.filter(pk=eve.pk).update(username="uptime-kuma", username_key="uptime-kuma")
    assert add(owner, "Uptime Kuma").status_code == 200
    assert User.objects.get(is_bot=True).username.startswith("uptime-kuma-")


def test_names_of_signs_alone_have_a_username_too(owner):
    assert add(owner, "⚡⚡").status_code == 200
    assert User.objects.get(is_bot=True).username.startswith("webhook-")


def test_an_archived_room_gets_no_webhook_but_loses_one(owner, lobby, ana):
    hook = Hook(lobby, ana)
    archive_room(lobby, by=ana)
    assert add(owner).status_code == 403
    assert "add-webhook" not in owner.get(PAGE).content.decode()
    assert owner.post(f"{PAGE}{hook.webhook.pk}/renew/").status_code == 403
    assert owner.post(f"{PAGE}{hook.webhook.pk}/revoke/").status_code == 302


def test_a_moderator_does_not_see_them(client_of, lobby, bruno, ana):
    join_room(lobby, bruno, "moderator")
    lobby.memberships.filter(user=bruno).update(role="moderator")
    client = client_of(bruno)
    assert client.get(PAGE).status_code == 403
    settings = client.get("/rooms/lobby/settings/").content.decode()
    assert PAGE not in settings
    assert PAGE in client_of(ana).get("/rooms/lobby/settings/").content.decode()


def test_the_webhook_of_another_room_is_not_there(owner, den, ana):
    hook = Hook(den, ana)
    for act in ("renew", "revoke"):
        assert owner.post(f"{PAGE}{hook.webhook.pk}/{act}/").status_code == 404


def test_a_conversation_of_a_few_has_none(client_of, ana, bruno):
    from rooms.direct.actions import open_direct_room

    slug = open_direct_room(ana, bruno).slug
    assert client_of(ana).get(f"/rooms/{slug}/settings/webhooks/").status_code == 403
