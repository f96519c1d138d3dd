"""Races between a decision and other actions, in threads with their own database connections."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import combinations_with_replacement

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client

from rooms import actions as room_actions
from rooms.models import Room
from rooms.moderation import actions as moderation_actions
from users import actions
from users.models import Session, User

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse"
ROUNDS = 5
LOOPED_ROUNDS = 20  # enough to reproduce the bug in every run before it was fixed


def in_thread(function):
    """Wrap `function` so that it closes its thread's database connection at the end."""

    def run(*arguments):
        try:
            return function(*arguments)
        finally:
            connection.close()

    return run


@pytest.fixture
def meanwhile():
    """Return a function that does one thing while threads repeat several others.

    The one thing starts after each of the others has run at least once.
    """

    def at_it(things, act):
        begun, ended = threading.Semaphore(0), threading.Event()

        @in_thread
        def again_and_again(thing):
            while not ended.is_set():
                thing()
                begun.release()

        with ThreadPoolExecutor(len(things)) as threads:
            running = [threads.submit(again_and_again, thing) for thing in things]
            try:
                for _thing in things:
                    assert begun.acquire(timeout=30)
                act()
                for _thing in things:  # a few more, which began before or come after
                    assert begun.acquire(timeout=30)
            finally:
                ended.set()
        for run in running:
            run.result()

    return at_it


@pytest.fixture
def person(ana):
    """Return a function that creates a new administrator."""

    def made(number):
        name = f"person{number}"
        return User.objects.create_user(
            name, f"{name}@example.com", PASSWORD, is_administrator=True
        )

    return made


DECISIONS = {
    "deactivated": (
        lambda person, ana: actions.deactivate(person, ana),
        lambda person: not person.is_active and not person.sessions.exists(),
    ),
    "demoted": (
        lambda person, ana: actions.unmake_administrator(person, ana),
        lambda person: not person.is_administrator,
    ),
    "password": (
        lambda person, ana: actions.change_password(person, "another horse"),
        lambda person: person.check_password("another horse") and not person.sessions.exists(),
    ),
    "e-mail": (
        lambda person, ana: actions.change_email(person, f"new.{person.email}"),
        lambda person: person.email.startswith("new."),
    ),
}


def save_profile_as(client):
    return lambda: client.post("/profile/", {"display_name": "", "language": "es"})


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_profile_that_is_saved_in_a_loop_undoes_nothing(
    decision, ana, person, client_of, meanwhile
):
    decide, is_so = DECISIONS[decision]
    for number in range(LOOPED_ROUNDS):
        someone = person(number)
        loops = [save_profile_as(client_of(someone)) for _thread in range(2)]
        meanwhile(loops, lambda someone=someone: decide(User.objects.get(pk=someone.pk), ana))
        assert is_so(User.objects.get(pk=someone.pk)), f"undone in round {number}"


@pytest.mark.parametrize("decision", ["deactivated", "password"])
def test_no_login_that_was_under_way_leaves_a_session(decision, ana, person, meanwhile):
    decide, _is_so = DECISIONS[decision]
    words = {"password": PASSWORD}
    for number in range(LOOPED_ROUNDS):
        someone = person(number)

        def log_in(name=someone.username):
            Client().post("/accounts/login/", words | {"login": name})

        meanwhile([log_in] * 3, lambda someone=someone: decide(someone, ana))
        assert not Session.objects.filter(user=someone).exists(), f"left in round {number}"


def at_once(*acts):
    """Call these at the same moment, each in a thread; a refusal of one is not an error."""
    start = threading.Barrier(len(acts))

    @in_thread
    def run(act):
        start.wait(30)
        with suppress(PermissionDenied):
            act()

    with ThreadPoolExecutor(len(acts)) as threads:
        for done in [threads.submit(run, act) for act in acts]:
            done.result()


PAIRED = {
    "remove": lambda mine, theirs: room_actions.end_membership(theirs, by=mine.user),
    "demote": lambda mine, theirs: room_actions.change_role(theirs, "member", by=mine.user),
    "ban": lambda mine, theirs: moderation_actions.ban_person(theirs.room, theirs.user, mine.user),
    "leave": lambda mine, theirs: room_actions.end_membership(mine),
    "step down": lambda mine, theirs: room_actions.change_role(mine, "member", by=mine.user),
    "are deactivated": lambda mine, theirs: actions.deactivate(theirs.user),
    "delete": lambda mine, theirs: room_actions.delete_room(mine.room, by=mine.user),
}


@pytest.mark.parametrize("pair", [*combinations_with_replacement(PAIRED, 2)], ids=" + ".join)
def test_two_owners_at_once_leave_no_room_without_an_owner(pair, ana, bruno, eve):
    carla = User.objects.create_user("carla", "carla@example.com", PASSWORD)
    for number in range(ROUNDS):
        User.objects.update(is_active=True)
        room = room_actions.create_room(bruno, f"Room {number}", kind=Room.Kind.CLOSED)
        room_actions.join_room(room, carla, "owner")
        room_actions.join_room(room, eve)
        his, hers = (
            Room.objects.get(pk=room.pk).membership_of(User.objects.get(pk=user.pk))
            for user in (bruno, carla)
        )
        again = [Room.objects.get(pk=room.pk).membership_of(user) for user in (bruno, carla)]
        at_once(
            lambda his=his, hers=hers: PAIRED[pair[0]](his, hers),
            lambda again=again: PAIRED[pair[1]](again[1], again[0]),
        )
        people = room.memberships.for_people()
        assert people.filter(role="owner").exists() or not people.exists(), f"round {number}"


def test_two_administrators_who_demote_each_other_at_once_leave_one(ana, bruno):
    for _round in range(ROUNDS):
        User.objects.filter(pk__in=[ana.pk, bruno.pk]).update(is_administrator=True)
        at_once(
            lambda: actions.unmake_administrator(bruno, by=ana),
            lambda: actions.unmake_administrator(ana, by=bruno),
        )
        assert User.objects.filter(is_administrator=True).count() == 1


def test_of_two_new_passwords_at_once_the_first_stays(bruno):
    for number in range(ROUNDS):
        tabs = [User.objects.get(pk=bruno.pk) for _tab in range(2)]
        words = f"{number} horses"
        at_once(*(partial(actions.change_password, tab, words) for tab in tabs))
        refused = [tab for tab in tabs if tab.password != User.objects.get(pk=bruno.pk).password]
        assert len(refused) == 1


def test_who_leaves_and_comes_back_at_once_writes_once_in_slow_mode(lobby, bruno):
    Room.objects.filter(pk=lobby.pk).update(slow_seconds=3600)
    turns = []

    def come_write_and_go():
        room = Room.objects.get(pk=lobby.pk)
        membership, _created = room_actions.join_room(room, bruno, by=bruno)
        turns.append(moderation_actions.take_turn(membership))
        room_actions.end_membership(membership)

    at_once(*[come_write_and_go] * 5)
    assert turns.count(0) == 1
