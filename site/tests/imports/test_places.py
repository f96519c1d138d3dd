"""Places of a source become rooms of ours, with their people."""

import pytest

from rooms.models import Room
from tertulia.imports import reasons
from tertulia.imports.writer import run
from users.models import User

from .records import GENERAL, PEOPLE, SECRET, START, TALK, Source, bodies, bring, room, said

pytestmark = pytest.mark.django_db


def test_the_owner_is_the_administrator_and_nobody_else_gets_a_role(ana, bruno):
    bring({GENERAL: [said(1)]}, ana, accounts={"U2": bruno})
    roles = dict(room().memberships.values_list("user__username", "role"))
    assert roles == {"ana": "owner", "marta": "member", "bruno": "member"}


def test_rooms_stay_as_private_as_they_were(ana, bruno, eve, client_of):
    bring({SECRET: [said(1)]}, ana, accounts={"U1": bruno})
    assert client_of(bruno).get(room("secret").get_absolute_url()).status_code == 200
    assert client_of(eve).get(room("secret").get_absolute_url()).status_code == 404


def test_a_taken_name_gets_a_number_and_nothing_is_mixed(ana, lobby):
    bring({GENERAL._replace(name="LOBBY"): [said(1)], SECRET._replace(name="lоbby"): []}, ana)
    assert set(Room.objects.values_list("name", flat=True)) == {"Lobby", "LOBBY-2", "lоbby-3"}
    assert bodies(lobby) == []


def test_a_topic_and_an_archived_room_come_as_they_are(ana):
    place = GENERAL._replace(topic="a\nb\u202e" + "x" * 500, is_archived=True)
    bring({place: [said(1)]}, ana)
    assert room().topic == "a b" + "x" * 197
    assert room().is_archived and room().created_at == START


def test_direct_conversations_come_only_if_asked_for(ana, bruno):
    assert bring({TALK: [said(1)]}, ana).done == {}
    bring({TALK: [said(1)]}, ana, accounts={"U1": ana, "U2": bruno}, direct=True)
    talk = Room.objects.get(kind="direct")
    assert set(talk.members.all()) == {ana, bruno}
    assert set(talk.memberships.values_list("role", flat=True)) == {"member"}


def test_two_groups_of_the_same_people_are_one_by_time(ana, monkeypatch):
    monkeypatch.setattr(run, "BATCH", 2)
    other = TALK._replace(key="G9", member_keys=("U2", "U1"))
    source = {TALK: [said(1), said(4)], other: [said(2), said(3, reply_to="2"), said(5)]}
    bring(source, ana, direct=True)
    assert bodies(Room.objects.get()) == [f"text {n}" for n in range(1, 6)]
    assert bring(source, ana, direct=True).done == {reasons.HERE: 5}


def test_too_large_a_group_becomes_a_private_room(ana):
    place = TALK._replace(member_keys=tuple(f"U{n}" for n in range(10, 25)))
    bring({place: [said(1)]}, ana, direct=True)
    assert Room.objects.get().kind == "closed"


def test_what_two_people_wrote_here_is_not_mixed_with_what_they_wrote_there(ana, bruno):
    from messaging.message.actions import post_message
    from rooms.direct.actions import open_direct_room

    own = open_direct_room(ana, bruno)
    post_message(own, ana, "Hello", "n")
    bring({TALK: [said(1)]}, ana, accounts={"U1": ana, "U2": bruno}, direct=True)
    assert bodies(own) == ["Hello"]
    assert bodies(Room.objects.get(kind="closed")) == ["text 1"]


def test_rooms_can_be_chosen(ana):
    done = bring({GENERAL: [said(1)], SECRET: [said(1)]}, ana, rooms=("#Secret",))
    assert [each.name for each in Room.objects.all()] == ["secret"]
    assert done.skipped == {"rooms that were not chosen": 1}


def test_a_room_that_was_deleted_here_comes_again_only_by_name(ana):
    source = {GENERAL: [said(1), said(2)]}
    bring(source, ana)
    room().delete()
    assert list(bring(source, ana).skipped.values()) == [1]
    assert Room.objects.count() == 0
    bring(source, ana, rooms=("general",))
    assert bodies(room()) == ["text 1", "text 2"]


def test_readers_know_how_people_and_rooms_are_called_here(ana, lobby):
    def mentions():
        source = holder[0]
        names = source.usernames, source.room_names
        return said(1, body=f"@{names[0]['U9']} {names[0].get('U0')} #{names[1]['C1']}")

    from tertulia.imports.records import Person
    from tertulia.imports.writer.choices import Choices

    holder = [Source({GENERAL._replace(name="lobby"): [mentions]}, (Person("U9", "ana"),))]
    run.run_import(holder[0], Choices(), ana, "x", {})
    assert bodies(room("lobby-2")) == ["@ana-2 None #lobby-2"]


def test_an_unknown_author_is_a_placeholder(ana):
    bring({GENERAL._replace(member_keys=()): [said(1, "U77")]}, ana)
    author = room().messages.get().author
    assert (author.username, author.is_imported, author.is_active) == ("U77", True, False)


def test_people_that_nothing_needs_are_not_made(ana):
    bring({GENERAL._replace(member_keys=()): [said(1)]}, ana)
    assert set(User.objects.values_list("username", flat=True)) == {"ana", PEOPLE[0].username}
