"""The pages of a bot's webhooks: for its owner and administrators."""

import pytest
from django.utils import timezone

from messaging.models import Attempt, OutgoingWebhook, WebhookCursor
from rooms.actions import end_membership, join_room
from tests.outside import Reply
from users.audit import AuditEntry
from users.bots.actions import make_bot, retire_bot

from .. import actions
from ..actions import add_webhook
from ..signing import secret_of
from .conftest import ALL
from .receivers import run

pytestmark = pytest.mark.django_db(transaction=True)

URL = "https://hooks.example/secret"


@pytest.fixture
def brunos(bruno, lobby, den, outside, tasks_on):
    """A bot of Bruno's, in both rooms."""
    bot = make_bot(bruno, "parrot")
    join_room(lobby, bot)
    join_room(den, bot)
    outside.names["hooks.example"] = ["93.184.216.34"]
    return bot


@pytest.fixture
def theirs(brunos, bruno, lobby, den):
    return add_webhook(brunos, bruno, URL, [lobby, den], ALL)


def sent(*rooms, **changes):
    return {"url": URL, "rooms": [room.pk for room in rooms], "events": ["posted"]} | changes


def test_the_owner_adds_a_webhook(brunos, bruno, lobby, client_of, page):
    client = client_of(bruno)
    form = page(client.get(f"/bots/{brunos.pk}/webhooks/new/"))
    labels = [label.text.strip() for label in form.select("#id_rooms label")]
    assert labels == ["Den", "Lobby"]
    response = client.post(f"/bots/{brunos.pk}/webhooks/new/", sent(lobby))
    webhook = OutgoingWebhook.objects.get()
    assert response.headers["Location"] == f"/webhooks/{webhook.pk}/"
    assert (webhook.bot, webhook.url, webhook.events) == (brunos, URL, "posted")
    assert [cursor.room for cursor in webhook.cursors.all()] == [lobby]
    entry = AuditEntry.objects.get(act="webhook_made")
    assert (entry.actor, entry.person, entry.detail) == (bruno, brunos, "hooks.example")


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("url", {"url": ""}),
        ("url", {"url": "https://10.0.0.1/"}),
        ("url", {"url": "x" * 5_000}),
        ("url", {"url": "https://hooks.example/\0"}),
        ("rooms", {"rooms": []}),
        ("rooms", {"rooms": ["0"]}),
        ("rooms", {"rooms": ["x", "²"]}),
        ("rooms", {"rooms": [str(2**70)]}),
        ("events", {"events": []}),
        ("events", {"events": ["everything"]}),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    brunos, bruno, lobby, client_of, errors, page, field, changes
):
    typed = {"includes_bots": "on", "url": "https://hooks.example/typed"} | changes
    response = client_of(bruno).post(f"/bots/{brunos.pk}/webhooks/new/", sent(lobby, **typed))
    assert response.status_code == 422 and list(errors(response)) == [field]
    assert page(response).select_one("[name=url]").get("value", "") == typed["url"]
    assert page(response).select_one("[name=includes_bots][checked]")
    assert not OutgoingWebhook.objects.exists()


def test_a_room_that_the_bot_has_left_meanwhile_is_left_out(
    brunos, bruno, lobby, client_of, errors
):
    end_membership(lobby.membership_of(brunos))
    response = client_of(bruno).post(f"/bots/{brunos.pk}/webhooks/new/", sent(lobby))
    assert errors(response) == {"rooms": ["The bot is not in this room any more."]}


def test_a_bot_has_ten_webhooks_at_most(brunos, theirs, bruno, lobby, client_of, monkeypatch):
    monkeypatch.setattr(actions, "MAX_WEBHOOKS", 1)
    response = client_of(bruno).post(f"/bots/{brunos.pk}/webhooks/new/", sent(lobby))
    assert response.status_code == 422 and "Remove one first" in response.text
    assert OutgoingWebhook.objects.count() == 1


def test_an_edit_moves_no_cursor_but_those_of_rooms_that_come_and_go(
    theirs, bruno, lobby, den, client_of, say
):
    say(lobby, bruno, "not told yet")
    client = client_of(bruno)
    changed = sent(lobby, url="https://hooks.example/other", includes_bots="on")
    assert client.post(f"/webhooks/{theirs.pk}/edit/", changed).status_code == 302
    cursor = WebhookCursor.objects.get()
    assert (cursor.room, cursor.revision) == (lobby, 0)
    client.post(f"/webhooks/{theirs.pk}/edit/", sent(lobby, den))
    assert WebhookCursor.objects.get(room=lobby).revision == 0
    theirs.refresh_from_db()
    assert (theirs.url, theirs.includes_bots, theirs.events) == (URL, False, "posted")


def test_an_administrator_sees_no_names_of_rooms_that_are_not_theirs(
    theirs, bruno, eve, lobby, den, client_of, page
):
    eve.is_administrator = True
    eve.save(update_fields=["is_administrator"])
    client = client_of(eve)
    for address in (f"bots/{theirs.bot_id}/webhooks", f"webhooks/{theirs.pk}"):
        text = page(client.get(f"/{address}/")).get_text()
        assert "Den" not in text and "1 room that you do not see here" in text
    form = page(client.get(f"/webhooks/{theirs.pk}/edit/"))
    assert [label.text.strip() for label in form.select("#id_rooms label")] == ["Lobby"]
    client.post(f"/webhooks/{theirs.pk}/edit/", sent())
    assert WebhookCursor.objects.get().room == den


@pytest.mark.parametrize("page_of", ["", "edit/", "remove/", "secret/", "on/", "off/", "test/"])
def test_others_find_no_webhook(theirs, eve, client_of, page_of):
    for method in ("get", "post"):
        response = getattr(client_of(eve), method)(f"/webhooks/{theirs.pk}/{page_of}")
        assert response.status_code in (404, 405) or "reauthenticate" in response["Location"]
    assert client_of(eve).get(f"/bots/{theirs.bot_id}/webhooks/").status_code == 404
    assert OutgoingWebhook.objects.filter(pk=theirs.pk, disabled_at=None).exists()


def test_a_person_is_no_bot(bruno, ana, client_of):
    for person in (bruno, ana):
        assert client_of(ana).get(f"/bots/{person.pk}/webhooks/").status_code == 404


def test_the_secret_is_shown_after_the_password_and_renewed(theirs, bruno, client, page):
    client.post("/accounts/login/", {"login": "bruno", "password": "correct horse"})
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    address = f"/webhooks/{theirs.pk}/secret/"
    response = client.get(address)
    assert response["Location"].startswith("/accounts/reauthenticate/")
    client.post(response["Location"], {"password": "correct horse"})
    old = secret_of(theirs)
    assert page(client.get(address)).select_one("#secret").text == old
    client.post(address)
    new = page(client.get(address)).select_one("#secret").text
    theirs.refresh_from_db()
    assert (new != old, new, theirs.generation) == (True, secret_of(theirs), 2)


def test_the_page_says_what_came_of_each_attempt(
    theirs, brunos, bruno, lobby, outside, client_of, page, say
):
    site = outside.site("hooks.example", answer=Reply(503))
    outside.names["hooks.example"] = [site.address]
    say(lobby, bruno, "hello")
    run()
    site.answer = Reply(201)
    run(hours=1)
    document = page(client_of(bruno).get(f"/webhooks/{theirs.pk}/"))
    rows = [" ".join(row.get_text(" ").split()) for row in document.select("[id^=attempt-]")]
    assert rows[0].startswith("201 message.posted Lobby") and rows[0].endswith("ms Send again")
    assert "503" in rows[1] and "There was an error on its side." in rows[1]


def test_buttons_send_a_test_and_an_attempt_again(
    theirs, bruno, lobby, outside, client_of, page, say
):
    site = outside.site("hooks.example")
    outside.names["hooks.example"] = [site.address]
    say(lobby, bruno, "hello")
    run()
    client = client_of(bruno)
    client.post(f"/webhooks/{theirs.pk}/test/")
    form = page(client.get(f"/webhooks/{theirs.pk}/")).select_one("[action$='/again/']")
    assert client.post(form["action"]).status_code == 302
    run()
    assert len(site.asked) == 3 and Attempt.objects.count() == 3


def test_turning_it_off_and_on(theirs, bruno, lobby, client_of, page, errors):
    client = client_of(bruno)
    client.post(f"/webhooks/{theirs.pk}/off/")
    theirs.refresh_from_db()
    assert (theirs.reason, bool(theirs.disabled_at)) == ("person", True)
    document = page(client.get(f"/webhooks/{theirs.pk}/"))
    assert [each["value"] for each in document.select("[name=start]")] == ["stopped", "now"]
    assert client.post(f"/webhooks/{theirs.pk}/on/", {"start": "x"}).status_code == 422
    client.post(f"/webhooks/{theirs.pk}/on/", {"start": "now"})
    theirs.refresh_from_db()
    assert (theirs.reason, theirs.disabled_at) == ("", None)


def test_a_webhook_is_removed_after_a_question(theirs, bruno, client_of, page):
    client = client_of(bruno)
    assert page(client.get(f"/webhooks/{theirs.pk}/remove/")).select_one(".button-danger")
    response = client.post(f"/webhooks/{theirs.pk}/remove/")
    assert response["Location"] == f"/bots/{theirs.bot_id}/webhooks/"
    assert not OutgoingWebhook.objects.exists()
    assert AuditEntry.objects.filter(act="webhook_removed", actor=bruno).exists()


def test_with_a_dead_bot_nothing_but_removing_is_left(theirs, brunos, bruno, client_of):
    retire_bot(brunos, by=bruno)
    client = client_of(bruno)
    OutgoingWebhook.objects.update(disabled_at=timezone.now())
    for act in ("on", "test", "edit"):
        data = {"start": "now"}
        assert client.post(f"/webhooks/{theirs.pk}/{act}/", data).status_code == 403
    assert client.get(f"/bots/{brunos.pk}/webhooks/new/").status_code == 403
    assert client.get(f"/webhooks/{theirs.pk}/").status_code == 200
    assert client.post(f"/webhooks/{theirs.pk}/remove/").status_code == 302


def test_looking_up_hosts_is_limited(brunos, bruno, lobby, client_of, stopped_limits):
    client = client_of(bruno)
    client.post(f"/bots/{brunos.pk}/webhooks/new/", sent(lobby))
    webhook = OutgoingWebhook.objects.get()
    answers = [client.post(f"/webhooks/{webhook.pk}/test/").status_code for _time in range(31)]
    assert (answers[0], answers[-1]) == (302, 429)
