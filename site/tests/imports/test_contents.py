"""What an imported message holds: texts, replies, reactions, pins."""

import pytest

from messaging.models import Pin, Reaction
from tertulia.imports import reasons
from tertulia.imports.records import Reacted
from tertulia.imports.writer import run
from users.models import User

from .records import GENERAL, SECRET, bodies, bring, room, said

pytestmark = pytest.mark.django_db


def test_a_reply_answers_and_shows_an_excerpt(ana, client_of, page):
    bring({GENERAL: [said(1), said(2, "U2", reply_to="1"), said(3, reply_to="2")]}, ana)
    first, second, third = room().messages.order_by("position")
    assert (second.reply_to, third.reply_to) == (first, second)
    drawn = page(client_of(ana).get(room().get_absolute_url())).select(f"#message-{second.pk}")
    assert "text 1" in drawn[0].text and "Marta Gil" in drawn[0].text


def test_a_reply_to_a_message_of_an_earlier_batch_answers_it(ana, monkeypatch):
    monkeypatch.setattr(run, "BATCH", 2)
    bring({GENERAL: [said(1), said(2), said(3), said(4, reply_to="1")]}, ana)
    assert room().messages.get(body="text 4").reply_to.body == "text 1"


@pytest.mark.parametrize("root", ["gone", "2"])
def test_a_reply_without_what_it_answers_is_a_message(ana, root):
    done = bring({GENERAL: [said(1), said(2, reply_to=root)]}, ana)
    assert room().messages.get(body="text 2").reply_to is None
    assert sum(done.skipped.values()) == (root == "gone")


def test_reactions_keep_to_the_limits(ana):
    many = tuple(Reacted(emoji, ("U1",)) for emoji in "👍🎉😀😁😂🤣😃😄😅😆😉😊😋😎😍")
    reactions = (
        Reacted("👍🏽", ("U1", "U2")),
        Reacted(":tada:", ("U2",)),
        Reacted(":no:", ("U1",)),
    )
    done = bring({GENERAL: [said(1, reactions=reactions), said(2, reactions=many)]}, ana)
    first, second = room().messages.order_by("position")
    marta, joao = User.objects.get(username="marta"), User.objects.get(username="joao")
    assert first.extras["reactions"] == [["👍", 2, [marta.pk, joao.pk]], ["🎉", 1, [joao.pk]]]
    assert Reaction.objects.filter(message=second).count() == 10
    assert sum(done.skipped.values()) == 6


def test_pins_are_counted_and_limited(ana):
    done = bring({GENERAL: [said(n, is_pinned=True) for n in range(60)]}, ana)
    assert (room().pins, Pin.objects.count()) == (50, 50)
    assert done.skipped == {reasons.TOO_MANY_PINS: 10}


def test_a_long_text_becomes_several_messages(ana):
    text = "\n".join(f"line {n}" for n in range(3000))
    bring({GENERAL: [said(1, body=text), said(2)]}, ana)
    parts = bodies(room())[:-1]
    assert len(parts) > 2 and max(map(len, parts)) <= 8000
    assert "\n".join(parts) == text
    assert {m.reply_to_id for m in room().messages.filter(position__in=[2, 3])} == {
        room().messages.get(position=1).pk
    }
    assert bring({GENERAL: [said(1, body=text), said(2)]}, ana).done == {reasons.HERE: 2}


def test_code_that_is_cut_is_code_in_both_parts(ana):
    bring({GENERAL: [said(1, body="```\n" + "x = 1\n" * 2000 + "```")]}, ana)
    assert all("<pre>" in message.body_html for message in room().messages.all())


@pytest.mark.parametrize("body", ["", " \n ", "\u200b", "> ", "\0", "\ud800"])
def test_what_shows_nothing_is_counted(ana, body):
    done = bring({GENERAL: [said(1, body=body), said(2)]}, ana)
    assert bodies(room()) == ["text 2"]
    assert done.skipped == {reasons.EMPTY: 1}


def test_what_cannot_be_stored_is_left_out_of_a_text(ana):
    bring({GENERAL: [said(1, body="\r\na\0b\ud800c\r\n\r\n")]}, ana)
    assert bodies(room()) == ["abc"]


def test_mentions_are_drawn_for_people_of_the_same_import_only(ana, bruno, lobby, page):
    text = "@marta @joao @bruno @ana #general #secret #Lobby @here"
    bring({GENERAL: [said(1, body=text)], SECRET: []}, ana, accounts={"U2": bruno})
    message = room().messages.get()
    marta = User.objects.get(username="marta")
    assert f'data-mention="{bruno.pk}"' in message.body_html
    assert f'data-mention="{ana.pk}"' not in message.body_html
    assert message.body_html.count('href="/rooms/') == 1
    assert message.mentioned == str(bruno.pk)
    assert list(message.mentions.values_list("user", flat=True)) == [bruno.pk]
    assert message.author == marta
