"""Tests that `visible_to` and `visible_pairs` apply the same rule."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rooms.models import Membership, Room, Sanction
from users.models import User

ROOMS = {
    f"{kind} {'archived' if is_archived else 'active'}": (kind, is_archived)
    for kind in Room.Kind.values
    for is_archived in (False, True)
}
PEOPLE = {
    f"{'active' if is_active else 'deactivated'}{rank}": (is_active, bool(rank))
    for is_active in (True, False)
    for rank in ("", "-administrator")
}
BOTS = {"bot": "active", "bot of an administrator": "active-administrator", "bot of nobody": None}
pairs = st.sets(
    st.tuples(st.sampled_from(sorted(ROOMS)), st.sampled_from([*sorted(PEOPLE), *BOTS]))
)


@pytest.fixture
def world(db):
    """A room of every kind and a person of every kind, who belong nowhere yet."""
    rooms, people = {}, {}
    for name, (kind, is_archived) in ROOMS.items():
        archived_at = timezone.now() if is_archived else None
        rooms[name] = Room.objects.create(
            name=name,
            name_key=name,
            slug=name.replace(" ", "-"),
            kind=kind,
            archived_at=archived_at,
        )
    for name, (is_active, is_administrator) in PEOPLE.items():
        people[name] = User.objects.create_user(
            name, f"{name}@example.com", is_active=is_active, is_administrator=is_administrator
        )
    for name, owner in BOTS.items():
        people[name] = User.objects.create_user(name, "", is_bot=True, owner=people.get(owner))
    return rooms, people


def belong(world, model, pairs, **fields):
    rooms, people = world
    model.objects.bulk_create(
        model(room=rooms[room], user=people[person], **fields) for room, person in pairs
    )


@given(pairs, pairs, pairs, st.sampled_from(list(Membership.Role)))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_both_questions_have_the_same_answer(world, members, banned, muted, role):
    rooms, people = world
    with transaction.atomic():
        belong(world, Membership, members, role=role)
        belong(world, Sanction, banned, banned_at=timezone.now())
        belong(world, Sanction, muted - banned, muted_until=timezone.now())
        one_by_one = {
            (room.pk, user.pk) for user in people.values() for room in Room.objects.visible_to(user)
        }
        at_once = Room.objects.visible_pairs(
            [room.pk for room in rooms.values()], [user.pk for user in people.values()]
        )
        transaction.set_rollback(True)
    assert at_once == one_by_one
    talks = {room.pk for room in rooms.values() if room.is_direct}
    for bot in (user for user in people.values() if user.is_bot):
        seen = {room for room, user in at_once if user == bot.pk} - talks
        assert seen <= {room for room, user in at_once if user == bot.owner_id}


def test_who_is_shut_out_or_nobody_sees_nothing(world):
    rooms, people = world
    belong(world, Membership, [(room, person) for room in rooms for person in people])
    shut_out = [user for user in people.values() if not user.is_active]
    room_ids = [room.pk for room in rooms.values()]
    assert Room.objects.visible_pairs(room_ids, [*(user.pk for user in shut_out), 0]) == set()
    for user in (*shut_out, AnonymousUser()):
        assert not Room.objects.visible_to(user).exists()


def test_the_pairs_are_of_the_rooms_and_the_people_that_were_asked_for(world):
    rooms, people = world
    room, user = rooms["open active"], people["active"]
    assert Room.objects.visible_pairs([room.pk], [user.pk]) == {(room.pk, user.pk)}
    assert Room.objects.visible_pairs([], [user.pk]) == set()
    assert Room.objects.visible_pairs([room.pk], []) == set()
