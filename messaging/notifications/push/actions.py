"""What people do with their devices."""

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.module_loading import import_string

from core.views import require
from rooms.counters import expect_pushes
from rooms.models import Membership, Room
from users.locking import lock_people, require_active
from users.models import Session, User

from ...mentions.models import Mention
from ..models import NotificationSettings, NotifiedMention
from ..quiet.hours import MAX_HELD
from .channel import PUSH
from .models import PushSubscription, hash_of

MAX_DEVICES = 10  # of one person
# Named by path, because tasks stand on actions.
SEND_TEST = "messaging.notifications.push.tasks.send_test"


class TooManyDevices(Exception):
    """The person has MAX_DEVICES already, and pushes arrive on all of them."""


@transaction.atomic
def subscribe(
    user: User, session: Session, endpoint: str, p256dh: str, auth: str, label: str = ""
) -> PushSubscription:
    """Send the pushes of `user` to a browser, as long as its `session` lasts. Return the device.

    If somebody else was logged in there before, their device becomes this user's. A browser can
    repeat this: nothing changes then. Raise TooManyDevices, and PermissionDenied if `user` was
    deactivated or logged out there meanwhile.
    """
    require_active(user, lock_people(user))
    require(Session.objects.select_for_update().filter(pk=session.pk, user=user).exists())
    theirs = PushSubscription.objects.filter(user=user)
    is_first = not theirs.alive().exists()
    # One browser has one address. Browsers may get another one, and the old one is dead then.
    theirs.filter(session=session).exclude(endpoint_hash=hash_of(endpoint)).delete()
    known = theirs.filter(endpoint_hash=hash_of(endpoint), p256dh=p256dh, auth=auth).first()
    if known is None and not theirs.filter(endpoint_hash=hash_of(endpoint)).exists():
        _make_space(user)
    news = {} if known else {"created_at": timezone.now(), "told_at": None, "failed_since": None}
    fields = {
        **{"user": user, "session": session, "endpoint": endpoint},
        **{"p256dh": p256dh, "auth": auth, "label": label[:100]},
        **news,
    }
    device, _created = PushSubscription.objects.update_or_create(
        endpoint_hash=hash_of(endpoint), defaults=fields
    )
    if is_first:
        _begin_now(user)
        expect_pushes(Room.objects.visible_to(user))
    return device


def _make_space(user: User) -> None:
    """Forget the device that has failed longest if `user` has too many; raise TooManyDevices."""
    theirs = PushSubscription.objects.filter(user=user)
    if theirs.count() < MAX_DEVICES:
        return
    failing = theirs.filter(failed_since__isnull=False).order_by("failed_since").first()
    if failing is None:
        raise TooManyDevices
    failing.delete()


def _begin_now(user: User) -> None:
    """Count what was written before the first device as known: it must not ring for old news."""
    since = timezone.now() - max(PUSH.news, MAX_HELD)  # after a quiet time, this old may be news
    recent = Mention.objects.filter(user=user, created_at__gt=since)
    rows = [NotifiedMention(mention=mention, channel=PUSH.name) for mention in recent]
    NotifiedMention.objects.bulk_create(rows, ignore_conflicts=True)
    last = Room.objects.filter(pk=OuterRef("room")).values("last_position")
    Membership.objects.filter(user=user).update(push_after=Subquery(last))


def forget(subscription: PushSubscription) -> None:
    """Send no more pushes to this device."""
    PushSubscription.objects.filter(pk=subscription.pk).delete()


def send_test(subscription: PushSubscription) -> None:
    """Queue a push by which the person sees whether pushes arrive on this device."""
    import_string(SEND_TEST).enqueue(subscription.pk)


def choose_discretion(user: User, is_discreet: bool) -> None:
    """Choose whether pushes say only that there is something, not who wrote what."""
    NotificationSettings.objects.update_or_create(user=user, defaults={"is_discreet": is_discreet})
