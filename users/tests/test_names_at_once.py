"""Names that look alike are taken at the same moment, while others act on the same users."""

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
    """Run all `acts` at the same moment, each in a thread. Return their results or exceptions."""
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
def test_only_one_of_two_usernames_that_look_alike_is_created():
    for n in range(10):
        people = {f"pop{n}": f"pop{n}@a.org", f"рор{n}": f"other{n}@a.org"}
        at_once(*(partial(User.objects.create_user, *person) for person in people.items()))
        assert User.objects.filter(username__in=people).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_similar_display_names_chosen_at_once_both_show_the_username():
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
def test_changes_of_names_and_other_actions_at_once_do_not_deadlock():
    ana = actions.set_up_workspace("Casa", "open", "ana", "ana@example.com", None)
    people = [User.objects.create_user(f"p{n}", f"p{n}@a.org") for n in range(5)]

    def act_often(seed):
        chosen = random.Random(seed)
        for _ in range(40):
            who = User.objects.get(pk=chosen.choice(people).pk)
            # The name is taken, or the user deactivated. A deadlock would be a different error.
            with suppress(IntegrityError, PermissionDenied):
                chosen.choice(ACTS)(who, ana, chosen.randrange(2))

    at_once(*(lambda seed=seed: act_often(seed) for seed in range(4)))
    for person in User.objects.all():
        own = person.name_skeletons.filter(is_username=False).values("skeleton")
        alike = NameSkeleton.objects.filter(skeleton__in=own).exclude(user=person)
        assert person.shows_username == alike.exists()
