"""Actions that were allowed when the page was read, but no longer when they run."""

from contextlib import suppress
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied

from rooms import actions
from rooms.models import Room, Sanction
from rooms.moderation import actions as moderation_actions
from users.actions import deactivate
from users.models import User

from .roles import make

MEMBER, MODERATOR, OWNER = "member", "moderator", "owner"


@pytest.fixture
def cellar(ana, bruno, eve):
    """A closed room of two owners, Bruno and Clara, who are not administrators; Nora is banned."""
    room = actions.create_room(bruno, "Cellar", kind=Room.Kind.CLOSED)
    for person in (User.objects.create_user("clara", "clara@example.com"), eve):
        make(room, person, MEMBER)
    room.memberships.filter(user__username="clara").update(role=OWNER)
    moderation_actions.ban_person(room, User.objects.create_user("nora", "nora@example.com"), None)
    return room


def read(room, username):
    """Return a new copy of a membership with its own room and user, as each page reads it."""
    room = Room.objects.get(pk=room.pk)
    membership = room.membership_of(User.objects.get(username=username))
    membership.ban = room.sanctions.bans().get(user__username="nora")
    return membership


def banned(mine, theirs):
    moderation_actions.ban_person(theirs.room, theirs.user, mine.user)


PAIRED = {
    "remove": lambda mine, theirs: actions.end_membership(theirs, by=mine.user),
    "demote": lambda mine, theirs: actions.change_role(theirs, MEMBER, by=mine.user),
    "ban": banned,
    "leave": lambda mine, theirs: actions.end_membership(mine),
    "step down": lambda mine, theirs: actions.change_role(mine, MEMBER, by=mine.user),
    "are deactivated": lambda mine, theirs: deactivate(theirs.user),
}


@pytest.mark.parametrize("pair", [*product(PAIRED, repeat=2)], ids=" + ".join)
def test_two_owners_at_once_leave_a_room_with_an_owner(pair, cellar):
    bruno, clara = read(cellar, "bruno"), read(cellar, "clara")
    his, hers = (read(cellar, "bruno"), read(cellar, "clara"))
    PAIRED[pair[0]](bruno, clara)
    with suppress(PermissionDenied):
        PAIRED[pair[1]](hers, his)
    people = cellar.memberships.for_people()
    assert people.filter(role=OWNER).exists() or not people.exists()


AGAINST = ["remove", "demote", "ban"]


@pytest.mark.parametrize("pair", [*product(AGAINST, repeat=2)], ids=" + ".join)
def test_when_two_owners_act_on_each_other_the_second_is_refused(pair, cellar):
    bruno, clara = read(cellar, "bruno"), read(cellar, "clara")
    PAIRED[pair[0]](bruno, clara)
    with pytest.raises(PermissionDenied):
        PAIRED[pair[1]](clara, bruno)
    assert read(cellar, "bruno").role == OWNER


def test_a_leaving_owner_hands_the_room_to_nobody_who_is_deactivated(cellar, eve):
    clara = read(cellar, "clara")
    actions.end_membership(read(cellar, "bruno"))
    deactivate(eve)
    actions.end_membership(clara)
    assert not cellar.memberships.for_people().exists()


def test_joining_a_room_of_deactivated_people_makes_one_its_owner(lobby, ana, bruno, eve):
    actions.end_membership(lobby.membership_of(ana))
    deactivate(bruno)
    membership, _created = actions.join_room(lobby, eve, by=eve)
    assert membership.role == OWNER


# What Bruno may do as an owner (or moderator) of a room, to Eve if to anybody.
ACTS = {
    "remove": lambda mine, eves: actions.end_membership(eves, by=mine.user),
    "change a role": lambda mine, eves: actions.change_role(eves, MODERATOR, by=mine.user),
    "mute": lambda mine, eves: moderation_actions.mute_member(eves, mine.user, 10),
    "unmute": lambda mine, eves: moderation_actions.unmute_member(eves, mine.user),
    "ban": banned,
    "rename": lambda mine, eves: actions.change_room(mine.room, mine.user, name="Attic"),
    "open": lambda mine, eves: actions.change_room(mine.room, mine.user, kind=Room.Kind.OPEN),
    "slow down": lambda mine, eves: actions.change_room(mine.room, mine.user, slow_seconds=60),
    "archive": lambda mine, eves: actions.archive_room(mine.room, mine.user),
    "restore": lambda mine, eves: actions.restore_room(mine.room, mine.user),
    "delete": lambda mine, eves: actions.delete_room(mine.room, mine.user),
    "invite": lambda mine, eves: actions.join_room(mine.room, newcomer(), by=mine.user),
    "lift a ban": lambda mine, eves: moderation_actions.lift_ban(mine.ban, mine.user),
}


def newcomer():
    return User.objects.create_user("oto", "oto@example.com")


LOSSES = {
    "demoted": lambda room: actions.change_role(read(room, "bruno"), MEMBER),
    "removed": lambda room: actions.end_membership(read(room, "bruno")),
    "banned": lambda room: moderation_actions.ban_person(room, read(room, "bruno").user, None),
    "deactivated": lambda room: deactivate(read(room, "bruno").user),
    "deleted": lambda room: actions.delete_room(Room.objects.get(pk=room.pk)),
}


def facts(room):
    """Return all that actions could change in a room, except about Bruno, who loses his right."""
    memberships = room.memberships.exclude(user__username="bruno")
    return [
        *Room.objects.filter(pk=room.pk).values_list("name", "kind", "slow_seconds", "archived_at"),
        *memberships.order_by("pk").values_list("user", "muted_until"),
        *Sanction.objects.bans().exclude(user__username="bruno").values_list("user"),
    ]


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize("lose", LOSSES.values(), ids=LOSSES)
def test_nobody_acts_by_a_right_that_was_lost_meanwhile(lose, act, cellar):
    bruno, eves = read(cellar, "bruno"), read(cellar, "eve")
    lose(cellar)
    before = facts(cellar)
    with pytest.raises(PermissionDenied):
        act(bruno, eves)
    assert facts(cellar) == before


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_an_administrator_who_was_demoted_meanwhile_manages_no_room(act, cellar, ana):
    User.objects.filter(username="bruno").update(is_administrator=True)
    cellar.memberships.filter(user__username="bruno").update(role=MEMBER)
    bruno, eves = read(cellar, "bruno"), read(cellar, "eve")
    User.objects.filter(username="bruno").update(is_administrator=False)
    with pytest.raises(PermissionDenied):
        act(bruno, eves)


@pytest.mark.parametrize("act", ["mute", "remove", "ban"])
def test_a_moderator_does_nothing_about_somebody_who_became_one(act, cellar):
    make(cellar, User.objects.get(username="bruno"), MODERATOR)
    bruno, eves = read(cellar, "bruno"), read(cellar, "eve")
    actions.change_role(read(cellar, "eve"), MODERATOR)
    with pytest.raises(PermissionDenied):
        ACTS[act](bruno, eves)


@pytest.mark.parametrize("act", ["mute", "unmute", "change a role"])
def test_nothing_is_decided_about_a_membership_that_has_ended(act, cellar):
    bruno, eves = read(cellar, "bruno"), read(cellar, "eve")
    actions.end_membership(read(cellar, "eve"))
    with pytest.raises(PermissionDenied):
        ACTS[act](bruno, eves)


def test_nobody_is_removed_twice(cellar, events):
    bruno, eves = read(cellar, "bruno"), read(cellar, "eve")
    actions.end_membership(read(cellar, "eve"))
    assert events(ACTS["remove"], bruno, eves) == []


def test_a_room_that_was_closed_meanwhile_is_not_joined(lobby, ana, eve):
    stale = Room.objects.get(pk=lobby.pk)
    actions.change_room(lobby, ana, kind=Room.Kind.CLOSED)
    with pytest.raises(PermissionDenied):
        actions.join_room(stale, eve, by=eve)


def test_a_plain_member_invites_nobody_into_a_room_that_was_closed_meanwhile(
    lobby, ana, bruno, eve
):
    stale = Room.objects.get(pk=lobby.pk)
    actions.change_room(lobby, ana, kind=Room.Kind.CLOSED)
    with pytest.raises(PermissionDenied):
        actions.join_room(stale, eve, by=bruno)


@pytest.mark.parametrize(
    "come",
    [
        lambda room, person: actions.join_room(room, person, by=person),
        lambda room, person: actions.join_or_create_room(person, "Attic"),
        lambda room, person: actions.open_direct_room(person, User.objects.get(username="ana")),
        lambda room, person: actions.open_direct_room(User.objects.get(username="ana"), person),
    ],
)
def test_no_deactivated_person_joins_a_room(come, lobby, eve):
    stale = User.objects.get(pk=eve.pk)
    deactivate(eve)
    with pytest.raises(PermissionDenied):
        come(lobby, stale)
    assert not eve.memberships.exists()


def test_a_topic_that_is_saved_late_does_not_open_a_room_again(lobby, ana):
    stale = Room.objects.get(pk=lobby.pk)
    actions.change_room(lobby, ana, kind=Room.Kind.CLOSED)
    actions.change_room(stale, ana, topic="Tea")
    lobby.refresh_from_db()
    assert (lobby.kind, lobby.topic) == (Room.Kind.CLOSED, "Tea")
