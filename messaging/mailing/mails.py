"""Render and send mails that a person can unsubscribe from."""

import email.policy
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import DNS_NAME, EmailMessage, mailers
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from users.languages import language_of, time_zone_of
from users.models import User, Workspace

_stops = signing.Signer(salt="messaging.notices.stop")  # in all links sent so far


class NotificationEmail(EmailMessage):
    """A mail with each header on one line, whatever its length (RFC 5322, 2.1.1).

    Python would encode addresses that do not fit in 78 characters, and mailboxes could not read
    them.
    """

    def message(self, *, policy=email.policy.default):
        return super().message(policy=policy.clone(max_line_length=998))


def is_on() -> bool:
    """Return True if this site sends mail; raise ImproperlyConfigured if it has no address."""
    if settings.EMAIL_URL and not settings.SITE_URL:
        raise ImproperlyConfigured("Set SITE_URL to the address of this site: mails link to it.")
    return bool(settings.EMAIL_URL)


def reachable() -> QuerySet[User]:
    """Return the users who have an address and have not turned these mails off."""
    return User.objects.reachable_by_mail().filter(email_notifications=True)


def deliver(mail: EmailMessage) -> None:
    """Send a mail without the queue, in which its text would wait; raise the server's errors."""
    server = mailers["server" if "server" in mailers else "default"]
    server.send_messages([mail])


def render_mail(
    user: User, template: str, context: Mapping[str, Any], message_id: str
) -> NotificationEmail:
    """Return a mail to `user`, in their language and time zone.

    The templates are `<template>_subject.txt` and `<template>.txt`. `message_id` is the same for
    each attempt to send this mail, so that a mailbox shows duplicates only once.
    """
    page = {
        "person": user,
        "workspace": Workspace.current(),
        "site": settings.SITE_URL,
        "stop": stop_address(user),
        **context,
    }
    with translation.override(language_of(user)), timezone.override(time_zone_of(user)):
        subject = render_to_string(f"{template}_subject.txt", page)
        body = render_to_string(f"{template}.txt", page)
    return NotificationEmail(
        " ".join(subject.split()),  # on one line, even if a name has line breaks
        body,
        to=[user.email],
        headers={
            "Message-ID": f"<{message_id}@{DNS_NAME}>",
            "Auto-Submitted": "auto-generated",  # RFC 3834, 5
            "List-Unsubscribe": f"<{page['stop']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058, 3.1
        },
    )


def stop_address(user: User) -> str:
    """Return the unsubscribe link of `user`. It works without logging in."""
    return settings.SITE_URL + reverse("messaging:stop_notifications", args=[_stops.sign(user.pk)])


def user_of_stop(token: str) -> User | None:
    """Return the user of the `token` in an unsubscribe link, or None if it is not valid."""
    try:
        return User.objects.filter(pk=_stops.unsign(token)).first()
    except signing.BadSignature:
        return None
