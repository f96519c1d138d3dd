"""The background tasks that send pushes."""

from collections.abc import Sequence
from datetime import timedelta

from django.tasks import task
from django.utils import timezone

from rooms.models import Room

from . import delivery
from .delivery import Batch, Retry


@task
def send_pushes(room_id: int, people: Sequence[int] | None = None) -> None:
    """Send what is new in a room to these users, or to all to whom it is due."""
    if people is None:
        # First: a post that comes now queues another task, as this one may miss it.
        Room.objects.filter(pk=room_id).update(push_queued_at=None)
        people = delivery.people_of_room(room_id)
    batch = delivery.push_room(room_id, people)
    if batch.left:
        send_pushes.enqueue(room_id, batch.left)
    _go_on(batch)


@task
def send_late(people: Sequence[int] | None = None) -> None:
    """Send everybody what they have not been told, such as after quiet hours. Runs every minute."""
    batch = delivery.push_late(delivery.late_people() if people is None else people)
    if batch.left:
        send_late.enqueue(batch.left)
    _go_on(batch)


@task
def send_again(retries: Sequence[Sequence[int]], tries: int) -> None:
    """Send again what has failed `tries` times; each of `retries` is a Retry."""
    batch = delivery.push_again([Retry(*retry) for retry in retries], tries)
    if batch.left:
        send_again.enqueue(batch.left, tries)
    _go_on(batch, tries)


@task
def send_test(device_id: int) -> None:
    """Send a test to a device."""
    _go_on(delivery.push_test(device_id))


def _go_on(batch: Batch, tries: int = 0) -> None:
    """Queue what is to be sent again. Raise the exceptions, so that the task is tried again."""
    now = timezone.now()
    for seconds, retries in batch.again.items():
        later = send_again.using(run_after=now + timedelta(seconds=seconds))
        later.enqueue(retries, tries + 1)
    if batch.errors:
        raise ExceptionGroup("Some pushes could not be made.", batch.errors)
