"""Make the pushes that tell somebody what they missed, one for each of their devices."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256

from users.models import User
from users.sessions.socket_auth import holder_of

from ...message.models import Message
from ..missed import Missed, RoomNews
from ..models import NotificationSettings
from . import payload
from .encryption import to_base64url
from .models import PushSubscription
from .sending import Notice


def devices_of(user_ids: Iterable[int]) -> dict[int, list[PushSubscription]]:
    """Return {user id: devices} on which they are still logged in, by their current password."""
    devices = PushSubscription.objects.alive().filter(user__in=user_ids)
    found: dict[int, list[PushSubscription]] = defaultdict(list)
    for device in devices.select_related("session__user"):
        if holder_of(device.session) is not None:
            found[device.user_id].append(device)
    return found


def device_of(pk: int) -> PushSubscription | None:
    """Return this device with its `user`, or None if nobody is logged in there any more."""
    devices = PushSubscription.objects.alive().filter(pk=pk)
    device = devices.select_related("user", "session__user").first()
    return device if device is not None and holder_of(device.session) is not None else None


def notices_of(
    user: User,
    missed: dict[int, Missed],
    news: Sequence[RoomNews],
    devices: Sequence[PushSubscription],
) -> list[Notice]:
    """Return a Notice for each of `devices`: of one room in full, of several a summary."""
    if not (news and devices):
        return []
    if len(news) == 1:
        [room] = news
        return _of_room(user, missed[room.room.pk], room, devices)
    is_discreet = _is_discreet(user)
    text = payload.discreet_of_rooms(user) if is_discreet else payload.of_rooms(user, news)
    return [Notice(each, text, topic_of(each, payload.SUMMARY)) for each in devices]


def _of_room(
    user: User, missed: Missed, news: RoomNews, devices: Sequence[PushSubscription]
) -> list[Notice]:
    message = _shown(missed, news)
    make = payload.discreet_of_room if _is_discreet(user) else payload.of_room
    text = make(user, news, message)
    is_urgent = bool(missed.mentions) or news.room.is_direct
    told = [mention.message.position for mention in missed.mentions]
    told += [each.position for each in news.messages]
    about = (news.room.pk, min(told), max(told))
    return [
        Notice(each, text, topic_of(each, news.room.slug), is_urgent, *about) for each in devices
    ]


def _shown(missed: Missed, news: RoomNews) -> Message:
    """Return the newest message that mentions the person, or else the newest."""
    calling = {mention.message_id for mention in missed.mentions}
    calls = [message for message in news.messages if message.pk in calling]
    return (calls or news.messages)[-1]


def _is_discreet(user: User) -> bool:
    return NotificationSettings.objects.filter(user=user, is_discreet=True).exists()


def notice_of_test(device: PushSubscription) -> Notice:
    """Return the push by which the person of a device sees that pushes arrive there."""
    text = payload.of_test(device.user)
    return Notice(device, text, topic_of(device, payload.TEST), is_urgent=True)


def topic_of(device: PushSubscription, tag: str) -> str:
    """Return the Topic of a tag: 32 letters (RFC 8030, 5.4), from which nobody learns the room.

    It differs between devices: a push service must not see who is in a room with whom.
    """
    return to_base64url(sha256(f"{device.auth} {tag}".encode()).digest())[:32]
