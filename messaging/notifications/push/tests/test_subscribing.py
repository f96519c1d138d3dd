"""Devices: who gets pushes where, and which addresses and keys are taken."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from messaging.models import NotifiedMention, PushSubscription
from messaging.notifications.push.actions import (
    MAX_DEVICES,
    TooManyDevices,
    forget,
    subscribe,
)
from messaging.notifications.push.encryption import CURVE, point_of, to_base64url
from messaging.notifications.push.forms import SubscriptionForm
from rooms.actions import change_room, create_room, join_room, open_direct_room
from rooms.models import Room, Sanction
from rooms.moderation.actions import ban_person, lift_ban
from users.actions import change_password, deactivate
from users.models import Session

ENDPOINT = "https://push.example/send/abc"
POINT = to_base64url(point_of(ec.generate_private_key(CURVE).public_key()))
SECRET = to_base64url(bytes(range(16)))


@pytest.fixture
def session_of(client_of):
    """Return a function that logs somebody in and returns the Session."""

    def logged_in(user):
        return Session.objects.get(pk=client_of(user).session.stored_key)

    return logged_in


def add(user, session, endpoint=ENDPOINT, p256dh=POINT, auth=SECRET):
    return subscribe(user, session, endpoint, p256dh, auth, "Firefox on Android")


def errors_of(**changes):
    form = SubscriptionForm({"endpoint": ENDPOINT, "p256dh": POINT, "auth": SECRET} | changes)
    return {
        name: [error.code for error in errors.as_data()] for name, errors in form.errors.items()
    }


def test_a_browser_can_send_its_subscription_again_and_again(bruno, session_of):
    session = session_of(bruno)
    first, second = add(bruno, session), add(bruno, session)
    assert (first.pk, first.created_at) == (second.pk, second.created_at)
    assert PushSubscription.objects.count() == 1


def test_who_subscribes_next_in_a_browser_takes_it_over(ana, bruno, session_of):
    first, second = add(bruno, session_of(bruno)), add(ana, session_of(ana))
    assert first.pk == second.pk
    assert list(PushSubscription.objects.values_list("user", flat=True)) == [ana.pk]


@pytest.mark.parametrize("end", ["log out", "password", "deactivate", "delete"])
def test_a_device_ends_with_its_session(bruno, session_of, end):
    session = session_of(bruno)
    add(bruno, session)
    if end == "log out":
        session.delete()
    elif end == "password":
        change_password(bruno, "another horse")
    elif end == "deactivate":
        deactivate(bruno)
    else:
        bruno.delete()
    assert not PushSubscription.objects.alive().exists()


def test_a_session_that_has_run_out_gets_no_pushes(bruno, session_of):
    session = session_of(bruno)
    add(bruno, session)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not PushSubscription.objects.alive().exists()


def test_who_was_logged_out_meanwhile_does_not_subscribe(ana, bruno, session_of):
    session, others = session_of(bruno), session_of(ana)
    with pytest.raises(PermissionDenied):
        add(bruno, others)
    session.delete()
    with pytest.raises(PermissionDenied):
        add(bruno, Session(pk=session.session_key))
    deactivate(bruno)
    with pytest.raises(PermissionDenied):
        add(bruno, session)


def test_a_person_has_ten_devices_at_most_and_one_that_fails_makes_space(bruno, session_of):
    endpoints = [f"{ENDPOINT}{number}" for number in range(MAX_DEVICES)]
    devices = [add(bruno, session_of(bruno), endpoint) for endpoint in endpoints]
    with pytest.raises(TooManyDevices):
        add(bruno, session_of(bruno))
    assert add(bruno, session_of(bruno), devices[0].endpoint) == devices[0]
    PushSubscription.objects.filter(pk=devices[4].pk).update(failed_since=timezone.now())
    new = add(bruno, session_of(bruno))
    left = set(PushSubscription.objects.values_list("pk", flat=True))
    assert left == {device.pk for device in devices} - {devices[4].pk} | {new.pk}


def test_a_browser_with_a_new_address_is_still_one_device(bruno, session_of):
    session = session_of(bruno)
    add(bruno, session, f"{ENDPOINT}-old")
    new = add(bruno, session)
    assert list(PushSubscription.objects.all()) == [new]


def test_a_device_can_be_forgotten(bruno, session_of):
    device = add(bruno, session_of(bruno))
    forget(device)
    forget(device)
    assert not PushSubscription.objects.exists()


def test_the_first_device_does_not_ring_for_what_was_written_before(
    lobby, ana, bruno, say, session_of
):
    say(lobby, ana, "@bruno hello")
    add(bruno, session_of(bruno))
    assert lobby.membership_of(bruno).push_after == 1
    say(lobby, ana, "@bruno hello again")
    add(bruno, session_of(bruno), f"{ENDPOINT}2")
    assert lobby.membership_of(bruno).push_after == 1
    assert NotifiedMention.objects.count() == 1


def test_rooms_that_the_person_can_see_queue_pushes_from_then_on(lobby, den, eve, session_of):
    Room.objects.update(is_pushed=False)
    add(eve, session_of(eve))
    assert list(Room.objects.filter(is_pushed=True)) == [lobby]


def test_a_usual_subscription_is_taken():
    assert errors_of() == {}
    assert errors_of(endpoint="https://fcm.googleapis.com/fcm/send/c-1:APA91_b?a=b%20") == {}
    assert errors_of(endpoint="https://web.push.apple.com:443/QJ/x", auth=f"{SECRET}==") == {}
    assert errors_of(endpoint="https://x.notify.windows.com/w/?token=a%2bb") == {}


@pytest.mark.parametrize(
    "endpoint",
    [
        *("http://push.example/a", "//push.example/a", "push.example/a", "ftp://push.example/a"),
        *("https://93.184.216.34/a", "https://[2606:4700::1111]/a", "https://0x7f.1/a"),
        *("https://2130706433/a", "https://127.1/a", "https://1.1.1.0x/", "https://①.①.①.①/a"),
        *("https://push.example:6379/a", "https://push.example:8443/a", "https://push.example:x/"),
        *(
            "https://me@push.example/a",
            "https://me:x@push.example/",
            "https://push.example\\@x.com/",
        ),
        *("https://localhost/a", "https:///a", "https://", "https://push.example./a"),
        *("https://push.example/a b", "https://push.example/\n", "https://push.example/#a"),
        *("https://push..example/a", "https://-.example/a", "https://[::1/", "", "x"),
        *("https://push.example/é", "https://пример.example/", "https://push.example/\x00"),
        "https://push.example/" + "a" * 3_000,
    ],
)
def test_an_endpoint_that_is_no_push_service_is_refused(endpoint):
    assert list(errors_of(endpoint=endpoint)) == ["endpoint"]


@pytest.mark.parametrize(
    "change",
    [
        {"p256dh": ""},
        {"p256dh": POINT[:-1]},
        {"p256dh": POINT[:-4]},
        {"p256dh": POINT + "AAAA"},
        {"p256dh": to_base64url(b"\x04" + bytes(64))},  # not on the curve
        {"p256dh": to_base64url(b"\x02" + bytes(32))},  # compressed
        {"p256dh": "ü" + POINT[1:]},
        {"p256dh": POINT[:20] + "+/" + POINT[22:]},
        {"auth": ""},
        {"auth": SECRET[:-2]},
        {"auth": SECRET + "AA"},
        {"auth": "*" * 22},
        {"auth": "A" * 500},
    ],
)
def test_keys_that_are_none_are_refused(change):
    assert list(errors_of(**change)) == list(change)


def join(room, person, owner):
    join_room(room, person)


def open_up(room, person, owner):
    change_room(room, owner, kind=Room.Kind.OPEN)


def lift(room, person, owner):
    change_room(room, owner, kind=Room.Kind.OPEN)
    ban_person(room, person, owner)
    Room.objects.update(is_pushed=False)
    lift_ban(Sanction.objects.get(), owner)


@pytest.mark.parametrize("come", [join, open_up, lift])
def test_a_room_to_which_somebody_with_a_device_comes_queues_pushes(
    den, ana, eve, session_of, come
):
    queued = Room.objects.filter(pk=den.pk, is_pushed=True)
    assert not queued.exists()
    add(eve, session_of(eve))
    assert not queued.exists()
    come(den, eve, ana)
    assert queued.exists()


def test_new_rooms_queue_pushes_if_anybody_has_a_device(ana, bruno, session_of):
    assert not Room.objects.get(pk=create_room(ana, "Attic").pk).is_pushed
    add(bruno, session_of(bruno))
    rooms = [create_room(ana, "Garden"), open_direct_room(ana, bruno)]
    assert all(Room.objects.get(pk=room.pk).is_pushed for room in rooms)
