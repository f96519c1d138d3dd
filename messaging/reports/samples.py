"""Reporting a message, and the reports as moderators see them."""

from core.sample import Sample, page_of, refused
from rooms.moderation.forms import MuteForm

from .forms import ReportForm
from .models import Report


def samples(cast):
    message = {"message": cast.others_message, "room": cast.lobby, "membership": cast.owner}
    form = {"form": ReportForm()}
    yield Sample("messaging/reports/report.html", "asking", message | form, reader=cast.ana)
    wrong = {"form": refused(ReportForm({}), reason="Say what is wrong.")}
    yield Sample("messaging/reports/report.html", "refused", message | wrong, reader=cast.ana)
    found = [
        report(cast, 1, cast.others_message),
        report(cast, 2, cast.deleted),
        report(cast, 3, cast.long_message),
    ]
    for reported in found:
        states = {"can_mute": reported.pk == 1, "mute": MuteForm(), "room_title": "Lobby"}
        for name, value in states.items():
            setattr(reported, name, value)
        state = f"report {reported.pk}"
        yield Sample(
            "messaging/reports/_report.html", state, {"report": reported}, "plain", cast.ana
        )
    for state, rows in (("some", found[:2]), ("none", [])):
        context = {"reports": page_of(rows)}
        yield Sample("messaging/reports/reports.html", state, context, reader=cast.ana)


def report(cast, pk, message):
    reason = "It is about somebody who is not here."
    return Report(pk=pk, message=message, reporter=cast.layla, reason=reason, body=message.body)
