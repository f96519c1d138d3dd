"""Addresses for programs, none of which needs a slash at its end: see openapi.json."""

from django.urls import path

from . import document, events, files, message, messages, people, rooms, talks
from .methods import by_method

app_name = "api"

urlpatterns = [
    path("openapi.json", by_method(GET=document.document), name="document"),
    path("me", by_method(GET=people.me), name="me"),
    path("events", by_method(GET=events.of_all_rooms), name="events"),
    path("rooms/<room:slug>/events", by_method(GET=events.of_room), name="room_events"),
    path("rooms", by_method(GET=rooms.rooms), name="rooms"),
    path("rooms/<room:slug>", by_method(GET=rooms.room, PATCH=rooms.change_room), name="room"),
    path(
        "rooms/<room:slug>/membership",
        by_method(PUT=rooms.join, DELETE=rooms.leave),
        name="membership",
    ),
    path(
        "rooms/<room:slug>/messages",
        by_method(GET=messages.messages, POST=messages.post),
        name="messages",
    ),
    path("rooms/<room:slug>/changes", by_method(GET=messages.changes), name="changes"),
    path("rooms/<room:slug>/read", by_method(PUT=rooms.read), name="read"),
    path(
        "messages/<int:pk>",
        by_method(GET=message.message, PATCH=message.edit, DELETE=message.delete),
        name="message",
    ),
    path(
        "messages/<int:pk>/reactions/<path:emoji>",
        by_method(PUT=message.add_reaction, DELETE=message.remove_reaction),
        name="reaction",
    ),
    path("people", by_method(GET=people.people), name="people"),
    path("talks/<path:usernames>", by_method(PUT=talks.talk), name="talk"),
    path("files/<str:key>/<path:name>", by_method(GET=files.file), name="file"),
]
