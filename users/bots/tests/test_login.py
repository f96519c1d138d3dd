"""Bots have no session, no password, no address and no role, whatever way is tried."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from users.actions import correct_person, deactivate, make_administrator, reactivate
from users.bots.actions import make_bot
from users.links.actions import issue_login_link
from users.models import LoginLink, Session, User, hash_token

PASSWORD = "correct horse"


@pytest.fixture
def bot(bruno):
    """A bot to which somebody gave a password all the same, as `manage.py changepassword` can."""
    bot = make_bot(bruno, "ci", "Our CI")
    bot.set_password(PASSWORD)
    bot.save(update_fields=["password"])
    return bot


def is_in(client):
    return client.get("/profile/").status_code == 200


@pytest.mark.parametrize("path", ["/accounts/login/", "/admin/login/"])
def test_a_bot_does_not_log_in_with_a_password(bot, client, path):
    names = {"login": "ci", "username": "ci", "password": PASSWORD}
    assert client.post(path, names).status_code in {200, 302, 404, 422, 429}
    assert not is_in(client) and not Session.objects.exclude(user=None).exists()


def test_a_bot_gets_no_session_by_any_way_that_logs_users_in(bot):
    client = Client()
    client.force_login(bot)
    assert not is_in(client) and not Session.objects.filter(user=bot).exists()


def test_the_session_of_somebody_who_became_a_bot_is_not_valid(bruno, client_of):
    client = client_of(bruno)
    assert is_in(client)
    User.objects.filter(pk=bruno.pk).update(is_bot=True)
    assert not is_in(client)


def test_nobody_makes_a_login_link_for_a_bot(bot, ana, client_of):
    with pytest.raises(PermissionDenied):
        issue_login_link(ana, bot)
    assert client_of(ana).post(f"/people/{bot.pk}/login-link/").status_code == 404


def test_a_login_link_of_a_bot_opens_nothing(bot, ana, client):
    LoginLink.objects.create(user=bot, token_hash=hash_token("x" * 32), uses_left=1)
    assert client.post(f"/enter/{'x' * 32}/").status_code == 410
    assert not is_in(client)


def test_a_bot_gets_no_address_to_which_codes_could_be_sent(bot, ana):
    with pytest.raises(PermissionDenied):
        correct_person(bot, by=ana, email="ci@example.com")
    assert User.objects.get(pk=bot.pk).email == ""


def test_an_address_that_is_empty_finds_no_bot(bot, client, mail_outbox):
    for path in ("/accounts/password/reset/", "/accounts/login/code/"):
        client.post(path, {"email": ""})
    assert mail_outbox == []


@pytest.fixture
def mail_outbox(settings):
    from django.core import mail

    settings.EMAIL_URL = "smtp://mail.example.com"
    return mail.outbox


def test_a_bot_is_no_administrator(bot, ana):
    with pytest.raises(PermissionDenied):
        make_administrator(bot, by=ana)
    assert not User.objects.get(pk=bot.pk).is_administrator


def test_a_bot_whose_owner_is_gone_is_not_reactivated(bot, bruno, ana):
    deactivate(bruno, by=ana)
    with pytest.raises(PermissionDenied):
        reactivate(bot, by=ana)
    reactivate(bruno, by=ana)
    assert not User.objects.get(pk=bot.pk).is_active
    reactivate(User.objects.get(pk=bot.pk), by=ana)
    assert User.objects.get(pk=bot.pk).is_active
