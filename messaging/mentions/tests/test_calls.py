"""Calls: the unread messages that mention somebody, and all in their direct conversations."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging.message.actions import delete_message, edit_message, post_message
from messaging.models import Mention, Message
from rooms.actions import end_membership, join_room, mark_read, open_direct_room
from rooms.models import Membership, Room

pytestmark = pytest.mark.django_db


def counts(user):
    """The numbers that the list of rooms has: {room id: (unread, calls)}."""
    listed = Membership.objects.for_sidebar(user)
    return {found.room_id: (found.unread, found.calls) for found in listed}


def recount(user):
    """The same, counted message by message."""
    found = {}
    for membership in Membership.objects.filter(user=user).select_related("room"):
        messages = list(Message.objects.filter(room=membership.room))
        new = [m for m in messages if m.position > membership.last_read_position]
        new = [m for m in new if m.author_id != user.pk]
        calls = [m for m in new if user.pk in {mention.user_id for mention in m.mentions.all()}]
        if membership.room.is_direct and not membership.room_muted:
            calls = new
        if messages or not membership.room.is_direct:
            found[membership.room_id] = (len(new), len(calls))
    return found


def test_mentions_of_me_and_direct_messages_are_calls(lobby, ana, bruno, say):
    direct = open_direct_room(ana, bruno)
    say(lobby, ana, "for all")
    say(lobby, ana, "for @bruno")
    say(direct, ana, "for you")
    assert counts(bruno) == {lobby.pk: (2, 1), direct.pk: (1, 1)}
    assert counts(ana) == {lobby.pk: (0, 0), direct.pk: (0, 0)}


def test_in_a_muted_conversation_only_mentions_are_calls(ana, bruno, say):
    direct = open_direct_room(ana, bruno)
    say(direct, ana, "one")
    say(direct, ana, "two, @bruno")
    Membership.objects.filter(room=direct, user=bruno).update(room_muted=True)
    assert counts(bruno) == {direct.pk: (2, 1)}
    [membership] = Membership.objects.for_sidebar(bruno)
    assert (membership.mark.news, membership.mark.calls) == (0, 1)


def test_an_edit_adds_and_removes_a_call_and_a_deletion_removes_it(lobby, ana, bruno, say):
    message = say(lobby, ana, "you there")
    edit_message(message, "@bruno there")
    assert counts(bruno) == {lobby.pk: (1, 1)}
    edit_message(message, "you there again")
    assert counts(bruno) == {lobby.pk: (1, 0)}
    delete_message(edit_message(message, "@bruno"))
    assert counts(bruno) == {lobby.pk: (1, 0)}


def test_a_direct_room_is_listed_from_its_first_message_on(ana, bruno, say):
    direct = open_direct_room(ana, bruno)
    assert counts(bruno) == counts(ana) == {}
    current = Membership.objects.for_sidebar(ana, current=direct.slug)
    assert [membership.room for membership in current] == [direct]
    say(direct, ana, "hello")
    assert counts(bruno) == {direct.pk: (1, 1)}


@pytest.mark.parametrize("seed", range(6))
def test_the_counts_are_those_of_counting_every_message(lobby, den, ana, bruno, eve, seed):
    chance = random.Random(seed)
    people = [ana, bruno, eve]
    rooms = [lobby, den, open_direct_room(ana, bruno)]
    for number in range(60):
        act = chance.choice([post, post, post, edit, delete, read, unread, come, go, mute])
        act(chance, chance.choice(rooms), chance.choice(people), f"n{number}")
        assert [counts(user) for user in people] == [recount(user) for user in people]


def post(chance, room, user, nonce):
    if room.membership_of(user):
        post_message(room, user, text(chance), nonce)


def edit(chance, room, user, nonce):
    if messages := list(Message.objects.filter(room=room)):
        edit_message(chance.choice(messages), f"{text(chance)} {nonce}")


def delete(chance, room, user, nonce):
    if messages := list(Message.objects.filter(room=room)):
        delete_message(chance.choice(messages))


def read(chance, room, user, nonce):
    room.refresh_from_db()
    for membership in Membership.objects.filter(room=room, user=user):
        mark_read(membership, chance.randint(0, room.last_position))


def unread(chance, room, user, nonce):
    """Go back to an earlier message, as "Mark as unread" does."""
    for membership in Membership.objects.filter(room=room, user=user):
        position = chance.randint(0, membership.last_read_position)
        own = Message.objects.filter(room=room, author=user, position__gt=position)
        membership.last_read_position, membership.own_unread = position, own.count()
        membership.save(update_fields=["last_read_position", "own_unread"])


def come(chance, room, user, nonce):
    if not room.is_direct:
        join_room(room, user)


def go(chance, room, user, nonce):
    if not room.is_direct and room.memberships.count() > 1:
        for membership in Membership.objects.filter(room=room, user=user):
            end_membership(membership)


def mute(chance, room, user, nonce):
    Membership.objects.filter(room=room, user=user).update(room_muted=chance.random() < 0.5)


def text(chance):
    return chance.choice(["hello", "@bruno", "@ana and @eve", "@room", "`@bruno`"])


def test_calls_need_no_query_of_their_own_and_no_table_of_mentions(lobby, bruno, say, ana):
    say(lobby, ana, "@bruno")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        [membership] = Membership.objects.for_sidebar(bruno)
        assert (membership.title, membership.mark.calls) == ("Lobby", 1)
    assert len(captured) == 1
    if connection.vendor == "sqlite":
        assert "USING COVERING INDEX mention_by_position" in plan(captured[0]["sql"])


def plan(sql):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(row[-1] for row in cursor.fetchall())


def test_mentions_of_an_earlier_release_get_their_positions(lobby, ana, bruno, say):
    message = say(lobby, ana, "@bruno")
    Mention.objects.update(room=None, position=None)
    assert counts(bruno) == {lobby.pk: (1, 0)}
    Mention.objects.fill_positions()
    [mention] = Mention.objects.all()
    assert (mention.room_id, mention.position) == (lobby.pk, message.position)


def test_a_deleted_room_takes_its_mentions_along(den, ana, bruno, say):
    say(den, ana, "@bruno")
    Room.objects.get(pk=den.pk).delete()
    assert not Mention.objects.exists()
