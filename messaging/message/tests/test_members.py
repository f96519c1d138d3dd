"""The memberships of those who post are read without the ORM, and equal what it reads."""

import pytest

from messaging.live.post_queue import Send, post_all
from messaging.message.sql.members import memberships_of
from rooms.models import Membership
from rooms.moderation.actions import mute_member


def values(thing):
    return {field.attname: getattr(thing, field.attname) for field in thing._meta.concrete_fields}


def test_they_are_what_the_orm_reads(lobby, den, ana, bruno):
    mute_member(lobby.membership_of(bruno), ana, 60)
    stored = {one.pk: one for one in Membership.objects.select_related("room", "user")}
    read = memberships_of({ana.pk, bruno.pk}, {lobby.pk, den.pk})
    assert {one.pk for one in read} == stored.keys()
    for one in read:
        same = stored[one.pk]
        assert [values(part) for part in (one, one.room, one.user)] == [
            values(part) for part in (same, same.room, same.user)
        ]
        assert (one.changed_fields(), one.room.changed_fields(), one._state.adding) == (
            [],
            [],
            False,
        )


def test_who_is_deactivated_or_elsewhere_is_left_out(lobby, den, ana, bruno, eve):
    bruno.is_active = False
    bruno.save(update_fields=["is_active"])
    read = memberships_of({ana.pk, bruno.pk, eve.pk}, {lobby.pk})
    assert [(one.user_id, one.room_id) for one in read] == [(ana.pk, lobby.pk)]


@pytest.mark.parametrize("count", [1, 8])
def test_a_batch_of_one_author_costs_seven_queries(lobby, ana, django_assert_num_queries, count):
    post_all([Send(ana.pk, lobby.pk, {"body": "first", "nonce": "first"})])
    sends = [Send(ana.pk, lobby.pk, {"body": f"{n}", "nonce": f"{n}"}) for n in range(count)]
    with django_assert_num_queries(9):  # two of them are the savepoint of the test case
        post_all(sends)
