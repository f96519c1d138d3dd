"""Runs in `manage.py shell` beside the servers: applies the change in each input line to a room."""

import sys

from django.db import transaction

from messaging.message.actions import post_message
from rooms.actions import change_room, create_room, delete_room, end_membership, join_room
from rooms.models import Room
from rooms.moderation.actions import ban_person
from users.actions import deactivate
from users.models import User
from users.sessions.store import end

ana = User.objects.get(username="ana")


def close(room, person):
    change_room(room, ana, kind=Room.Kind.CLOSED, topic="a secret plan")


def remove(room, person):
    end_membership(room.membership_of(person), by=ana)


def shut_out(room, person):
    deactivate(person, by=ana)


CHANGES = {
    "close": close,
    "remove": remove,
    "ban": lambda room, person: ban_person(room, person, ana),
    "deactivate": shut_out,
    "log out": lambda room, person: end(person.sessions.all()),
    "delete": lambda room, person: delete_room(room, ana),
}


def prepare(change, name):
    """Create the person's room, closed if `change` concerns a member of it."""
    kind = Room.Kind.CLOSED if change == "remove" else Room.Kind.OPEN
    with transaction.atomic():
        room = create_room(ana, f"Commons {name}", kind=kind)
        if change == "remove":
            join_room(room, User.objects.get(username=name))


for line in sys.stdin:
    step, change, name = line.strip().split("/")
    if step == "prepare":
        prepare(change, name)
    else:
        room, person = Room.objects.get(name=f"Commons {name}"), User.objects.get(username=name)
        CHANGES[change](room, person)
        if change != "delete":
            post_message(room, ana, "the secret itself", "after")
    print("done", flush=True)
