"""Keep and empty drafts. They belong to one person and are shown to nobody else: no broadcasts."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.views import require
from rooms.locking import current_memberships, lock_room
from rooms.models import Membership, Room
from users.models import User

from .models import Draft

RECENT = 50  # messages of the room among which the member's own are looked for


@transaction.atomic
def keep_draft(
    membership: Membership, body: str, key: str, age: int = 0, reply_to: int | None = None
) -> bool:
    """Keep `body`, typed `age` milliseconds ago, as the member's draft.

    `reply_to` is the id of the message of the room that it answers; another one is not kept. Return
    False and change nothing if a newer text was kept, or the member has sent a message in
    the room since. Raise PermissionDenied if they cannot post in it (any more).
    """
    room = membership.room
    lock_room(room)
    acting = current_memberships(room, [membership.user_id])
    require(acting and acting[0].can_post)
    typed_at = timezone.now() - timedelta(milliseconds=age)
    kept = Draft.objects.filter(membership=acting[0].pk).first()
    if (kept and kept.typed_at > typed_at) or _has_sent_since(membership, typed_at):
        return False
    if kept or body:
        answered = room.messages.only("pk").filter(pk=reply_to).first() if reply_to else None
        values = {"key": key, "body": body, "reply_to": answered, "typed_at": typed_at}
        Draft.objects.update_or_create(membership_id=acting[0].pk, defaults=values)
    return True


def _has_sent_since(membership: Membership, moment: Any) -> bool:
    recent = membership.room.messages.order_by("-position").values_list("author", "created_at")
    return any(
        author == membership.user_id and sent_at >= moment for author, sent_at in recent[:RECENT]
    )


def empty_drafts(room: Room, sent: Iterable[tuple[int, str]]) -> None:
    """Empty the drafts that were sent: (user id, key) each. Needs the lock of the room."""
    drafts = Q()
    for user_id, key in sent:
        drafts |= Q(membership__user=user_id, key=key)
    if drafts:
        mine = Draft.objects.filter(drafts, membership__room=room)
        Draft.objects.filter(pk__in=mine).update(body="", reply_to=None, typed_at=timezone.now())


def drop_drafts(sender: Any, person: User, **_options: Any) -> None:
    """Delete the drafts of a user who is deactivated. Connected in messaging.apps."""
    Draft.objects.filter(membership__user=person).delete()
