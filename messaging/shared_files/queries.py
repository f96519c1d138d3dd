"""The files of a room and those of a person, the newest first."""

from core.text import search_key
from files.models import Blob
from rooms.models import Membership, Room
from rooms.moderation.models import Sanction

from ..attachments.models import Attachment
from ..attachments.snapshots import file_of

FILES_A_PAGE = 30
# What somebody looks for, and the kinds of files that this is.
KINDS_OF = {
    "picture": [Blob.Kind.PICTURE],
    "media": [Blob.Kind.VIDEO, Blob.Kind.AUDIO],
    "document": [Blob.Kind.TEXT, Blob.Kind.OTHER],
}


def files_in(room):
    """Return the files that are in the messages of `room`."""
    return Attachment.objects.filter(room=room).shown()


def files_by(person):
    """Return the files that `person` has sent and that are still in messages, of all rooms."""
    return Attachment.objects.filter(owner=person).shown()


def page_of(files, asked):
    """Return (one page of the queryset `files`, the value of `before` for the next page or None).

    `asked` is the data of a FilterForm.
    """
    files = files.select_related("blob", "owner", "message", "room").order_by("-pk")
    files = files.defer("message__body", "message__body_html", "message__extras")
    if asked["kind"]:
        files = files.filter(blob__kind__in=KINDS_OF[asked["kind"]])
    for word in search_key(asked["q"]).split():
        files = files.filter(name_key__contains=word)
    if asked["before"] is not None:
        files = files.filter(pk__lt=asked["before"])
    found = list(files[: FILES_A_PAGE + 1])
    page = found[:FILES_A_PAGE]
    for attachment in page:
        attachment.shown = file_of(attachment)
    return page, page[-1].pk if len(found) > FILES_A_PAGE else None


def add_rooms(attachments, person):
    """Set on `attachments`, files of `person`, what the list of their own files shows.

    `room_title` is the name of the room, or None if they cannot see it any more. `kept_by` says why
    they cannot delete the file: "archived", "muted", "banned", or "".
    """
    ids = {attachment.room_id for attachment in attachments}
    titles = dict(Room.objects.visible_to(person).filter(pk__in=ids).values_list("pk", "name"))
    titles |= Membership.objects.titles(person, ids)
    theirs = Membership.objects.filter(user=person, room__in=ids)
    memberships = {membership.room_id: membership for membership in theirs}
    sanctions = Sanction.objects.filter(user=person, room__in=ids)
    banned = set(sanctions.bans().values_list("room_id", flat=True))
    muted = set(sanctions.mutes().values_list("room_id", flat=True))
    for attachment in attachments:
        room_id = attachment.room_id
        attachment.room_title = titles.get(room_id)
        membership = memberships.get(room_id)
        is_muted = membership.is_muted if membership else room_id in muted
        attachment.kept_by = reason_to_keep(attachment.room, room_id in banned, is_muted)


def reason_to_keep(room, is_banned, is_muted):
    """Return why somebody cannot delete their files of `room`, or "" if they can."""
    if room.is_archived:
        return "archived"
    if is_banned:
        return "banned"
    return "muted" if is_muted else ""
