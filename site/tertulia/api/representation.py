"""The JSON of people and rooms. Keys are added, never changed: see openapi.json.

That of messages is in messaging.message.representation, because it is sent to others too.
"""

from users.status.current import represent_status


def person_json(person):
    """Return a person as all others see them. Never their e-mail address."""
    return {
        "username": person.username,
        "name": person.shown_name,
        "bot": person.is_bot,
        **represent_status(person),
    }


def room_json(room, membership):
    """Return `room`, with its `member_count`, as the user of `membership` (or None) sees it."""
    return {
        "slug": room.slug,
        "name": membership.title if membership else room.name,
        "topic": room.topic,
        "kind": room.kind,
        "created_at": room.created_at.isoformat(),
        "archived_at": room.archived_at and room.archived_at.isoformat(),
        "member_count": room.member_count,
        "last_position": room.last_position,
        "revision": room.revision,
        "membership": membership and membership_json(membership),
    }


def membership_json(membership):
    room = membership.room
    return {
        "role": membership.role,
        "joined_at": membership.joined_at.isoformat(),
        "can_post": membership.can_post,
        "last_read_position": membership.last_read_position,
        "unread": membership.unread_until(room.last_position),
    }
