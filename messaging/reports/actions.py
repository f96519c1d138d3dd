"""Report messages and resolve reports; each is logged for moderators in the same transaction."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core.views import require
from rooms.locking import lock_act
from rooms.models import Room
from rooms.titles.names import for_outsiders
from users.audit import Act, record
from users.models import User

from ..attachments.actions import hold_files, release_files
from ..message import actions
from ..message.models import Message
from ..versions.actions import hold_versions, release_versions
from .models import Report


@transaction.atomic
def report_message(message: Message, reporter: User, reason: str) -> Report:
    """Report `message` to the room's moderators and the administrators; return the Report.

    What it said before and its files stay until the report is resolved, as the quote in the report
    does.
    A second report by the same user changes nothing. Raise PermissionDenied if `reporter` cannot
    see the message (any more) or it was deleted.
    """
    membership, _nobody = lock_act(message.room, reporter)
    message.refresh_from_db(fields=["body", "deleted_at"])
    require(message.can_be_reported_by(membership))
    report, created = Report.objects.get_or_create(
        message=message, reporter=reporter, defaults={"reason": reason, "body": message.body}
    )
    if created:
        hold_versions(message.pk)
        hold_files(message.pk)
        Room.objects.filter(pk=message.room_id).update(open_reports=F("open_reports") + 1)
        # Not in the room's moderation log: the reported user may be the owner, who can read it.
        where = for_outsiders([message.room])[message.room_id]
        record(Act.MESSAGE_REPORTED, reporter, person=message.author, detail=where)
    return report


@transaction.atomic
def resolve_report(report: Report, moderator: User) -> None:
    """Close all open reports of the message of `report` and delete their quotes.

    The earlier texts and the files of a message that was deleted meanwhile end too.

    Raise PermissionDenied if `moderator` cannot handle the report (any more).
    """
    lock_act(report.message.room, moderator)
    moderator.refresh_from_db(fields=["is_administrator"])
    require(Report.objects.handled_by(moderator).filter(pk=report.pk).exists())
    theirs = Report.objects.open().filter(message=report.message_id)
    closed = theirs.update(resolved_at=timezone.now(), resolved_by=moderator, body="")
    if closed:
        room = report.message.room
        is_deleted = Message.objects.filter(pk=report.message_id, deleted_at__isnull=False).exists()
        release_versions(report.message_id, is_deleted)
        release_files(report.message_id, is_deleted)
        Room.objects.filter(pk=room.pk).update(open_reports=F("open_reports") - closed)
        record(Act.REPORT_RESOLVED, moderator, person=report.message.author, room=room)


@transaction.atomic
def delete_reported(report: Report, moderator: User) -> None:
    """Delete the message of `report` and close all its open reports."""
    actions.delete_message(report.message, by=moderator)
    resolve_report(report, moderator)
