"""/invite adds people by the rights, the limits and the sentences of the page of people."""

import pytest

from core import rate_limits
from messaging.commands.rooms import MAX_INVITED
from rooms.actions import open_direct_room
from rooms.moderation.actions import ban_person
from users.models import User


@pytest.fixture
def members():
    return lambda room: set(room.memberships.values_list("user__username", flat=True))


def test_several_people_are_added(send, lobby, eve, members):
    User.objects.create_user("layla", "layla@example.com")
    submission = send("/invite @eve, LAYLA @eve")
    assert (submission.status, submission.done) == (303, "eve, layla are in this room now.")
    assert members(lobby) == {"ana", "bruno", "eve", "layla"}
    assert not lobby.messages.exists()


def test_all_errors_are_said_and_nobody_is_added(send, refused, lobby, ana, eve, members):
    User.objects.create_user("rui", "rui@example.com")
    ban_person(lobby, eve, ana)
    sentence = refused(send("/invite @rui @nobody @bruno @eve"))
    assert "@nobody: There is nobody here with that username." in sentence
    assert "@bruno: This person is already in the room." in sentence
    assert "@eve: This person is banned from the room." in sentence
    assert members(lobby) == {"ana", "bruno"}


def test_who_may_not_invite_is_refused_and_learns_no_name(send, refused, den, eve, members):
    sentence = refused(send("/invite @eve @nobody", room=den))
    assert sentence == "You can't invite people to this room."
    assert members(den) == {"ana", "bruno"}


def test_nobody_is_added_to_a_conversation(send, refused, ana, bruno, eve, members):
    room = open_direct_room(ana, bruno)
    assert "can't invite" in refused(send("/invite @eve", room=room))
    assert members(room) == {"ana", "bruno"}


@pytest.mark.parametrize("body", ["/invite", "/invite  "])
def test_without_a_name_it_is_refused(send, refused, body):
    assert "whom to invite" in refused(send(body))


def test_too_many_are_refused(send, refused):
    names = " ".join(f"@p{number}" for number in range(MAX_INVITED + 1))
    assert f"at most {MAX_INVITED}" in refused(send(f"/invite {names}"))


def test_sent_again_it_is_not_refused(send, lobby, eve):
    first, again = (send("/invite @eve", nonce="n") for _ in range(2))
    assert (again.status, again.done) == (303, first.done)


def test_each_person_counts(send, eve, lobby, members, stopped_limits, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "invite", rate_limits.Limit(1, 3600))
    User.objects.create_user("layla", "layla@example.com")
    submission = send("/invite @eve @layla")
    assert (submission.status, members(lobby)) == (429, {"ana", "bruno"})
