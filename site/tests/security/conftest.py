"""Users of every role, and two rooms with objects of every kind, for the access matrix."""

import logging
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from messaging.attachments.tests.sent import picture, uploaded
from messaging.later.actions import save_message
from messaging.message.actions import post_message
from messaging.notifications.mail import stop_address
from messaging.notifications.push.tests.subscribed import device_of
from messaging.previews.tests.shown import drawn, preview
from messaging.reports.actions import report_message
from messaging.scheduled.actions import schedule_message
from messaging.webhooks.incoming.actions import add_webhook as add_incoming
from messaging.webhooks.outgoing.actions import add_webhook
from rooms.actions import end_membership, join_room
from rooms.direct.actions import open_direct_room
from rooms.models import Membership
from rooms.moderation.actions import ban_person, mute_member
from tertulia.models import KeptTask
from users.actions import deactivate
from users.avatars.actions import store_avatar
from users.bots.actions import make_bot
from users.links.actions import create_invitation, issue_login_link
from users.models import User
from users.tokens.actions import make_token

NEWCOMERS = ("clara", "mia", "rui", "bea", "dan")


@pytest.fixture(autouse=True)
def quiet():
    """Disable the log of thousands of rejected requests: the assertions show failures."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def people(ana, bruno, eve, lobby, den):
    """{name: User}: Clara moderates both rooms, Mia is muted there, Rui was removed, Bea banned."""
    found = {"ana": ana, "bruno": bruno, "eve": eve}
    for name in NEWCOMERS:
        found[name] = User.objects.create_user(name, f"{name}@example.com", "correct horse")
    for room in (lobby, den):
        join_room(room, found["clara"], Membership.Role.MODERATOR)
        for name in ("mia", "rui", "bea", "dan"):
            join_room(room, found[name])
        mute_member(room.membership_of(found["mia"]), ana, 60)
        end_membership(room.membership_of(found["rui"]), by=ana)
        ban_person(room, found["bea"], ana)
    return found


@pytest.fixture
def browsers(people, client_of):
    """{name: Client}: Dan was deactivated while logged in; "nobody" is an anonymous client."""
    found = {name: client_of(person) for name, person in people.items()} | {"nobody": Client()}
    deactivate(people["dan"], by=people["ana"])
    return found


@pytest.fixture
def things(people, lobby, den):
    """{word: its value in a URL}; a word for an object of a room begins with the room's slug."""
    ana, bruno, mia = (people[name] for name in ("ana", "bruno", "mia"))
    found = {name: person.pk for name, person in people.items()}
    for room in (lobby, den):
        message = post_message(room, bruno, f"Among us in the {room.slug}", f"{room.slug}-1")
        own = post_message(room, ana, f"Said by Ana in the {room.slug}", f"{room.slug}-2")
        report = report_message(message, mia, "It is rude")
        reported = picture(room, bruno)
        found |= {
            room.slug: room.slug,
            f"{room.slug}.message": message.pk,
            f"{room.slug}.ana's": own.pk,
            f"{room.slug}.report": report.pk,
            f"{room.slug}.reported": reported.blob_id,
            f"{room.slug}.file_report": report_message(reported.message, mia, "Rude").pk,
            f"{room.slug}.file": picture(room, bruno).blob_id,
            f"{room.slug}.drawn": preview(message, drawn()).picture_id,
            f"{room.slug}.webhook": add_incoming(room, ana, f"ci-{room.slug}")[0].pk,
        }
    invitation, invited = create_invitation(ana)
    _link, secret = issue_login_link(ana, bruno)
    task = KeptTask.objects.create(
        path="rooms.tasks.none", status="FAILED", enqueued_at=timezone.now(), error="x"
    )
    direct = open_direct_room(bruno, mia)
    scheduled = schedule_message(den.membership_of(bruno), "Later", timezone.now(), "later")
    saved = save_message(message, bruno)
    store_avatar(bruno, b"a picture")
    avatar = User.objects.get(pk=bruno.pk).avatar_id
    device = device_of(bruno)
    bot = make_bot(bruno, "helper")
    of_bot, _secret = make_token(bot, "Of the bot", ["read"])
    own, _secret = make_token(bruno, "Own", ["read"])
    webhook = webhook_of(bruno, lobby)
    stop = stop_address(bruno).rstrip("/").rpartition("/")[2]
    return found | {
        "invitation": invitation.pk,
        "invited": invited,
        "login-link": secret,
        "task": task.pk,
        "direct": direct.slug,
        "scheduled": scheduled.pk,
        "saved": saved.pk,
        "den.unsent": uploaded(den, bruno).blob_id,
        "avatar": avatar,
        "device": device.pk,
        "bot": bot.pk,
        "bot.token": of_bot.pk,
        "token": own.pk,
        "webhook": webhook.pk,
        "webhook.bot": webhook.bot_id,
        "webhook.attempt": webhook.log.get().pk,
        "stop": stop,
    }


def webhook_of(owner, room):
    """A webhook of a bot of `owner` in `room`, with one attempt."""
    bot = make_bot(owner, "robot")
    join_room(room, bot)
    webhook = add_webhook(bot, owner, "https://hooks.example/", [room], "posted")
    webhook.log.create(room=room, revision=1, message=1, event="posted", status=500)
    return webhook


@pytest.fixture
def town(people, browsers, things, lobby, den):
    """All of these; `rooms` has the two rooms by name."""
    rooms = {"lobby": lobby, "den": den}
    return SimpleNamespace(people=people, browsers=browsers, things=things, rooms=rooms)
