"""Notifications by email, with an unsubscribe link in each mail."""

from datetime import timedelta

from users.models import User

from ..mailing import mails
from ..mailing.mails import NotificationEmail
from ..mailing.mails import stop_address as stop_address
from ..mailing.mails import user_of_stop as user_of_stop
from .channel import Channel
from .missed import RoomNews
from .models import NotificationClaim


def send(user: User, rooms: list[RoomNews], claim: NotificationClaim) -> None:
    """Send one mail about these rooms without the queue; raise errors of the mail server."""
    mails.deliver(render_mail(user, rooms, claim))


EMAIL = Channel(
    name="email",
    delay=timedelta(minutes=5),
    news=timedelta(days=1),
    gap=timedelta(minutes=15),
    is_on=mails.is_on,
    reachable=mails.reachable,
    send=send,
)


def render_mail(user: User, rooms: list[RoomNews], claim: NotificationClaim) -> NotificationEmail:
    """Return the mail about these rooms to `user`, in their language and time zone."""
    count = sum(len(news.messages) + news.more for news in rooms)
    message_id = f"notification.{user.pk}.{claim.claimed_at:%Y%m%d%H%M%S%f}"
    page = {"rooms": rooms, "count": count}
    return mails.render_mail(user, "messaging/notifications/email", page, message_id)
