"""The mail to somebody who was away: how it is drawn, and the address in it that ends them."""

import email.policy
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.core.mail import DNS_NAME, EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from users.languages import language_of, workspace_time_zone
from users.models import User, Workspace

_stops = signing.Signer(salt="messaging.notices.stop")


class RoomNews(NamedTuple):
    """What a mail says of one room: its newest messages, and how many more there are."""

    room: object
    title: str
    messages: list
    more: int


class NotificationEmail(EmailMessage):
    """A mail whose headers stand on one line each, however long an address is (RFC 5322, 2.1.1).

    Python would encode what does not fit in 78 letters, and no mailbox could read the address.
    """

    def message(self, *, policy=email.policy.default):
        return super().message(policy=policy.clone(max_line_length=998))


def draw_mail(user, rooms, claimed):
    """Return the mail of these RoomNews to `user`, in their language and time."""
    zone = ZoneInfo(user.time_zone) if user.time_zone else workspace_time_zone()
    page = {
        "person": user,
        "workspace": Workspace.current(),
        "rooms": rooms,
        "count": sum(len(room.messages) + room.more for room in rooms),
        "site": settings.SITE_URL,
        "stop": stop_address(user),
    }
    with translation.override(language_of(user)), timezone.override(zone):
        subject = render_to_string("messaging/notifications/email_subject.txt", page)
        body = render_to_string("messaging/notifications/email.txt", page)
    return NotificationEmail(
        " ".join(subject.split()),  # on one line, whatever stands in a name
        body,
        to=[user.email],
        headers={
            # One id for all attempts: a mailbox that gets two knows that they are one.
            "Message-ID": f"<notification.{user.pk}.{_digits(claimed)}@{DNS_NAME}>",
            "Auto-Submitted": "auto-generated",  # RFC 3834, 5
            "List-Unsubscribe": f"<{page['stop']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058, 3.1
        },
    )


def _digits(claimed):
    return "".join(letter for letter in claimed if letter.isdigit())


def stop_address(user):
    """Return the address that ends these mails to `user`, for whoever has one of them."""
    return settings.SITE_URL + reverse("messaging:stop_notifications", args=[_stops.sign(user.pk)])


def person_of_stop(token):
    """Return the User whose mails the `token` of such an address ends, or None."""
    try:
        return User.objects.filter(pk=_stops.unsign(token)).first()
    except signing.BadSignature:
        return None
