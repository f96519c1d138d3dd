"""In which room of ours each place of a source goes on; new rooms are made for new places."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from rooms.broadcasts import access_changed
from rooms.counters import expect_pushes
from rooms.direct.actions import MOST_OTHERS
from rooms.direct.rows import direct_room_of
from rooms.models import Membership, Room
from users.models import User

from .. import reasons
from ..models import Imported
from ..records import Place
from .choices import Choices
from .keys import NONCE, key_of, message_key
from .names import free_room_name, one_line
from .people import People

MAX_TOPIC = Room._meta.get_field("topic").max_length


class Target(NamedTuple):
    """A room, and the places whose messages it gets, in the order of their times."""

    room: Room
    places: list[Place]


class Places:
    """Finds and makes the rooms. `owner` owns the new ones, but no direct conversation."""

    def __init__(
        self,
        source: str,
        people: People,
        owner: User,
        choices: Choices,
        done: Counter[str],
        skipped: Counter[str],
    ) -> None:
        self._source, self._people, self._owner = source, people, owner
        self._choices, self._done, self._skipped = choices, done, skipped
        self.names: dict[str, str] = {}  # {key of a Place: name of its room}

    def targets(self, places: Iterable[Place]) -> list[Target]:
        """Return a Target for each room that gets messages; groups of the same people share one."""
        by_room: dict[int, Target] = {}
        for place in places:
            room = self._room_of(place)
            if room is not None:
                if not room.is_direct:
                    self.names[place.key] = room.name
                by_room.setdefault(room.pk, Target(room, [])).places.append(place)
        return [target for target in by_room.values() if self._can_go_on(target.room)]

    def _room_of(self, place: Place) -> Room | None:
        users = {user.pk: user for user in map(self._people.user, place.member_keys)}
        rows = Imported.objects.of(self._source, Imported.Kind.PLACE)
        number = rows.filter(key=key_of(place.key)).values_list("number", flat=True).first()
        if number is None:
            return self._make(place, users)
        room = Room.objects.filter(pk=number).first()
        if room is None:
            return self._again(place, users)
        if room.is_direct:
            if set(room.memberships.values_list("user", flat=True)) == users.keys():
                return room
            self._skipped[reasons.OTHER_PEOPLE] += 1
            return None
        add_members(room, users)
        return room

    def _again(self, place: Place, users: dict[int, User]) -> Room | None:
        """Bring a place whose room was deleted here again if it was asked for by name."""
        if not self._choices.rooms:
            self._skipped[reasons.ROOM_GONE] += 1
            return None
        rows = Imported.objects.of(self._source, Imported.Kind.MESSAGE)
        rows.filter(key__startswith=message_key(place.key, "")).delete()
        return self._make(place, users)

    @transaction.atomic
    def _make(self, place: Place, users: dict[int, User]) -> Room:
        room = self._direct(place, users) if place.kind == "direct" else None
        if room is None:
            room = self._store(place, users)
            self._done[reasons.ROOMS] += 1
        key = key_of(place.key)
        Imported.objects.remember(self._source, Imported.Kind.PLACE, key, room.pk)
        return room

    def _direct(self, place: Place, users: dict[int, User]) -> Room | None:
        """Return the direct room of these people, or None if they need a closed one.

        That is so if they are too many, or have written to each other here already.
        """
        if not users or len(users) > 1 + MOST_OTHERS:
            return None
        room = direct_room_of(users)
        if room.last_position and not is_imported(room):
            return None
        if not room.last_position:
            self._done[reasons.CONVERSATIONS] += 1
            room.created_at = place.created_at or room.created_at
            room.save(update_fields=["created_at"])
        return room

    def _store(self, place: Place, users: dict[int, User]) -> Room:
        everybody = ", ".join(sorted(user.username for user in users.values()))
        name = everybody if place.kind == "direct" else place.name
        room = Room(
            name=free_room_name(name, place.key),
            kind=Room.Kind.OPEN if place.kind == "open" else Room.Kind.CLOSED,
            topic=one_line(place.topic, MAX_TOPIC),
            created_at=place.created_at or timezone.now(),
            archived_at=timezone.now() if place.is_archived else None,
        )
        room.save(force_insert=True)
        add_members(room, users, owner=self._owner)
        return room

    def _can_go_on(self, room: Room) -> bool:
        """Return False if somebody wrote in the room after its import: nothing may come between."""
        if room.last_position == 0 or is_imported(room):
            return True
        self._skipped[reasons.WRITTEN_SINCE] += 1
        return False


def is_imported(room: Room) -> bool:
    """Return True if the last message of `room` came by an import."""
    last = room.messages.order_by("-position").values_list("nonce", flat=True).first()
    return last is not None and last.startswith(NONCE)


def add_members(room: Room, users: dict[int, User], owner: User | None = None) -> None:
    """Make these users members who have read everything; `owner` of a new room owns it."""
    known = set(room.memberships.values_list("user", flat=True))
    known |= set(room.sanctions.bans().values_list("user", flat=True))
    people = users if owner is None else {**users, owner.pk: owner}
    new = [user for pk, user in sorted(people.items()) if pk not in known]
    Membership.objects.bulk_create(
        Membership(
            room=room,
            user=user,
            role=Membership.Role.OWNER if user == owner else Membership.Role.MEMBER,
            last_read_position=room.last_position,
        )
        for user in new
    )
    if any(user.is_active for user in new):
        expect_pushes(Room.objects.filter(pk=room.pk))
    for user in new:
        if user.is_active:
            access_changed(user.pk)
