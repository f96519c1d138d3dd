"""The writer stores what readers give: in order, and once."""

import pytest

from messaging.models import Message
from rooms.models import Room
from tertulia.imports import reasons
from tertulia.imports.models import Import, Imported
from tertulia.imports.records import Place
from tertulia.imports.writer import run
from users.models import User

from .records import GENERAL, SECRET, at, bodies, bring, room, said

pytestmark = pytest.mark.django_db


def test_messages_get_positions_without_gaps_and_revisions(ana, monkeypatch):
    monkeypatch.setattr(run, "BATCH", 3)
    bring({GENERAL: [said(n) for n in range(1, 9)]}, ana)
    numbers = room().messages.order_by("position").values_list("position", "revision")
    assert list(numbers) == [(n, n) for n in range(1, 9)]
    assert (room().last_position, room().revision) == (8, 8)


def test_a_message_keeps_its_time_author_and_edit(ana):
    bring({GENERAL: [said(1, "U2", edited_at=at(7))]}, ana)
    message = room().messages.get()
    assert (message.author.username, message.created_at) == ("joao", at(1))
    assert message.edited_at == at(7)


def test_an_edit_before_the_message_or_in_the_future_is_none(ana):
    bring({GENERAL: [said(1, edited_at=at(0)), said(2, edited_at=at(10**8))]}, ana)
    assert set(room().messages.values_list("edited_at", flat=True)) == {None}


def test_messages_in_a_row_are_grouped_and_days_are_opened(ana):
    bring({GENERAL: [said(1), said(2), said(3, "U2"), said(4, "U2", minutes=2000)]}, ana)
    flags = room().messages.order_by("position").values_list("opens_day", "continues")
    assert list(flags) == [(True, False), (False, True), (False, False), (True, False)]


def test_twice_is_once(ana):  # 53
    source = {GENERAL: [said(1), said(2)], SECRET: [said(1)]}
    bring(source, ana)
    again = bring(source, ana)
    assert Message.objects.count() == 3
    assert again.done == {reasons.HERE: 3}
    assert (Room.objects.count(), User.objects.count()) == (2, 3)


def test_what_stops_in_the_middle_goes_on(ana, monkeypatch):  # 53
    def fails():
        raise ZeroDivisionError

    monkeypatch.setattr(run, "BATCH", 2)
    messages = [said(n) for n in range(1, 8)]
    with pytest.raises(ZeroDivisionError):
        bring({GENERAL: [*messages[:5], fails, *messages[5:]]}, ana)
    assert Import.objects.get().error == run.UNEXPECTED
    bring({GENERAL: messages}, ana)
    assert bodies(room()) == [message.body for message in messages]


def test_newer_messages_are_appended_and_older_ones_are_counted(ana):
    bring({GENERAL: [said(1), said(5)]}, ana)
    again = bring({GENERAL: [said(1), said(3), said(5), said(9)]}, ana)
    assert bodies(room()) == ["text 1", "text 5", "text 9"]
    assert again.skipped == {"messages that are older than what is here already": 1}


def test_a_source_out_of_its_order_goes_on_all_the_same(ana):
    messages = [said(1), said(9), said(5), said(2)]
    bring({GENERAL: messages[:3]}, ana)
    bring({GENERAL: messages}, ana)
    assert bodies(room()) == ["text 1", "text 9", "text 5", "text 2"]


def test_an_older_part_of_the_same_place_has_no_place(ana):
    bring({GENERAL: [said(7), said(8)]}, ana)
    done = bring({GENERAL: [said(1), said(2), said(9)]}, ana)
    assert bodies(room()) == ["text 7", "text 8", "text 9"]
    assert done.skipped == {reasons.LATE: 2}


def test_a_room_in_which_people_wrote_since_stays_as_it_is(ana):
    from messaging.message.actions import post_message

    bring({GENERAL: [said(1)]}, ana)
    post_message(room(), ana, "Hello", "n")
    again = bring({GENERAL: [said(1), said(2)]}, ana)
    assert bodies(room()) == ["text 1", "Hello"]
    assert again.skipped == {"rooms in which people have written since": 1}


def test_a_key_that_comes_twice_is_stored_once(ana):
    done = bring({GENERAL: [said(1), said(1, body="other"), said(2)]}, ana)
    assert bodies(room()) == ["text 1", "text 2"]
    assert done.skipped == {reasons.TWICE: 1}


def test_two_messages_of_one_time_keep_their_order(ana):
    bring({GENERAL: [said(n, minutes=1) for n in range(5)]}, ana)
    assert bodies(room()) == [f"text {n}" for n in range(5)]


def test_a_message_from_the_future_does_not_stop_those_after_it(ana):
    bring(
        {GENERAL: [said(1), said(2, minutes=10**8), said(3), said(4, minutes=-(10**8) // 2)]}, ana
    )
    assert bodies(room()) == ["text 1", "text 2", "text 3", "text 4"]
    assert room().messages.get(body="text 2").created_at == at(1)


def test_long_and_odd_keys_are_known_again(ana):
    place = Place("C" * 300, "x", "open")
    source = {place: [said(1)._replace(key="k" * 300), said(2)._replace(key="a\0\ud800")]}
    bring(source, ana)
    assert bring(source, ana).done == {reasons.HERE: 2}
    assert max(map(len, Imported.objects.values_list("key", flat=True))) <= 200
