"""Who of those who are reading now may read on, asked of the database for many at once."""

from django.contrib.auth import get_user_model
from django.db.models import F, Q
from django.utils import timezone

from rooms.models import Membership, Room
from users.models import Session

from .readers import LOG_IN_AGAIN, NOT_FOUND


def verdicts(readers):
    """Return {reader: None where it may read on, otherwise the code to close it with}."""
    users = get_user_model().objects.in_bulk({reader.user_id for reader in readers})
    sessions = set(
        Session.objects.filter(
            session_key__in={reader.session_key for reader in readers},
            expire_date__gt=timezone.now(),
        ).values_list("session_key", flat=True)
    )
    visible = Room.objects.visible_pairs(
        {reader.room_id for reader in readers}, {reader.user_id for reader in readers}
    )

    def verdict(reader):
        user = users.get(reader.user_id)
        if user is None or not user.is_active or reader.session_key not in sessions:
            return LOG_IN_AGAIN
        if user.get_session_auth_hash() != reader.auth_hash:
            return LOG_IN_AGAIN
        if (reader.room_id, reader.user_id) not in visible:
            return NOT_FOUND
        return None

    return {reader: verdict(reader) for reader in readers}


def rooms_of(user_ids):
    """Return {user id: (ids of their rooms, ids of those among them with nothing unread)}."""
    memberships = Membership.objects.filter(user__in=user_ids, room__archived_at__isnull=True)
    is_caught_up = Q(last_read_position__gte=F("room__last_position"))
    rooms = {user_id: (set(), set()) for user_id in user_ids}
    for user_id, room_id, caught_up in memberships.values_list("user", "room", is_caught_up):
        rooms[user_id][0].add(room_id)
        if caught_up:
            rooms[user_id][1].add(room_id)
    return rooms
