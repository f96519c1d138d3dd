"""Show the preview of a message, and remove it."""

from django.db import transaction
from django.utils import timezone

from core.views import require
from rooms.locking import lock_act, lock_room
from rooms.models import Membership
from rooms.previews.queries import shows_previews
from users.audit import Act, record
from users.models import User

from ..followups.links import first_link
from ..message.actions import change_message
from ..message.models import Message
from .answers import address_of
from .models import FetchedLink, Preview
from .snapshots import KEY, snapshot_of


def link_without_preview(message: Message) -> str:
    """Return the link of `message`, which was just loaded, that waits for a preview, or "".

    There is none if it is shown already, was removed once, or its room shows no previews.
    """
    room = message.room
    if message.is_deleted or room.is_archived or not shows_previews(room):
        return ""
    link = first_link(message.body_html)
    shown = message.extras.get(KEY)
    if not link or (shown and shown["url"] == link) or not address_of(link):
        return ""
    is_removed = Preview.objects.filter(message=message, is_removed=True).exists()
    return "" if is_removed else link


@transaction.atomic
def show_preview(message: Message, answer: FetchedLink) -> bool:
    """Show what was fetched below the message, if it still has the link and wants it.

    Return True if it is shown. Raise PermissionDenied if the room was deleted.
    """
    lock_room(message.room)
    message.read_again()
    link = link_without_preview(message)
    if not link or address_of(link) != answer.url:
        return False
    Preview.objects.update_or_create(
        message=message,
        defaults={
            "url": answer.url,
            "title": answer.title,
            "description": answer.description,
            "site": answer.site,
            "picture": answer.picture,
            "created_at": timezone.now(),
        },
    )
    return change_message(message, extras={KEY: snapshot_of(answer, link)})


def can_remove_preview(membership: Membership | None, message: Message) -> bool:
    """Return True if the member (or None) may remove the preview of `message`."""
    return message.can_be_deleted_by(membership)


@transaction.atomic
def remove_preview(message: Message, by: User) -> bool:
    """Remove the preview of `message` for good: no later link of it gets one.

    Return False if it has none. Raise PermissionDenied if `by` is neither an author who can post in
    the room nor a moderator (any more), or the message was deleted meanwhile.
    """
    acting, _nobody = lock_act(message.room, by)
    message.read_again()
    require(can_remove_preview(acting, message))
    shown = Preview.objects.filter(message=message, is_removed=False)
    nothing = {"url": "", "title": "", "description": "", "site": "", "picture": None}
    if not shown.update(is_removed=True, **nothing):
        return False
    change_message(message, extras={KEY: None})
    if by.pk != message.author_id:
        where = {"room": message.room, "detail": f"#{message.position}"}
        record(Act.PREVIEW_REMOVED, by, person=message.author, **where)
    return True
