"""People who take names that look alike at the same moment, while others act on the same people."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection

from users import actions
from users.models import NameSkeleton, User


def at_once(*acts):
    """Do all `acts` at the same moment, each in a thread; return what they give or raise."""
    barrier = Barrier(len(acts))

    def act(function):
        try:
            barrier.wait()
            return function()
        except IntegrityError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(act, acts))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_one_look_at_once_one_gets_it():
    for n in range(10):
        people = {f"pop{n}": f"pop{n}@a.org", f"рор{n}": f"other{n}@a.org"}
        at_once(*(partial(User.objects.create_user, *person) for person in people.items()))
        assert User.objects.filter(username__in=people).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_display_names_chosen_at_once_neither_hides_the_other():
    one, other = (User.objects.create_user(name, f"{name}@a.org") for name in ("vera", "olga"))
    actions.set_up_workspace("Casa", "open", "ana", "ana@example.com", None)
    for n in range(10):
        at_once(
            lambda n=n: actions.save_profile(one, by=one, display_name=f"Pop {n}"),
            lambda n=n: actions.save_profile(other, by=other, display_name=f"Рор {n}"),
        )
        assert (shown(one), shown(other)) == (f"Pop {n} (@vera)", f"Рор {n} (@olga)")


def shown(person):
    return User.objects.get(pk=person.pk).name.replace("\u2068", "").replace("\u2069", "")


ACTS = [
    lambda who, by, number: actions.save_profile(who, by=who, display_name=f"Pop {number}"),
    lambda who, by, number: actions.save_profile(who, by=who, display_name=f"Рор {number}"),
    lambda who, by, number: actions.correct_person(
        who, by, display_name=f"Рoр {number}", email=f"{random.random()}@a.org"
    ),
    lambda who, by, number: actions.deactivate(who, by=by),
    lambda who, by, number: actions.reactivate(who, by=by),
    lambda who, by, number: actions.make_administrator(who, by=by),
    lambda who, by, number: actions.save_workspace(by=by, name=f"Casa {number}"),
]


@pytest.mark.django_db(transaction=True)
def test_names_and_other_acts_at_once_wait_for_each_other_and_stay_right():
    ana = actions.set_up_workspace("Casa", "open", "ana", "ana@example.com", None)
    people = [User.objects.create_user(f"p{n}", f"p{n}@a.org") for n in range(5)]

    def act_often(seed):
        chosen = random.Random(seed)
        for _ in range(40):
            who = User.objects.get(pk=chosen.choice(people).pk)
            # The name is taken, or they are deactivated; a deadlock would be another error.
            with suppress(IntegrityError, PermissionDenied):
                chosen.choice(ACTS)(who, ana, chosen.randrange(2))

    at_once(*(lambda seed=seed: act_often(seed) for seed in range(4)))
    for person in User.objects.all():
        own = person.name_skeletons.filter(is_username=False).values("skeleton")
        alike = NameSkeleton.objects.filter(skeleton__in=own).exclude(user=person)
        assert person.shows_username == alike.exists()
