"""The row of a direct room, found by who is in it."""

import secrets

from django.db import transaction

from users.models import User

from ..counters import expect_pushes
from ..models import Membership, Room


@transaction.atomic
def direct_room_of(people: dict[int, User]) -> Room:
    """Return the direct room of exactly these people, {pk: User}; create it if there is none.

    They need not be active, as an import needs; people use `open_direct_room`.
    """
    ids = sorted(people)
    room, created = Room.objects.get_or_create(
        name_key=direct_key(*people.values()),
        defaults={
            "kind": Room.Kind.DIRECT,
            "name": ", ".join(people[pk].username for pk in ids)[:60],
            "slug": secrets.token_hex(12),
        },
    )
    if created:
        everything = Membership.NotificationLevel.EVERYTHING
        Membership.objects.bulk_create(
            Membership(
                room=room, user=people[pk], notification_level=everything, push_level=everything
            )
            for pk in ids
        )
        expect_pushes(Room.objects.filter(pk=room.pk))
    return room


def direct_key(*people: User) -> str:
    """Return the `name_key` of the direct room of these people.

    Folded names have no capitals, so no room's name can have it.
    """
    return f"DIRECT:{'-'.join(map(str, sorted({person.pk for person in people})))}"
