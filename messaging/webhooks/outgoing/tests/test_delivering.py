"""What arrives at a webhook, in which order, and what does not. Case 52, and neighbours."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging.message.actions import change_message, delete_message, edit_message, post_message
from messaging.models import Attempt, OutgoingWebhook, WebhookChange, WebhookCursor
from messaging.pins.actions import pin_message
from messaging.reactions.actions import add_reaction
from rooms.actions import delete_room, end_membership, join_room
from rooms.models import Room
from rooms.moderation.actions import ban_person
from users.actions import deactivate, make_administrator
from users.bots.actions import make_bot, retire_bot

from ..actions import add_webhook, change_webhook, remove_webhook, turn_off
from .conftest import ALL
from .receivers import run

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_post_arrives_with_where_and_what_it_is(lobby, bruno, receiver, say):
    message = say(lobby, bruno, "The kettle is on")
    run()
    [asked] = receiver.asked
    assert (asked.method, asked.path) == ("POST", "/in")
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["webhook-id"] == f"{receiver.hook.pk}.{lobby.pk}.{message.revision}"
    payload = json.loads(asked.body)
    assert list(payload) == ["type", "timestamp", "data"] and payload["type"] == "message.posted"
    data = payload["data"]
    assert (data["room"], data["id"], data["position"]) == ("lobby", message.pk, 1)
    assert (data["author"], data["author_is_bot"]) == ("bruno", False)
    assert (data["body"], data["revision"]) == ("The kettle is on", message.revision)


def test_each_act_is_called_what_it_is(lobby, ana, bruno, receiver, say):
    message = say(lobby, bruno, "one")
    run()
    edit_message(message, "two")
    run()
    add_reaction(message, ana, "👍")
    run()
    pin_message(message, ana)
    run()
    delete_message(message)
    run()
    assert receiver.told() == [
        *(("posted", "one"), ("changed", "two"), ("reacted", "two"), ("changed", "two")),
        ("deleted", None),
    ]
    changed = [data.get("changed") for data in receiver.data()]
    assert changed == [None, ["text"], ["reactions"], ["pin"], None]


def test_a_reaction_right_after_an_edit_is_no_edit(lobby, ana, bruno, receiver, say):
    message = say(lobby, bruno, "one")
    edit_message(message, "two")
    run()
    add_reaction(message, ana, "👍")
    run()
    assert receiver.told() == [("posted", "two"), ("reacted", "two")]


def test_an_edit_and_a_reaction_at_once_are_an_edit_that_names_both(
    lobby, ana, bruno, receiver, say
):
    message = say(lobby, bruno, "one")
    run()
    add_reaction(message, ana, "👍")
    edit_message(message, "two")
    run()
    assert receiver.events() == ["posted", "changed"]
    assert receiver.data()[1]["changed"] == ["reactions", "text"]


def test_what_a_reply_shows_of_an_edited_message_is_no_change_of_the_reply(
    lobby, ana, bruno, receiver, say
):
    message = say(lobby, bruno, "one")
    post_message(lobby, ana, "yes", "nonce", reply_to=message.pk)
    run()
    edit_message(message, "two")
    run()
    assert receiver.told() == [("posted", "one"), ("posted", "yes"), ("changed", "two")]
    assert not WebhookChange.objects.exists()


def test_rooms_that_are_not_chosen_are_not_told(lobby, den, bot, ana, bruno, receiver, say):
    fields = {"url": receiver.hook.url, "events": ALL, "includes_bots": False}
    change_webhook(receiver.hook, ana, rooms=[lobby], offered=[lobby, den], **fields)
    say(den, bruno, "secret")
    run()
    assert receiver.asked == []
    assert not Room.objects.get(pk=den.pk).has_webhooks


def test_only_the_chosen_events_arrive(lobby, ana, bruno, receiver, say):
    OutgoingWebhook.objects.update(events="deleted reacted")
    message = say(lobby, bruno, "one")
    edit_message(message, "two")
    run()
    add_reaction(message, ana, "👍")
    run()
    delete_message(message)
    run()
    assert receiver.events() == ["reacted", "deleted"]


def test_a_bots_own_messages_do_not_come_back(lobby, bot, bruno, receiver, say):
    OutgoingWebhook.objects.update(includes_bots=True)
    say(lobby, bot, "I am a bot")
    say(lobby, bruno, "I am not")
    run()
    assert receiver.told() == [("posted", "I am not")]


def test_two_bots_do_not_ping_pong(lobby, ana, bot, bruno, receiver, outside, say):
    """Case 52: each answers whatever it is told."""
    other = make_bot(ana, "parrot")
    join_room(lobby, other)
    second = add_webhook(other, ana, "https://parrot.example/", [lobby], ALL)
    heard = outside.site("parrot.example")
    say(lobby, bruno, "hello")
    answered = [0, 0]
    for _turn in range(5):
        run()
        for number, (site, answers) in enumerate(((receiver.site, bot), (heard, other))):
            for _new in site.asked[answered[number] :]:
                say(lobby, answers, "and hello to you")
            answered[number] = len(site.asked)
    assert (answered, second.bot) == ([1, 1], other)


def test_what_other_bots_say_comes_where_it_is_asked_for(lobby, ana, receiver, say):
    other = make_bot(ana, "parrot")
    join_room(lobby, other)
    say(lobby, other, "one")
    run()
    OutgoingWebhook.objects.update(includes_bots=True)
    say(lobby, other, "two")
    run()
    assert receiver.told() == [("posted", "two")]


def test_a_webhook_begins_with_what_comes_after_it_was_made(lobby, ana, bruno, bot, outside, say):
    """In the middle of history, and by changes of what was said before."""
    for number in range(5):
        message = say(lobby, bruno, f"old {number}")
    heard = outside.site("hooks.example")
    add_webhook(bot, ana, "https://hooks.example/", [lobby], ALL)
    run()
    assert heard.asked == []
    edit_message(message, "new")
    run()
    [asked] = heard.asked
    assert json.loads(asked.body)["type"] == "message.changed"


@pytest.mark.parametrize(
    "end",
    {
        "removal": lambda room, bot, ana: end_membership(room.membership_of(bot), by=ana),
        "ban": lambda room, bot, ana: ban_person(room, bot, ana),
        "leaving": lambda room, bot, ana: end_membership(room.membership_of(bot), by=bot),
    }.items(),
    ids=lambda item: item[0],
)
@pytest.mark.parametrize("which", ["lobby", "den"])
def test_a_room_that_the_bot_has_lost_is_told_no_more(
    lobby, den, ana, bruno, bot, receiver, say, end, which
):
    room, other = (lobby, den) if which == "lobby" else (den, lobby)
    say(room, bruno, "before, and not sent yet")
    end[1](room, bot, ana)
    say(room, bruno, "after")
    say(other, bruno, "elsewhere")
    run()
    assert receiver.told() == [("posted", "elsewhere")]
    assert list(WebhookCursor.objects.values_list("room", flat=True)) == [other.pk]
    assert not Room.objects.get(pk=room.pk).has_webhooks and not WebhookChange.objects.exists()


@pytest.mark.parametrize("end", ["bot", "owner"])
def test_nothing_is_sent_for_a_bot_that_does_not_live_any_more(
    lobby, ana, bruno, eve, receiver, say, end
):
    make_administrator(eve, by=ana)
    say(lobby, bruno, "hello")
    if end == "bot":
        retire_bot(receiver.hook.bot, by=ana)
    else:
        deactivate(ana, by=eve)
    run()
    assert receiver.asked == []
    assert (receiver.row().reason, receiver.row().disabled_at is None) == ("bot", False)


def test_a_deleted_room_takes_its_cursors_and_attempts_along(lobby, ana, bruno, receiver, say):
    say(lobby, bruno, "one")
    run()
    say(lobby, bruno, "two")
    delete_room(lobby, by=ana)
    run()
    assert receiver.told() == [("posted", "one")]
    assert WebhookCursor.objects.count() == 1 and not Attempt.objects.exists()


def test_a_removed_webhook_is_told_nothing_and_its_rooms_are_not_watched(
    lobby, ana, bruno, receiver, say
):
    say(lobby, bruno, "one")
    remove_webhook(receiver.hook, ana)
    run()
    assert receiver.asked == []
    assert not Room.objects.filter(has_webhooks=True).exists()
    assert not WebhookChange.objects.exists()


def test_one_that_is_off_is_told_nothing(lobby, ana, bruno, receiver, say):
    say(lobby, bruno, "one")
    turn_off(receiver.hook, ana)
    run()
    assert receiver.asked == []


def queries_of_acts(room, bruno, say):
    """The statements of a post and a change of a message, and of an edit."""
    message = say(room, bruno, "one")
    with CaptureQueriesContext(connection) as queries:
        say(room, bruno, "two")
        change_message(message, extras={"pin": {"at": "now"}})
        edit_message(message, "three")
    return [query["sql"] for query in queries.captured_queries]


def test_a_room_without_webhooks_pays_nothing(lobby, bruno, ana, bot, tasks_on, say):
    before = queries_of_acts(lobby, bruno, say)
    webhook = add_webhook(bot, ana, "https://hooks.example/", [lobby], ALL)
    assert len(queries_of_acts(lobby, bruno, say)) > len(before)
    remove_webhook(webhook, ana)
    assert len(queries_of_acts(lobby, bruno, say)) == len(before)
    assert not [statement for statement in before if '"messaging_webhook' in statement]
