"""What the rooms tell: that somebody came or went, that a room was read or changed."""

from copy import copy

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from core.events import publish
from users.access.revision import access_revision
from users.broadcasts import user_group
from users.languages import languages_in_use


def room_group(room_id):
    """Return the name of the group of processes that have readers of this room."""
    return f"room.{room_id}"


def presence_changed(room_id):
    """Have every process draw the people of this room again, soon."""
    publish(room_group(room_id), {"type": "presence.changed", "room": room_id})


def access_of(room):
    """Return up to what an event of `room` was made: [its access revision, the one of people].

    Called in the transaction of what the event tells of, under the room's lock where there is one.
    """
    return [room.access_revision, access_revision()]


def room_narrowed(room):
    """After the commit, have every process check at once who may still read `room`."""
    event = {"type": "room.narrowed", "room": room.pk, "access": access_of(room)}
    transaction.on_commit(lambda: publish(room_group(event["room"]), event), robust=True)


def room_read(membership):
    """After the commit, tell a person's other pages that this room holds nothing unread."""
    event = {
        "type": "room.read",
        "user": membership.user_id,
        "room": membership.room_id,
        "access": membership.room.access_revision,
    }
    transaction.on_commit(lambda: publish(user_group(event["user"]), event), robust=True)


def memberships_changed(user_id):
    """After the commit, have a person's open pages learn which rooms are theirs."""
    event = {"type": "access.changed", "user": user_id}
    transaction.on_commit(lambda: publish(user_group(user_id), event), robust=True)


def room_changed(room):
    """After the commit, show the name, topic and state of `room` on every page that reads it."""
    event = {"type": "room.hint", "room": room.pk, "access": access_of(room)}
    room = copy(room)  # as it is now, whatever the transaction does to it next

    def push():
        publish(room_group(event["room"]), event | {"html": render_room(room)})

    transaction.on_commit(push, robust=True)


def render_room(room):
    """Return `#room-header` as it is pushed, as {language: html}."""
    html = {}
    for language in languages_in_use():
        with translation.override(language):
            html[language] = render_to_string("rooms/room_changed.html", {"room": room})
    return html


def render_people(people):
    """Return `#people` as it is pushed; `people` as from `Presence.objects.people_in`."""
    return render_to_string("rooms/people_changed.html", {"people": people})


def render_unread(room_id, unread):
    """Return the mark of a room in the list of rooms, as it is pushed."""
    return render_to_string("rooms/unread_changed.html", {"room_id": room_id, "unread": unread})


def render_rooms(memberships, room_id):
    """Return `#rooms`, one person's list, as it is pushed to a page of the room with this id.

    `memberships` as from `for_sidebar`. What comes in that room itself is on the page already.
    """
    memberships = [copy(membership) for membership in memberships]  # others are of other pages
    for membership in memberships:
        if membership.room_id == room_id:
            membership.unread = 0
    context = {"memberships": memberships, "room": {"pk": room_id}}
    return render_to_string("rooms/rooms_changed.html", context)
