"""Notifications by email, with an unsubscribe link in each mail."""

import email.policy
from datetime import timedelta

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

from .channel import Channel
from .missed import RoomNews
from .models import NotificationClaim

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


def send(user: User, rooms: list[RoomNews], claim: NotificationClaim) -> None:
    """Send one mail about these rooms without the queue; raise errors of the mail server."""
    server = mailers["server" if "server" in mailers else "default"]
    server.send_messages([render_mail(user, rooms, claim)])


EMAIL = Channel(
    name="email",
    delay=timedelta(minutes=5),
    news=timedelta(days=1),
    gap=timedelta(minutes=15),
    is_on=is_on,
    reachable=reachable,
    send=send,
)


def render_mail(user: User, rooms: list[RoomNews], claim: NotificationClaim) -> NotificationEmail:
    """Return the mail about these rooms to `user`, in their language and time zone."""
    page = {
        "person": user,
        "workspace": Workspace.current(),
        "rooms": rooms,
        "count": sum(len(news.messages) + news.more for news in rooms),
        "site": settings.SITE_URL,
        "stop": stop_address(user),
    }
    with translation.override(language_of(user)), timezone.override(time_zone_of(user)):
        subject = render_to_string("messaging/notifications/email_subject.txt", page)
        body = render_to_string("messaging/notifications/email.txt", page)
    return NotificationEmail(
        " ".join(subject.split()),  # on one line, even if a name has line breaks
        body,
        to=[user.email],
        headers={
            # The same for each attempt, so that a mailbox shows duplicates only once.
            "Message-ID": f"<notification.{user.pk}.{claim.claimed_at:%Y%m%d%H%M%S%f}@{DNS_NAME}>",
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
