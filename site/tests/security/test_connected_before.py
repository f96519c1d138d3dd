"""Users who lose access while connected do not receive messages posted afterwards.

Tests the column "connected before the change" of the table in doors.py for every kind of access.
"""

import asyncio
from contextlib import suppress

import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core import mail
from django.test import Client, override_settings
from django.utils import timezone

from core.threads import in_database
from messaging.conftest import Socket, awake  # noqa: F401
from messaging.message.actions import post_message
from messaging.models import Mention, Message, NotificationClaim
from messaging.noscript.stream import Stream
from messaging.notifications import tasks
from messaging.notifications.mail import EMAIL
from rooms import actions as rooms
from rooms.models import Membership, Room
from rooms.moderation.actions import ban_person
from users import actions as users
from users.sessions.store import stored_key_of

from .doors import AFTER, rows_of

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "Said behind the door"
AT_ONCE = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
WAITING = 3  # seconds to wait for something that must not arrive


def session_of(browser):
    return stored_key_of(browser.session.session_key)


CHANGES = {
    "closing": lambda town, room, person, browser: rooms.change_room(
        room, town.people["ana"], name="Cellar", topic=SECRET, kind=Room.Kind.CLOSED
    ),
    "removal": lambda town, room, person, browser: rooms.end_membership(
        room.membership_of(person), by=town.people["ana"]
    ),
    "leaving": lambda town, room, person, browser: rooms.end_membership(
        room.membership_of(person), by=person
    ),
    "ban": lambda town, room, person, browser: ban_person(room, person, town.people["ana"]),
    "deletion": lambda town, room, person, browser: rooms.delete_room(room, town.people["ana"]),
    "archiving": lambda town, room, person, browser: rooms.archive_room(room, town.people["ana"]),
    "demotion": lambda town, room, person, browser: rooms.change_role(
        room.membership_of(person), Membership.Role.MEMBER, by=town.people["ana"]
    ),
    "unmaking": lambda town, room, person, browser: users.unmake_administrator(
        person, by=town.people["ana"]
    ),
    "deactivation": lambda town, room, person, browser: users.deactivate(
        person, by=town.people["ana"]
    ),
    "password": lambda town, room, person, browser: users.change_password(person, "another horse"),
    "session": lambda town, room, person, browser: users.end_session(person, session_of(browser)),
    "logout": lambda town, room, person, browser: browser.logout(),
}


@pytest.fixture(autouse=True)
def mail_server(settings):
    settings.EMAIL_URL = "smtp://mail.example"


@pytest.fixture(params=["its events come", "its events are lost"])
def layer(request, monkeypatch):
    """A channel layer that loses every event about a change of access."""
    layer = get_channel_layer()
    group_send = layer.group_send

    async def lose(group, event):
        if event["type"] not in {"access.changed", "room.narrowed"}:
            await group_send(group, event)

    if request.param == "its events are lost":
        monkeypatch.setattr(layer, "group_send", lose)


@pytest.mark.parametrize("row", rows_of(AFTER), ids=lambda row: "-".join(row[:3]))
async def test_what_is_said_after_a_change_reaches_only_those_who_may_still_read(
    awake,  # noqa: F811
    layer,
    town,
    row,
):
    change, slug, name, *expected = row
    room, person, browser = town.rooms[slug], town.people[name], town.browsers[name]
    await in_database(prepare)(town, room, person, change)
    awake.presence.arrive = lambda *arrival: None  # do not store leases
    socket = Socket(browser, f"/ws/rooms/{slug}/")
    await socket.open()
    await socket.catch_up(0)
    stream = asyncio.ensure_future(read_to_the_end(stream_of(browser, room, person)))
    await until_live(awake, person, 2)
    await in_database(CHANGES[change])(town, room, person, browser)
    said = await in_database(speak)(town, room, person, change)
    found = [await seen_by(socket), await read_by(awake, person, stream)]
    found += await in_database(lambda: [*pages(browser, slug, said), mailed(person, said)])()
    assert found == expected
    await socket.leave()


def prepare(town, room, person, change):
    """Grant the rights that the change takes away, and turn on all mail notifications."""
    membership = room.membership_of(person)
    if membership is not None:
        Membership.objects.filter(pk=membership.pk).update(
            notification_level=Membership.NotificationLevel.EVERYTHING
        )
    if change == "demotion":
        rooms.change_role(membership, Membership.Role.OWNER)
    if change == "unmaking":
        users.make_administrator(person)


def speak(town, room, person, change):
    """Post a message by Ana to everybody in the room, dated some minutes ago; return it."""
    if change in {"deletion", "archiving"}:
        return None
    room = Room.objects.get(pk=room.pk)
    message = post_message(
        room, town.people["ana"], f"{SECRET}: a quince, @{person.username}", "secret"
    )
    for fact in (Message, Mention):
        fact.objects.update(created_at=timezone.now() - EMAIL.delay)
    return message


def stream_of(browser, room, person):
    return Stream(
        cursor=room.revision,
        floor=1,
        nonce="n",
        room_id=room.pk,
        user=person,
        session_key=session_of(browser),
        language="en",
    )


async def read_to_the_end(stream):
    """Return what a stream sent until it ended or the secret arrived."""
    text, secret = [], asyncio.Event()

    async def send(message):
        text.append(message["body"].decode())
        if SECRET in text[-1]:
            secret.set()

    async def receive():
        await secret.wait()
        return {"type": "http.disconnect"}

    await stream.go_on(receive, send)
    return "".join(text)


async def until_live(hub, person, count):
    """Wait until that many connections of a user are live."""
    for _attempt in range(500):
        live = [
            r
            for feed in hub.registry.feeds.values()
            for readers in feed.live.values()
            for r in readers
        ]
        if sum(reader.user_id == person.pk for reader in live) == count:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{person} is not live")


async def seen_by(socket):
    """Return "secret" if a socket got it, else its close code or "open"."""
    with suppress(AssertionError):
        await socket.until(lambda page: socket.code or SECRET in "".join(page.taken), WAITING)
    shown = any(SECRET in push or "Cellar" in push for push in socket.page.taken)
    return "secret" if shown else str(socket.code or "open")


async def read_by(hub, person, stream):
    """Return "secret", "open" or the reason why a stream ended."""
    done, _waiting = await asyncio.wait([stream], timeout=WAITING)
    if not done:
        stream.cancel()
        return "open"
    text = stream.result()
    if SECRET in text or "Cellar" in text:
        return "secret"
    return "ended" if 'id="ended"' in text else "cut"


def pages(browser, slug, said):
    """Return the outcomes of the pages: the room, the message, a search, the day, the export."""
    client = Client(raise_request_exception=False)
    client.cookies.update(browser.cookies)
    permalink = f"/messages/{said.pk}/" if said else "/messages/999999/"
    addresses = [
        f"/rooms/{slug}/",
        permalink,
        "/search/?q=quince",
        f"/rooms/{slug}/transcript/",
        f"/rooms/{slug}/export/json/",
    ]
    return [judged(client.get(address)) for address in addresses]


def judged(response):
    """Return "secret" if the response contains the message, else its status or "log"."""
    if response.headers.get("Location", "").startswith("/accounts/login/"):
        return "log"
    if response.streaming:
        body = async_to_sync(joined)(response.streaming_content)
    else:
        body = response.content
    return "secret" if SECRET.encode() in body else str(response.status_code)


async def joined(pieces):
    return b"".join([piece async for piece in pieces])


def mailed(person, said):
    mail.outbox.clear()
    NotificationClaim.objects.all().delete()
    with override_settings(TASKS=AT_ONCE):
        tasks.queue_notifications.call()
    sent = [message for message in mail.outbox if person.email in message.to]
    return "secret" if any(SECRET in message.body for message in sent) else "-"
