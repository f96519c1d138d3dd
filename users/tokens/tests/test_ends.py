"""The end of tokens: told once, a week before, and kept."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone

from users.actions import deactivate
from users.bots.actions import make_bot
from users.models import Token
from users.tokens.actions import make_token, revoke_token
from users.tokens.tasks import forget_tokens, warn_of_ends


@pytest.fixture(autouse=True)
def mails(settings, bruno):
    settings.EMAIL_URL = "smtp://mail.example.com"
    settings.SITE_URL = "https://chat.example.com"
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    EmailAddress.objects.create(user=bruno, email=bruno.email, primary=True, verified=True)


@pytest.fixture
def token_of():
    """Return a function that makes a token which ends after `left` days of `days`."""

    def make(holder, left, days=90):
        now = timezone.now()
        row, secret = make_token(holder, "Deploys", ["read"], expires_at=now + timedelta(left))
        Token.objects.filter(pk=row.pk).update(created_at=now - timedelta(days - left))
        return row, secret

    return make


def test_a_mail_tells_a_week_before_the_end_and_never_again(bruno, token_of):
    row, secret = token_of(bruno, 6.9)
    for _run in range(3):
        warn_of_ends.func()
    [sent] = mail.outbox
    assert sent.to == ["bruno@example.com"] and "“Deploys”" in sent.subject
    assert row.start in sent.body and "https://chat.example.com/profile/tokens/" in sent.body
    assert secret not in sent.body and secret[20:] not in sent.body


@pytest.mark.parametrize(("left", "days"), [(7.1, 90), (6, 7), (1.1, 7), (-0.1, 90)])
def test_nobody_is_told_too_early_or_too_late(bruno, token_of, left, days):
    token_of(bruno, left, days)
    warn_of_ends.func()
    assert mail.outbox == []


def test_the_end_of_a_short_token_is_told_a_day_before(bruno, token_of):
    token_of(bruno, 0.9, days=7)
    warn_of_ends.func()
    assert len(mail.outbox) == 1


def test_the_owner_is_told_of_the_end_of_a_bots_token(bruno, token_of):
    bot = make_bot(bruno, "ci", "Our CI")
    token_of(bot, 3)
    warn_of_ends.func()
    [sent] = mail.outbox
    assert sent.to == ["bruno@example.com"] and "Our CI (bot)" in sent.body
    assert f"https://chat.example.com/bots/{bot.pk}/tokens/" in sent.body


def test_nobody_is_told_of_tokens_that_do_not_work(bruno, ana, token_of):
    revoke_token(token_of(bruno, 3)[0])
    make_token(bruno, "For ever", ["read"])
    warn_of_ends.func()
    token_of(bruno, 3)
    deactivate(bruno, by=ana)
    warn_of_ends.func()
    assert mail.outbox == []


def test_who_cannot_be_reached_gets_no_mail(bruno, token_of):
    EmailAddress.objects.update(verified=False)
    token_of(bruno, 3)
    warn_of_ends.func()
    assert mail.outbox == []


def test_without_mail_nothing_is_noted(bruno, token_of, settings):
    settings.EMAIL_URL = ""
    token_of(bruno, 3)
    warn_of_ends.func()
    assert Token.objects.get().warned_at is None


def test_ended_tokens_are_forgotten_after_a_month(bruno, token_of):
    kept = [token_of(bruno, -29)[0], token_of(bruno, 3)[0]]
    token_of(bruno, -31)
    revoked, _secret = token_of(bruno, 3)
    Token.objects.filter(pk=revoked.pk).update(revoked_at=timezone.now() - timedelta(31))
    forget_tokens.func()
    assert set(Token.objects.all()) == set(kept)
