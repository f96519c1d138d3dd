"""Creates a room with messages and logged-in members, directly in the product's database.

Run `python -m bench.systems.product_data <messages> [<people>]`, with four people by default,
`… rooms <slug> <count> <messages>`, `… post <slug> <messages>`, `… react <slug> <people>`,
`… devices <slug>`, or `… count <slug>`.
"""

import json
import secrets
import sys
from importlib import import_module

import django
from django.conf import settings

PEOPLE = 4
BATCH = 10_000


def main(arguments):
    django.setup()
    if arguments[0] == "count":
        print(count(arguments[1]))
    elif arguments[0] == "post":
        post(arguments[1], int(arguments[2]))
    elif arguments[0] == "devices":
        add_devices(arguments[1])
    elif arguments[0] == "rooms":
        print(json.dumps(add_rooms(arguments[1], *map(int, arguments[2:]))))
    elif arguments[0] == "react":
        add_reactions(arguments[1], int(arguments[2]))
    else:
        print(json.dumps(make_room(*map(int, arguments))))


def count(slug):
    from messaging.models import Message

    return Message.objects.filter(room__slug=slug).count()


def post(slug, messages):
    """Store more messages in a room, as its first member."""
    from rooms.models import Room

    room = Room.objects.get(slug=slug)
    author = room.memberships.earliest("pk").user
    fill(room, [author], room.last_position + messages, first=room.last_position + 1)


def add_reactions(slug, people):
    """Store a reaction of each of `people` new users to each message of a room."""
    from messaging.models import Message, Reaction

    users = [make_person(f"{slug}.reacts.{number}") for number in range(people)]
    for message in Message.objects.filter(room__slug=slug):
        Reaction.objects.bulk_create(
            (Reaction(message=message, user=user, emoji="👍") for user in users), batch_size=BATCH
        )
        message.extras["reactions"] = Reaction.objects.filter(message=message).summary()
        message.save(update_fields=["extras"])


def add_devices(slug):
    """Subscribe every member of a room except the first to pushes of every message."""
    from cryptography.hazmat.primitives.asymmetric import ec

    from messaging.notifications.push import encryption, vapid
    from messaging.notifications.push.actions import subscribe
    from rooms.models import Room
    from users.models import Session

    point = encryption.point_of(ec.generate_private_key(encryption.CURVE).public_key())
    keys = encryption.to_base64url(point), encryption.to_base64url(secrets.token_bytes(16))
    vapid.public_key()
    room = Room.objects.get(slug=slug)
    room.memberships.update(push_level="everything")
    for session in Session.objects.filter(user__rooms=room).order_by("user")[1:]:
        endpoint = f"https://push.example/send/{secrets.token_urlsafe(16)}"
        subscribe(session.user, session, endpoint, *keys, "Bench")


def make_room(messages, people=PEOPLE):
    """Return the room's slug, revision, last position and newest message, and session cookies."""
    from users.models import Workspace

    Workspace.objects.get_or_create(pk=1, defaults={"name": "Bench"})
    name = f"bench{secrets.token_hex(4)}"
    people = [make_person(f"{name}.{number}") for number in range(people)]
    room = open_room(name, people, messages)
    fill(room, people[:1], messages)
    return {
        "slug": room.slug,
        "revision": messages,
        "last_position": messages,
        "message": room.messages.order_by("position").values_list("pk", flat=True).last(),
        "cookies": [log_in(person) for person in people],
    }


def add_rooms(slug, count, messages):
    """Add `count` rooms with the same members, who all have written there; return the slugs."""
    from rooms.models import Room

    people = list(Room.objects.get(slug=slug).members.order_by("pk"))
    rooms = [open_room(f"{slug}-{number}", people, messages) for number in range(count)]
    for room in rooms:
        fill(room, people, messages)
    return [room.slug for room in rooms]


def open_room(name, people, messages):
    """Create a room whose members have read `messages` messages."""
    from rooms.models import Membership, Room

    room = Room(name=name)
    room.save()
    Membership.objects.bulk_create(
        Membership(room=room, user=person, last_read_position=messages) for person in people
    )
    return room


def make_person(username):
    """Create a new user: an old one would also get events of the rooms of earlier rounds."""
    from users.models import User

    return User.objects.create_user(username, f"{username}@example.org")


def fill(room, authors, messages, first=1):
    """Store messages up to that number in bulk: only reading them and later posts are measured.

    If there are several authors, each says three in a row, under one name.
    """
    from django.db import connection

    from messaging.models import Message

    for start in range(first, messages + 1, BATCH):
        Message.objects.bulk_create(
            Message(
                room=room,
                author=authors[position // 3 % len(authors)],
                continues=len(authors) > 1 and position % 3 > 0,
                body=f"An older message, number {position}.",
                body_html=f"<p>An older message, number {position}.</p>",
                position=position,
                revision=position,
                nonce=f"fill-{room.pk}-{position}",
                opens_day=position == 1,
            )
            for position in range(start, min(start + BATCH, messages + 1))
        )
    type(room).objects.filter(pk=room.pk).update(last_position=messages, revision=messages)
    if connection.vendor == "postgresql":  # autovacuum would do this within a minute
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {Message._meta.db_table}")


def log_in(person):
    """Create a session as the login form does; return its cookie."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


if __name__ == "__main__":
    main(sys.argv[1:])
