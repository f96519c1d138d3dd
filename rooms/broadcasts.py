"""Publish events about rooms and render what is pushed: presence, settings, unread marks."""

from copy import copy

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from core import events
from core.events import publish
from users.access.revision import access_revision
from users.broadcasts import access_changed as access_changed
from users.broadcasts import user_group
from users.languages import languages_in_use


def room_group(room_id):
    """Return the channel-layer group of the processes that have readers of this room."""
    return f"room.{room_id}"


def presence_changed(room_id):
    """Publish that the people in a room have changed, so that each process renders them again."""
    publish(room_group(room_id), events.presence_changed(room=room_id))


def person_changed(person):
    """After the commit, draw a user with a new name, picture or status again where they are."""
    rooms = set(person.presences.current().values_list("room", flat=True))
    transaction.on_commit(lambda: [presence_changed(room) for room in rooms], robust=True)


def access_of(room):
    """Return [the access revision of `room`, that of all users], to be sent with an event.

    Call it in the transaction that the event is about, under the room's lock if it is locked.
    """
    return [room.access_revision, access_revision()]


def room_narrowed(room):
    """After the commit, make every process check immediately who may still read `room`."""
    event = events.room_narrowed(room=room.pk, access=access_of(room))
    transaction.on_commit(lambda: publish(room_group(event["room"]), event), robust=True)


def room_read(room_id, user_id):
    """After the commit, have the room's unread mark drawn again on the user's pages.

    Call it whenever their read position moves, in either direction.
    """
    event = events.room_read(user=user_id, room=room_id)
    transaction.on_commit(lambda: publish(user_group(event["user"]), event), robust=True)


def room_unread(membership):
    """After the commit, show the room as unread on the user's other pages."""
    event = events.room_unread(user=membership.user_id, room=membership.room_id)
    transaction.on_commit(lambda: publish(user_group(event["user"]), event), robust=True)


def room_changed(room):
    """After the commit, push the header of `room` (name, topic, state, pins) to its open pages."""
    access = access_of(room)
    room = copy(room)  # as it is now, whatever the transaction does to it next

    def push():
        event = events.room_hint(room=room.pk, access=access, html=render_room(room))
        publish(room_group(room.pk), event)

    transaction.on_commit(push, robust=True)


def render_room(room):
    """Return the pushed HTML of `#room-header` and `#pins` as {language: html}.

    A direct room has a different title for each of its members, so its header is not pushed.
    """
    html = {}
    for language in languages_in_use():
        with translation.override(language):
            html[language] = render_to_string("rooms/room_changed.html", {"room": room})
    return html


def render_people(people):
    """Return the pushed HTML of `#people`. `people` is a list from `Presence.objects.people_in`."""
    return render_to_string("rooms/people_changed.html", {"people": people})


def render_unread(room_id, mark):
    """Return the pushed HTML of a room's unread mark in the list of rooms. `mark` is a Mark."""
    return render_to_string("rooms/unread_changed.html", {"room_id": room_id, "mark": mark})


def render_calls(calls):
    """Return the pushed HTML of `#calls`, the number of calls in all rooms of a user."""
    return render_to_string("rooms/calls_changed.html", {"calls": calls})


def render_due(due):
    """Return the pushed HTML of `#due-number`: how many saved messages of a user are due."""
    return render_to_string("rooms/due_changed.html", {"due": due})


def render_rooms(memberships, room_id):
    """Return the pushed HTML of `#rooms`, a user's list of rooms, for a page of the room `room_id`.

    `memberships` are from `for_sidebar`. Direct rooms without messages are listed only if they are
    this room.
    """
    listed = [one for one in memberships if one.mark.is_listed or one.room_id == room_id]
    context = {"memberships": listed, "room": {"pk": room_id}}
    return render_to_string("rooms/rooms_changed.html", context)
