"""Mutes, bans and slow mode: who may use them, on whom, and that leaving ends none of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rooms.actions import Banned, archive_room, end_membership, join_room
from rooms.models import Membership, Room, Sanction
from rooms.moderation.actions import ban_person, lift_ban, mute_member, take_turn
from rooms.tests.roles import logged, make
from users.audit import AuditEntry
from users.models import User

OWNER, MODERATOR, MEMBER = Membership.Role.OWNER, Membership.Role.MODERATOR, Membership.Role.MEMBER


def status(client, path, **data):
    return client.post(path, data).status_code


@pytest.fixture
def carmen(workspace):
    """A moderator who is not an administrator."""
    return User.objects.create_user("carmen", "carmen@example.com")


# Muting


def test_a_muted_member_reads_and_is_told_until_when(client_of, den, ana, bruno, page):
    client_of(ana).post(f"/rooms/den/people/{bruno.pk}/mute/", {"minutes": 60, "reason": "heat"})
    soup = page(client_of(bruno).get("/rooms/den/"))
    assert soup.select("#compose") == []
    assert "muted you until" in soup.select_one(".composer-closed").get_text()
    assert logged() == [("ana", "member_muted", "bruno")]
    assert AuditEntry.objects.get().detail == "60 min. heat"


@pytest.mark.parametrize(
    ("actor", "target", "expected"),
    [
        (OWNER, MEMBER, 302),
        (MODERATOR, MEMBER, 302),
        (OWNER, MODERATOR, 403),
        (MODERATOR, OWNER, 403),
        (MEMBER, MEMBER, 403),
    ],
)
def test_who_may_mute_whom(client_of, den, carmen, bruno, actor, target, expected):
    make(den, carmen, actor)
    make(den, bruno, target)
    path = f"/rooms/den/people/{bruno.pk}/mute/"
    assert status(client_of(carmen), path, minutes=10) == expected
    assert Sanction.objects.mutes().count() == (expected == 302)


def test_nobody_mutes_or_unmutes_themselves(client_of, den, bruno):
    mute_member(den.membership_of(bruno), None, 10)
    path = f"/rooms/den/people/{bruno.pk}"
    assert status(client_of(bruno), f"{path}/unmute/") == 403
    assert status(client_of(bruno), f"{path}/mute/", minutes=10) == 403
    assert den.membership_of(bruno).is_muted


def test_a_mute_is_not_escaped_by_leaving_and_coming_back(lobby, bruno):
    mute_member(lobby.membership_of(bruno), None, 10)
    end_membership(lobby.membership_of(bruno))
    join_room(lobby, bruno)
    assert not lobby.membership_of(bruno).can_post


def test_a_mute_ends_by_itself_and_by_a_moderator(client_of, den, ana, bruno):
    membership = den.membership_of(bruno)
    mute_member(membership, ana, 10)
    membership.muted_until = timezone.now() - timedelta(seconds=1)
    assert membership.can_post
    client_of(ana).post(f"/rooms/den/people/{bruno.pk}/unmute/")
    assert den.membership_of(bruno).can_post
    assert [act for _actor, act, _person in logged()] == ["member_muted", "member_unmuted"]


@pytest.mark.parametrize("minutes", ["", "-1", "7", "soon", "99999999999999999999"])
def test_a_time_that_is_not_offered_is_refused_beside_the_field(
    client_of, den, ana, bruno, page, minutes
):
    data = {"minutes": minutes, "reason": "kept"}
    response = client_of(ana).post(f"/rooms/den/people/{bruno.pk}/mute/", data)
    soup = page(response)
    assert response.status_code == 422
    assert len(soup.select("#mute #mute_minutes_error li")) == 1
    assert soup.select_one("#mute_reason")["value"] == "kept"
    assert den.membership_of(bruno).can_post


# Bans


def test_a_banned_member_opens_no_page_even_of_an_open_room(client_of, lobby, ana, bruno):
    client_of(ana).post("/rooms/lobby/bans/", {"username": "bruno", "reason": "spam"})
    client = client_of(bruno)
    doors = ["", "people/", "live/", "compose/", "leave/", "settings/", "bans/", "log/"]
    assert [client.get(f"/rooms/lobby/{door}").status_code for door in doors] == [404] * 8
    assert [status(client, f"/rooms/lobby/{door}/") for door in ("join", "messages")] == [404] * 2
    assert lobby.membership_of(bruno) is None
    assert logged() == [("ana", "person_banned", "bruno")]


def test_a_banned_person_does_not_come_back_by_the_rooms_name(client_of, lobby, bruno, page):
    ban_person(lobby, bruno, None)
    client = client_of(bruno)
    response = client.post("/rooms/", {"name": "Lobby"})
    sentence = page(response).select_one("#id_name_error li").get_text()
    assert (response.status_code, sentence) == (422, "This name cannot be used.")
    assert page(client.get("/")).select(f"#room-{lobby.pk}") == []


def test_nobody_brings_a_banned_person_back(client_of, lobby, ana, bruno, eve, page):
    ban_person(lobby, eve, ana)
    response = client_of(bruno).post("/rooms/lobby/people/", {"username": "eve"})
    error = page(response).select_one("#id_username_error li")
    assert error.get_text() == "This person is banned from the room."
    with pytest.raises(Banned):
        join_room(lobby, eve)


def test_somebody_who_only_reads_along_is_banned_and_their_pages_end(rechecked, lobby, ana, eve):
    assert rechecked(ban_person, lobby, eve, ana) == {eve.pk}
    pairs = Room.objects.visible_pairs([lobby.pk], [ana.pk, eve.pk])
    assert pairs == {(lobby.pk, ana.pk)}
    assert list(Room.objects.visible_to(eve)) == []


def test_a_ban_reaches_the_open_pages_of_a_member_at_once(rechecked, den, ana, bruno):
    assert bruno.pk in rechecked(ban_person, den, bruno, ana)


def test_a_ban_is_lifted_and_does_not_bring_the_membership_back(client_of, lobby, ana, bruno, page):
    client = client_of(ana)
    ban_person(lobby, bruno, ana)
    soup = page(client.get("/rooms/lobby/bans/"))
    client.post(soup.select_one(f'[data-person="{bruno.pk}"] form')["action"])
    assert Room.objects.visible_to(bruno).get() == lobby
    assert lobby.membership_of(bruno) is None
    assert logged()[-1] == ("ana", "ban_lifted", "bruno")


@pytest.mark.parametrize(
    ("actor", "target", "allowed"),
    [(MODERATOR, MEMBER, True), (MODERATOR, OWNER, False), (OWNER, MODERATOR, True)],
)
def test_who_may_ban_whom(client_of, den, carmen, bruno, actor, target, allowed):
    make(den, carmen, actor)
    make(den, bruno, target)
    found = status(client_of(carmen), "/rooms/den/bans/", username="bruno")
    assert found == (302 if allowed else 422)
    assert Sanction.objects.bans().exists() == allowed


def test_nobody_bans_an_administrator_or_themselves(client_of, lobby, ana, carmen, page):
    make(lobby, carmen, OWNER)
    for name in ("ana", "carmen"):
        response = client_of(carmen).post("/rooms/lobby/bans/", {"username": name, "reason": "x"})
        error = page(response).select_one("#ban_username_error li")
        assert error.get_text() == "You cannot ban this person."
    assert not Sanction.objects.exists()


@pytest.mark.parametrize("door", ["bans/", "settings/pace/", "bans/1/lift/"])
def test_a_member_and_eve_moderate_nothing(client_of, lobby, den, bruno, eve, door):
    data = {"username": "ana", "slow_seconds": 5}
    assert status(client_of(bruno), f"/rooms/lobby/{door}", **data) == 403
    assert status(client_of(eve), f"/rooms/lobby/{door}", **data) == 403
    assert status(client_of(eve), f"/rooms/den/{door}", **data) == 404
    assert not Sanction.objects.exists()


def test_a_removed_moderator_moderates_nothing_any_more(client_of, lobby, bruno, eve):
    make(lobby, bruno, MODERATOR)
    client = client_of(bruno)
    end_membership(lobby.membership_of(bruno))
    assert status(client, "/rooms/lobby/bans/", username="eve") == 403


def test_a_get_request_moderates_nothing(client_of, lobby, ana, bruno):
    client = client_of(ana)
    acts = ["settings/pace/", f"bans/{bruno.pk}/lift/", f"people/{bruno.pk}/mute/"]
    assert [client.get(f"/rooms/lobby/{act}").status_code for act in acts] == [405] * 3


def test_lifting_a_ban_notifies_the_persons_pages(rechecked, lobby, ana, eve):
    ban_person(lobby, eve, ana)
    sanction = Sanction.objects.for_display().get()
    assert rechecked(lift_ban, sanction, ana) == {eve.pk}


# Slow mode


def test_a_moderator_sets_the_slow_mode_and_nothing_else(client_of, lobby, bruno, page):
    make(lobby, bruno, MODERATOR)
    client = client_of(bruno)
    forms = [form["id"] for form in page(client.get("/rooms/lobby/settings/")).select("#main form")]
    response = client.post("/rooms/lobby/settings/pace/", {"slow_seconds": 15})
    lobby.refresh_from_db()
    assert (forms, response["Location"]) == (["pace"], "/rooms/lobby/")
    assert lobby.slow_seconds == 15
    assert logged() == [("bruno", "pace_changed", None)]


def test_an_archived_rooms_slow_mode_stays(client_of, lobby, ana):
    archive_room(lobby)
    assert status(client_of(ana), "/rooms/lobby/settings/pace/", slow_seconds=5) == 403


def test_a_turn_is_taken_once(lobby, bruno):
    Room.objects.filter(pk=lobby.pk).update(slow_seconds=60)
    lobby.refresh_from_db()
    membership = lobby.membership_of(bruno)
    assert [take_turn(membership), take_turn(membership) in range(58, 61)] == [0, True]


def test_leaving_and_coming_back_does_not_end_the_wait(lobby, bruno):
    Room.objects.filter(pk=lobby.pk).update(slow_seconds=60)
    lobby.refresh_from_db()
    assert take_turn(lobby.membership_of(bruno)) == 0
    end_membership(lobby.membership_of(bruno))
    join_room(lobby, bruno, by=bruno)
    assert take_turn(lobby.membership_of(bruno)) in range(58, 61)
