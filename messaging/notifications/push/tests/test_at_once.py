"""What happens at the same time in several processes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from messaging.followups.actions import SEND_PUSHES
from messaging.message.actions import post_message
from messaging.models import PushSubscription
from messaging.notifications.push import tasks
from messaging.notifications.push.actions import MAX_DEVICES, TooManyDevices, subscribe
from messaging.notifications.push.encryption import to_base64url
from messaging.notifications.tests.test_email import pass_time
from rooms.models import Room
from tertulia.models import KeptTask
from users.models import Session

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES = 4


def at_once(work):
    """Call `work(number)` in several threads at the same time; return what they return."""
    barrier = Barrier(PROCESSES)

    def run(number):
        try:
            barrier.wait(timeout=30)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(PROCESSES) as threads:
        return list(threads.map(run, range(PROCESSES)))


def test_workers_that_send_the_same_send_one_push(lobby, ana, bruno, bell, say):
    for number in range(5):
        say(lobby, ana, "@bruno")
        at_once(lambda _number: tasks.send_pushes.call(lobby.pk))
        assert len(bell.asked()) == number + 1


def test_the_task_of_a_room_and_that_of_every_minute_send_one_push(lobby, ana, bruno, bell, say):
    say(lobby, ana, "@bruno")
    ways = (
        lambda: tasks.send_late.call([bruno.pk]),
        lambda: tasks.send_pushes.call(lobby.pk, [bruno.pk]),
    )
    pass_time(timedelta(minutes=1))
    at_once(lambda number: ways[number % 2]())
    assert len(bell.asked()) == 1


def test_posts_at_once_queue_one_task(lobby, ana, bell):
    at_once(lambda number: post_message(lobby, ana, "hello", f"n{number}"))
    assert KeptTask.objects.filter(path=SEND_PUSHES).count() == 1
    assert Room.objects.get(pk=lobby.pk).last_position == PROCESSES


def test_a_browser_that_subscribes_several_times_at_once_is_one_device(bell):
    PushSubscription.objects.all().delete()
    at_once(lambda _number: bell.subscribe())
    assert PushSubscription.objects.count() == 1


def test_a_device_more_than_allowed_is_refused_also_at_once(bell, service, client_of):
    keys = to_base64url(bell.point), to_base64url(bell.secret)
    sessions = [client_of(bell.user).session.stored_key for _device in range(3 * PROCESSES)]

    def add(number):
        try:
            for key in sessions[number::PROCESSES]:
                session = Session.objects.get(pk=key)
                subscribe(bell.user, session, f"{service.url}/{key}", *keys)
        except TooManyDevices:
            return True

    assert any(at_once(add))
    assert PushSubscription.objects.count() == MAX_DEVICES
