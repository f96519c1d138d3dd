"""Reacting and taking back: two acts, each of which may be repeated."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from core.emoji.table import all_emoji
from messaging.message import actions
from messaging.models import Message, Reaction
from messaging.reactions.actions import (
    MAX_KINDS,
    MAX_OF_ONE_PERSON,
    add_reaction,
    remove_reaction,
)
from messaging.reactions.models import MAX_IDS
from rooms.actions import archive_room, end_membership, join_room
from rooms.moderation.actions import ban_person, mute_member
from users.actions import deactivate
from users.models import User

from .crowd import crowd

ALL = list(all_emoji())


def revision_of(room):
    room.refresh_from_db()
    return room.revision


def test_a_reaction_shows_who_and_how_many(said, ana, bruno, kinds):
    add_reaction(said, bruno, "👍")
    add_reaction(said, ana, "🎉")
    add_reaction(said, ana, "👍")
    assert kinds(said) == [["👍", 2, [bruno.pk, ana.pk]], ["🎉", 1, [ana.pk]]]


def test_reacting_twice_is_once(lobby, said, bruno, kinds):
    assert add_reaction(said, bruno, "👍") is True
    before = revision_of(lobby)
    assert add_reaction(said, bruno, "👍") is False
    assert (revision_of(lobby), kinds(said)) == (before, [["👍", 1, [bruno.pk]]])


def test_taking_back_twice_is_once_and_leaves_those_of_others(lobby, said, ana, bruno, kinds):
    add_reaction(said, ana, "👍")
    add_reaction(said, bruno, "👍")
    assert remove_reaction(said, bruno, "👍") is True
    before = revision_of(lobby)
    assert remove_reaction(said, bruno, "👍") is False
    assert remove_reaction(said, bruno, "🎉") is False
    assert (revision_of(lobby), kinds(said)) == (before, [["👍", 1, [ana.pk]]])


def test_after_the_last_reaction_was_taken_back_nothing_is_left(said, bruno):
    add_reaction(said, bruno, "👍")
    remove_reaction(said, bruno, "👍")
    assert Message.objects.get().extras == {}
    assert not Reaction.objects.exists()


def test_a_reaction_is_no_edit_and_no_news(lobby, said, ana, bruno):
    membership = lobby.membership_of(ana)
    add_reaction(said, bruno, "👍")
    message = Message.objects.get()
    lobby.refresh_from_db()
    assert (message.edited_at, lobby.last_position) == (None, 1)
    assert membership.unread_until(lobby.last_position) == 0
    assert message.revision == lobby.revision == 2


def test_a_deleted_message_has_none(said, ana, bruno, kinds):
    add_reaction(said, bruno, "👍")
    actions.delete_message(said, by=ana)
    assert (kinds(said), Reaction.objects.count()) == ([], 0)
    with pytest.raises(PermissionDenied):
        add_reaction(said, bruno, "👍")


def test_an_edit_leaves_the_reactions(said, ana, bruno, kinds):
    add_reaction(said, bruno, "👍")
    actions.edit_message(said, "Lunch at two?", by=ana)
    assert kinds(said) == [["👍", 1, [bruno.pk]]]


def test_a_message_has_few_kinds_but_one_more_of_each(said, ana, bruno, kinds):
    people = [ana, bruno, *(member(said.room, f"p{number}") for number in range(2))]
    for number, emoji in enumerate(ALL[:MAX_KINDS]):
        add_reaction(said, people[number % 3], emoji)
    with pytest.raises(ValidationError, match="20 different emoji"):
        add_reaction(said, people[3], ALL[MAX_KINDS])
    assert add_reaction(said, people[3], ALL[0]) is True
    assert [count for _emoji, count, _ids in kinds(said)] == [2] + [1] * 19


def test_one_person_has_few_at_one_message(said, ana, bruno):
    for emoji in ALL[:MAX_OF_ONE_PERSON]:
        add_reaction(said, bruno, emoji)
    with pytest.raises(ValidationError, match="with 10 emoji"):
        add_reaction(said, bruno, ALL[MAX_OF_ONE_PERSON])
    assert add_reaction(said, ana, ALL[MAX_OF_ONE_PERSON]) is True


def member(room, name):
    person = User.objects.create_user(name, f"{name}@example.com")
    join_room(room, person)
    return person


def test_the_ids_are_those_of_the_latest_and_the_count_is_of_all(lobby, said, bruno, kinds):
    others = crowd(lobby, MAX_IDS)
    Reaction.objects.bulk_create(
        Reaction(message=said, user=person, emoji="👍") for person in others
    )
    add_reaction(said, bruno, "👍")
    [[emoji, count, ids]] = kinds(said)
    assert (emoji, count, len(ids)) == ("👍", MAX_IDS + 1, MAX_IDS)
    assert ids == [person.pk for person in others[1:]] + [bruno.pk]


def test_the_summary_is_one_query(said, ana, bruno, django_assert_num_queries):
    add_reaction(said, bruno, "👍")
    add_reaction(said, ana, "🎉")
    with django_assert_num_queries(1):
        assert len(Reaction.objects.filter(message=said).summary()) == 2


LOSSES = {
    "archived": lambda room, person: archive_room(room),
    "muted": lambda room, person: mute_member(room.membership_of(person), None, 10),
    "removed": lambda room, person: end_membership(room.membership_of(person)),
    "banned": lambda room, person: ban_person(room, person, None),
    "deactivated": lambda room, person: deactivate(person),
}


@pytest.mark.parametrize("act", [add_reaction, remove_reaction])
@pytest.mark.parametrize("loss", LOSSES)
def test_who_lost_the_right_to_post_since_the_page_was_read_cannot(said, bruno, act, loss, kinds):
    add_reaction(said, bruno, "👍")
    stale = Message.objects.select_related("room").get()
    LOSSES[loss](said.room, bruno)
    with pytest.raises(PermissionDenied):
        act(stale, bruno, "🎉" if act is add_reaction else "👍")
    assert kinds(said) == [["👍", 1, [bruno.pk]]]


def test_an_administrator_who_is_no_member_cannot(den, ana, bruno):
    den.memberships.filter(user=ana).delete()
    said = actions.post_message(den, bruno, "Hello", "b1")
    with pytest.raises(PermissionDenied):
        add_reaction(said, ana, "👍")


def test_slow_mode_does_not_count_reactions(lobby, said, bruno, press):
    lobby.slow_seconds = 60
    lobby.save(update_fields=["slow_seconds"])
    assert [press(bruno, f"react:{said.pk}:{emoji}").status_code for emoji in "👍🎉"] == [303, 303]
