"""Reports of messages: who makes one, and what is done about it, noted in the same transaction."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core.views import require
from rooms.locking import lock_act
from rooms.models import Room
from users.audit import Act, record
from users.models import User

from ..message import actions
from ..message.models import Message
from .models import Report


@transaction.atomic
def report_message(message: Message, reporter: User, reason: str) -> Report:
    """Bring `message` before the room's moderators and the administrators; return the Report.

    One person reports a message once: a repetition changes nothing. Raises PermissionDenied if
    `reporter` may not see the message (any more), or it was deleted.
    """
    membership, _nobody = lock_act(message.room, reporter)
    message.refresh_from_db(fields=["body", "deleted_at"])
    require(message.can_be_reported_by(membership))
    report, created = Report.objects.get_or_create(
        message=message, reporter=reporter, defaults={"reason": reason, "body": message.body}
    )
    if created:
        Room.objects.filter(pk=message.room_id).update(open_reports=F("open_reports") + 1)
        # Not in the room's own log, which the reported person may be reading as its owner.
        where = message.room.name
        record(Act.MESSAGE_REPORTED, reporter, person=message.author, detail=where)
    return report


@transaction.atomic
def resolve_report(report: Report, moderator: User) -> None:
    """Close all that is open about the message of `report`; what was quoted is not kept.

    Raises PermissionDenied if it is not for `moderator` to look into (any more).
    """
    lock_act(report.message.room, moderator)
    moderator.refresh_from_db(fields=["is_administrator"])
    require(Report.objects.handled_by(moderator).filter(pk=report.pk).exists())
    theirs = Report.objects.open().filter(message=report.message_id)
    closed = theirs.update(resolved_at=timezone.now(), resolved_by=moderator, body="")
    if closed:
        room = report.message.room
        Room.objects.filter(pk=room.pk).update(open_reports=F("open_reports") - closed)
        record(Act.REPORT_RESOLVED, moderator, person=report.message.author, room=room)


@transaction.atomic
def delete_reported(report: Report, moderator: User) -> None:
    """Delete the message of `report` and close what is open about it."""
    actions.delete_message(report.message, by=moderator)
    resolve_report(report, moderator)
