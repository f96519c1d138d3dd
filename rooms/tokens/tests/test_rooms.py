"""The rooms that a token sees: never more than its user, and fewer if it is limited."""

import pytest
from django.core.exceptions import PermissionDenied

from rooms.actions import create_room, delete_room, end_membership
from rooms.tokens.actions import make_token
from rooms.tokens.queries import rooms_of
from users.models import Token


def test_a_token_sees_the_rooms_of_its_user(bruno, eve, lobby, den):
    token, _secret = make_token(bruno, "All", ["read"], by=bruno)
    assert set(rooms_of(token)) == {lobby, den}
    outsiders, _secret = make_token(eve, "All", ["read"], by=eve)
    assert set(rooms_of(outsiders)) == {lobby}


def test_a_token_that_is_limited_to_rooms_sees_no_others(bruno, lobby, den):
    token, _secret = make_token(bruno, "Den", ["read"], rooms=[den], by=bruno)
    assert list(rooms_of(token)) == [den]


def test_a_token_loses_the_rooms_that_its_user_loses(bruno, den):
    token, _secret = make_token(bruno, "Den", ["read"], rooms=[den], by=bruno)
    end_membership(den.membership_of(bruno))
    assert list(rooms_of(token)) == []


def test_a_token_is_not_widened_when_its_last_room_is_deleted(bruno, ana, lobby, den):
    token, _secret = make_token(bruno, "Den", ["read"], rooms=[den], by=bruno)
    delete_room(den, by=ana)
    assert list(rooms_of(Token.objects.get(pk=token.pk))) == []


def test_no_token_is_made_for_a_room_that_its_user_cannot_see(eve, ana, den):
    with pytest.raises(PermissionDenied):
        make_token(eve, "Spy", ["read"], rooms=[create_room(ana, "Open"), den], by=eve)
    assert not Token.objects.exists()
