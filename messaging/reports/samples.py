"""Reporting a message, and the reports as moderators see them."""

from datetime import timedelta

from core.sample import Sample, page_of, refused
from rooms.moderation.forms import MuteForm

from ..attachments.snapshots import File
from ..versions.models import VERSIONS_KEPT
from .files import Held
from .forms import ReportForm
from .history import Entry, compare
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
        report(cast, 4, cast.edited),
    ]
    for reported in found:
        states = {"can_mute": reported.pk == 1, "mute": MuteForm(), "room_title": "Lobby"}
        states["files"] = HELD if reported.pk == 2 else []
        for name, value in states.items():
            setattr(reported, name, value)
        state = f"report {reported.pk}"
        yield Sample(
            "messaging/reports/_report.html", state, {"report": reported}, "plain", cast.ana
        )
    for held in HELD:
        sample = {"held": held}
        yield Sample(
            "messaging/reports/_reported_file.html", held.file.name, sample, "list", cast.ana
        )
    for state, texts, is_whole in (
        ("edited", EDITS, True),
        ("only the last texts are kept", EDITS[1:], False),
        ("long and right to left", [cast.long_message.body, cast.ARABIC], True),
    ):
        context = {"report": found[3], "entries": entries(cast, texts, is_whole)}
        context["days"] = VERSIONS_KEPT.days
        yield Sample("messaging/reports/history.html", state, context, reader=cast.ana)
    for state, rows in (("some", found[:2]), ("none", [])):
        context = {"reports": page_of(rows)}
        yield Sample("messaging/reports/reports.html", state, context, reader=cast.ana)


HELD = [
    Held(File(1, "k", "photo.png", "picture", 240_000, "A cup"), "/", "/", False),
    Held(File(2, "k", "notes.pdf", "other", 1_200), "/", "/", True),
]
EDITS = [
    "Whoever takes the last cup is a *fool*.",
    "Whoever takes the last cup is welcome\nto make < or > more.",
    "Whoever takes the last cup makes more.",
]


def entries(cast, texts, is_whole):
    """Return the Entries of these texts; without `is_whole`, there were others before them."""
    return [
        Entry(
            text,
            cast.NOON + timedelta(minutes=number),
            compare(texts[max(number - 1, 0)], text),
            is_reported=number == 1,
            follows_gap=number == 0 and not is_whole,
        )
        for number, text in enumerate(texts)
    ]


def report(cast, pk, message):
    reason = "It is about somebody who is not here."
    return Report(pk=pk, message=message, reporter=cast.layla, reason=reason, body=message.body)
