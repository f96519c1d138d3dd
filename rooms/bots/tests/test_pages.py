"""The pages of bots: made, renamed, put into rooms, retired and handed over."""

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from rooms.actions import change_role, end_membership, join_room
from rooms.models import Room
from rooms.moderation.actions import ban_person
from users.actions import deactivate, save_workspace
from users.audit import AuditEntry
from users.bots.actions import hand_over_bot, make_bot
from users.models import Token, User
from users.tokens.actions import make_token


@pytest.fixture
def bot(bruno):
    return make_bot(bruno, "ci", "Our CI")


@pytest.fixture
def browser(bruno, client_of):
    return client_of(bruno)


def now(bot):
    return User.objects.get(pk=bot.pk)


def test_administrators_make_bots(ana, client_of, page):
    made = client_of(ana).post("/bots/", {"display_name": "Deploy bot", "username": "deploys"})
    bot = User.objects.get(is_bot=True)
    assert made["Location"] == f"/bots/{bot.pk}/"
    assert (bot.username, bot.shown_name, bot.owner) == ("deploys", "Deploy bot", ana)


def test_members_make_bots_only_where_the_workspace_lets_them(browser, page, ana, client_of):
    assert page(browser.get("/bots/")).select("form[action='/bots/']") == []
    assert browser.post("/bots/", {"username": "mine"}).status_code == 403
    settings = page(client_of(ana).get("/workspace/")).select_one("[name=members_may_make_bots]")
    assert settings
    save_workspace(members_may_make_bots=True)
    assert browser.post("/bots/", {"username": "mine"}).status_code == 302
    assert User.objects.get(username="mine").owner.username == "bruno"


BAD = {
    "no name": {"username": ""},
    "a letter": {"username": "a"},
    "a space": {"username": "a b"},
    "somebody's": {"username": "BRUNO"},
    "a look-alike": {"username": "bгuno"},
    "a group": {"username": "everyone"},
    "a NUL": {"username": "a\0b"},
    "a long name": {"display_name": "x" * 61},
    "somebody's name": {"display_name": "Bruno"},
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD.keys())
def test_bad_names_are_refused_and_kept(ana, bruno, client_of, errors, change):
    typed = {"username": "deploys", "display_name": "Deploys"} | change
    refused = client_of(ana).post("/bots/", typed)
    assert refused.status_code == 422 and list(errors(refused)) == list(change)
    assert not User.objects.filter(is_bot=True).exists()


def test_one_sees_ones_own_bots_and_administrators_all(bot, browser, ana, client_of, page):
    other = make_bot(ana, "weather")
    shown = [row["id"] for row in page(browser.get("/bots/")).select("[id^=bot-]")]
    assert shown == [f"bot-{bot.pk}"]
    assert len(page(client_of(ana).get("/bots/")).select("[id^=bot-]")) == 2
    assert browser.get(f"/bots/{other.pk}/").status_code == 404


def test_nobody_is_managed_as_if_they_were_a_bot(ana, bruno, client_of):
    for path in ("", "tokens/"):
        assert client_of(ana).get(f"/bots/{bruno.pk}/{path}").status_code == 404
    assert client_of(ana).post(f"/bots/{bruno.pk}/retire/").status_code == 404


def test_the_owner_renames_a_bot(bot, browser):
    browser.post(f"/bots/{bot.pk}/", {"username": "builds", "display_name": "Builds"})
    assert (now(bot).username, now(bot).shown_name) == ("builds", "Builds")


def test_the_owner_puts_a_bot_into_rooms_and_takes_it_out(bot, browser, lobby, page):
    browser.post(f"/bots/{bot.pk}/join/", {"room": "lobby"})
    assert lobby.membership_of(bot).role == "member"
    assert page(browser.get(f"/bots/{bot.pk}/")).select_one("[href='/rooms/lobby/']")
    browser.post(f"/bots/{bot.pk}/leave/lobby/")
    assert lobby.membership_of(bot) is None


def test_a_bot_comes_into_closed_rooms_where_its_owner_may_invite(
    bot, browser, den, ana, client_of
):
    assert browser.post(f"/bots/{bot.pk}/join/", {"room": "den"}).status_code == 422
    assert den.membership_of(bot) is None
    assert client_of(ana).post(f"/bots/{bot.pk}/join/", {"room": "den"}).status_code == 302
    assert den.membership_of(bot)


def test_nobody_puts_a_bot_where_its_owner_cannot_read(den, ana, eve, client_of):
    bot = make_bot(eve, "spy")
    with pytest.raises(PermissionDenied):
        join_room(den, bot, by=ana)
    assert client_of(ana).post(f"/bots/{bot.pk}/join/", {"room": "den"}).status_code == 422
    with pytest.raises(PermissionDenied):
        join_room(den, bot, by=bot)
    assert den.membership_of(bot) is None


def test_a_bot_of_somebody_who_is_banned_does_not_join(lobby, ana, eve):
    bot = make_bot(eve, "spy")
    ban_person(lobby, eve, ana)
    for by in (eve, bot):
        with pytest.raises(PermissionDenied):
            join_room(lobby, bot, by=by)


def test_retiring_ends_tokens_and_starting_again_brings_none_back(bot, browser, page):
    make_token(bot, "CI", ["read"])
    browser.post(f"/bots/{bot.pk}/retire/")
    assert not now(bot).is_active and not Token.objects.usable().exists()
    assert browser.post(f"/bots/{bot.pk}/tokens/", {"name": "x"}).status_code == 403
    browser.post(f"/bots/{bot.pk}/restart/")
    assert now(bot).is_active and not Token.objects.usable().exists()


def test_an_administrator_gives_the_bot_of_somebody_gone_another_owner(
    bot, bruno, ana, eve, client_of
):
    deactivate(bruno, by=ana)
    browser = client_of(ana)
    assert browser.post(f"/bots/{bot.pk}/restart/").status_code == 403
    assert browser.post(f"/bots/{bot.pk}/owner/", {"owner": "bruno"}).status_code == 422
    browser.post(f"/bots/{bot.pk}/owner/", {"owner": "@Eve"})
    browser.post(f"/bots/{bot.pk}/restart/")
    assert (now(bot).owner, now(bot).is_active) == (eve, True)
    assert AuditEntry.objects.filter(act="bot_handed_over", detail="eve").exists()


def test_handing_over_revokes_the_tokens_that_the_former_owner_knows(bot, ana, eve, bruno):
    make_token(bot, "CI", ["read"])
    with pytest.raises(PermissionDenied):
        hand_over_bot(bot, eve, by=bruno)
    hand_over_bot(bot, eve, by=ana)
    assert not Token.objects.usable().exists()


def test_no_bot_owns_a_bot(bot, ana, bruno):
    with pytest.raises(PermissionDenied):
        hand_over_bot(bot, make_bot(bruno, "cd"), by=ana)


def test_one_talks_with_a_bot(bot, eve, client_of):
    opened = client_of(eve).post(f"/people/{bot.pk}/talk/")
    room = Room.objects.get(kind="direct")
    assert opened.status_code == 302 and room.membership_of(bot) and room.membership_of(eve)


def test_the_owner_gives_a_bot_a_picture(bot, browser, avatar_of):
    with Path("site/screenshots/phone.png").open("rb") as picture:
        browser.post(f"/bots/{bot.pk}/avatar/", {"avatar": picture})
    assert avatar_of(bot)
    browser.post(f"/bots/{bot.pk}/avatar/remove/")
    assert avatar_of(bot) is None


def test_what_is_no_picture_is_refused(bot, browser, errors):
    refused = browser.post(f"/bots/{bot.pk}/avatar/", {})
    assert refused.status_code == 422 and list(errors(refused)) == ["avatar"]


def test_somebody_who_leaves_a_room_takes_their_bots_along(bot, den, bruno, ana):
    join_room(den, bot, by=ana)
    end_membership(den.membership_of(bruno), by=ana)
    assert not Room.objects.visible_to(now(bot)).filter(pk=den.pk).exists()


def test_the_bots_of_somebody_who_is_banned_read_nothing(bot, lobby, bruno, ana):
    ban_person(lobby, bruno, ana)
    assert not Room.objects.visible_to(now(bot)).filter(pk=lobby.pk).exists()
    assert (lobby.pk, bot.pk) not in Room.objects.visible_pairs([lobby.pk], [bot.pk])


def test_a_bot_is_never_the_owner_of_a_room(bot, ana, bruno, lobby):
    join_room(lobby, bot)
    with pytest.raises(PermissionDenied):
        change_role(lobby.membership_of(bot), "moderator", by=ana)
    for person in (bruno, ana):
        end_membership(lobby.membership_of(person))
    join_room(lobby, bot)
    assert lobby.membership_of(bot).role == "member"
    assert join_room(lobby, bruno)[0].role == "owner"


def test_nobody_invites_a_bot_whose_owner_cannot_see_the_room(den, ana, eve, client_of, errors):
    make_bot(eve, "spy")
    refused = client_of(ana).post("/rooms/den/people/", {"username": "spy"})
    assert refused.status_code == 422 and list(errors(refused)) == ["username"]
