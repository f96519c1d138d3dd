"""The files of reported messages, for the moderators who can handle the report.

They have addresses of their own: who handles a report may not be in the room, and the message may
be deleted.
"""

from collections import defaultdict
from typing import NamedTuple

from django.urls import reverse

from users.sessions.visits import visitor_of

from ..attachments.models import Attachment
from ..attachments.snapshots import File, file_of
from .models import Report


class Held(NamedTuple):
    """A file as a report shows it."""

    file: File
    address: str
    small_address: str
    is_removed: bool  # by the author, since the report


def held_files(reports):
    """Return {report id: its Held files, in order}, in one query."""
    attachments = defaultdict(list)
    messages = [report.message_id for report in reports]
    held = Attachment.objects.filter(message__in=messages, is_held=True).select_related("blob")
    for attachment in held.order_by("number", "pk"):
        attachments[attachment.message_id].append(attachment)
    return {
        report.pk: [_held(report, each) for each in attachments[report.message_id]]
        for report in reports
    }


def _held(report, attachment):
    file = file_of(attachment)
    names = [file.address.rpartition("/")[2], "small"]
    folder = reverse("messaging:reported_file", args=[report.pk, file.key, "x"]).removesuffix("x")
    return Held(file, *(folder + name for name in names), attachment.is_removed)


def can_still_see(report_id, visit):
    """Return True if the user of `visit` is still logged in and can handle the report."""
    user = visitor_of(visit)
    if user is None:
        return False
    return Report.objects.handled_by(user).open().filter(pk=report_id).exists()
