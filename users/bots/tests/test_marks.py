"""The mark beside the names of bots, which no name can fake."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from rooms.actions import join_room
from users.bots.actions import make_bot
from users.forms import refuse_display_name, refuse_username
from users.models import User


@pytest.fixture
def bot(bruno, lobby):
    bot = make_bot(bruno, "ci", "Our CI")
    join_room(lobby, bot)
    return bot


MARK = ".message-bot"
SOON = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "path",
    [
        "/people/",
        "/people/ci/",
        "/rooms/lobby/people/",
        "/conversations/new/",
        "/rooms/lobby/complete/?q=@ci",
    ],
)
def test_lists_of_people_mark_bots_and_nobody_else(bot, ana, client_of, page, path):
    found = page(client_of(ana).get(path))
    assert [mark.text for mark in found.select(MARK)] == ["bot"]


def test_the_page_of_a_bot_says_whose_it_is(bot, eve, client_of, page):
    found = page(client_of(eve).get("/people/ci/"))
    owner = found.select_one(f"#person-{bot.pk} a[href='/people/bruno/']")
    assert owner.text == "bruno" and "It is" not in found.select_one(f"#person-{bot.pk}").text


def test_sentences_say_that_it_is_a_bot(bot):
    assert (bot.name, bot.shown_name, bot.bare_name) == ("Our CI (bot)", "Our CI", "Our CI")


@pytest.mark.parametrize(
    "name",
    ["bot", "Ana bot", "Ana (bot)", "Ana · BOT", "Ana [bоt]", "Ana ｂｏｔ", "ana-bot", "Ana Bots"],
)
def test_people_have_no_name_that_ends_like_the_mark(ana, name):
    for refuse in (refuse_display_name, refuse_username):
        with pytest.raises(ValidationError, match="reserved for bots"):
            refuse(name)
        refuse(name, is_bot=True)


@pytest.mark.parametrize("name", ["Talbot", "Bot Nguyen", "Abbott", "Botero"])
def test_other_names_with_these_letters_are_free(ana, name):
    refuse_display_name(name)


def test_a_bot_is_never_here(bot, lobby):
    lobby.presences.create(user=bot, connection="x", process="y", expires_at=SOON)
    assert User.objects.here([bot.pk]) == set()
    assert lobby.presences.people_in([lobby.pk]) == {lobby.pk: []}
