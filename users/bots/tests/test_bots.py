"""Bots: who may make them, and that they end with their owner."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from users.actions import deactivate, save_workspace
from users.audit import AuditEntry
from users.bots.actions import make_bot, retire_bot
from users.models import User


def test_a_bot_has_an_owner_but_no_password_and_no_address(bruno):
    bot = User.objects.get(pk=make_bot(bruno, "ci", "Our CI").pk)
    assert (bot.is_bot, bot.owner, bot.email, bot.name) == (True, bruno, "", "Our CI (bot)")
    assert not bot.has_usable_password() and not bot.is_administrator


def test_several_bots_have_no_address(bruno):
    assert make_bot(bruno, "ci") != make_bot(bruno, "cd")


def test_a_bot_takes_nobodys_name(bruno, ana):
    with pytest.raises(IntegrityError):
        make_bot(bruno, "ANA")


def test_members_make_bots_where_the_workspace_lets_them(bruno, ana):
    with pytest.raises(PermissionDenied):
        make_bot(bruno, "ci", by=bruno)
    save_workspace(members_may_make_bots=True)
    assert make_bot(bruno, "ci", by=bruno).owner == bruno
    assert list(AuditEntry.objects.values_list("act", "actor__username")) == [("bot_made", "bruno")]


def test_nobody_makes_a_bot_of_somebody_elses_but_administrators(bruno, ana, workspace):
    save_workspace(members_may_make_bots=True)
    with pytest.raises(PermissionDenied):
        make_bot(ana, "ci", by=bruno)
    assert make_bot(bruno, "ci", by=ana).owner == bruno


def test_a_bot_owns_no_bot(bruno):
    with pytest.raises(PermissionDenied):
        make_bot(make_bot(bruno, "ci"), "cd")


def test_the_owner_and_administrators_retire_a_bot(bruno, ana, eve):
    for name, by in (("ci", bruno), ("cd", ana)):
        bot = make_bot(bruno, name)
        with pytest.raises(PermissionDenied):
            retire_bot(bot, by=eve)
        retire_bot(bot, by=by)
        assert not User.objects.get(pk=bot.pk).is_active


def test_nobody_is_retired_as_if_they_were_a_bot(bruno, ana):
    with pytest.raises(PermissionDenied):
        retire_bot(bruno, by=ana)


def test_a_bot_ends_with_its_owner(bruno, ana):
    bot, other = make_bot(bruno, "ci"), make_bot(ana, "cd")
    deactivate(bruno, by=ana)
    active = User.objects.filter(is_bot=True, is_active=True)
    assert list(active) == [other] and not User.objects.get(pk=bot.pk).is_active
