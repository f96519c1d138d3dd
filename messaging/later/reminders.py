"""Remind people by mail of what is due: once, even if a task runs twice.

Every minute a task claims what is due of each person, in the transaction that queues another task
to remind them. That one claims it again before it sends the mail, so that a second run of it, on
this process or another, finds nothing. A claim that came to nothing ends after CLAIM_LASTS.
"""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from users.models import User

from ..mailing import mails
from .models import Saved
from .queries import add_messages

CLAIM_LASTS = timedelta(minutes=15)
MAX_MAILED = 20  # messages in one mail; the others are counted


def people_to_remind(now: datetime) -> list[int]:
    """Return the ids of the users who have not been reminded yet of a message that is due."""
    return list(_unclaimed(now).order_by("user").values_list("user", flat=True).distinct())


def claim(user_id: int, now: datetime) -> bool:
    """Claim what is due of a user, until CLAIM_LASTS from now. Return False if there is nothing."""
    return bool(_unclaimed(now).filter(user=user_id).update(claimed_at=now))


def _unclaimed(now: datetime) -> QuerySet[Saved]:
    # A claim from the future was made before the clock was put back.
    is_over = Q(claimed_at__lte=now - CLAIM_LASTS) | Q(claimed_at__gt=now + CLAIM_LASTS)
    return Saved.objects.to_announce(now).filter(Q(claimed_at__isnull=True) | is_over)


def remind(user_id: int, claimed_at: datetime) -> None:
    """Mail a user what is due of what was claimed at `claimed_at`.

    Who cannot be reached, and what they cannot see any more, counts as reminded. Raise the errors
    of the mail server; a retry sends the same then.
    """
    now = timezone.now()
    mine = max(now, claimed_at + timedelta(microseconds=1))
    theirs = Saved.objects.filter(user=user_id)
    if not theirs.to_announce(now).filter(claimed_at=claimed_at).update(claimed_at=mine):
        return
    taken = theirs.to_announce(now).filter(claimed_at=mine)
    try:
        user = mails.reachable().filter(pk=user_id).first() if mails.is_on() else None
        if user is not None:
            send(user, list(taken.in_order()))
    except Exception:
        taken.update(claimed_at=claimed_at)
        raise
    taken.update(reminded_at=now)


def send(user: User, rows: list[Saved]) -> None:
    """Send one mail about those of `rows` that can be shown to `user`, if there are any."""
    found = [saved for saved in add_messages(rows, user) if is_told(saved)]
    if found:
        page = {"rows": found[:MAX_MAILED], "count": len(found), "more": len(found) - MAX_MAILED}
        newest = max(saved.remind_at for saved in found)
        message_id = f"later.{user.pk}.{found[-1].pk}.{newest:%Y%m%d%H%M%S%f}"
        mails.deliver(mails.render_mail(user, "messaging/later/email", page, message_id))


def is_told(saved: Saved) -> bool:
    return saved.shown is not None and not saved.shown.is_deleted
