"""Mail to people whose access tokens, or those of their bots, are about to end."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from ..languages import language_of, time_zone_of
from ..models import Token, User, Workspace

NOTICE = timedelta(days=7)
SHORT_NOTICE = timedelta(days=1)


def ending(now):
    """Return the usable tokens that end soon after `now` and about which no mail was sent yet."""
    is_short = Q(expires_at__lte=F("created_at") + NOTICE)
    soon = Q(expires_at__lte=now + SHORT_NOTICE) | (~is_short & Q(expires_at__lte=now + NOTICE))
    return Token.objects.usable().filter(soon, warned_at=None)


@transaction.atomic
def warn_of_end(token, now):
    """Mail the person whose `token` ends, or the owner of its bot, once."""
    person = token.user.owner if token.user.is_bot else token.user
    claimed = Token.objects.filter(pk=token.pk, warned_at=None).update(warned_at=now)
    if claimed and User.objects.reachable_by_mail().filter(pk=person.pk).exists():
        _mail_about(token, person).send()


def _mail_about(token, person):
    page = {
        "token": token,
        "person": person,
        "workspace": Workspace.current(),
        "address": settings.SITE_URL + _page_of(token.user),
    }
    with translation.override(language_of(person)), timezone.override(time_zone_of(person)):
        subject = render_to_string("users/email/token_ends_subject.txt", page)
        body = render_to_string("users/email/token_ends.txt", page)
    return EmailMessage(" ".join(subject.split()), body, to=[person.email])


def _page_of(holder):
    if holder.is_bot:
        return reverse("rooms:bot_tokens", args=[holder.pk])
    return reverse("rooms:tokens")
