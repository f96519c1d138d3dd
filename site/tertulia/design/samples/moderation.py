"""What moderators and administrators see: reports, bans, the log."""

from datetime import UTC, datetime

from messaging.models import Report
from messaging.reports.forms import ReportForm
from rooms.models import Sanction
from rooms.moderation.forms import BanForm, MuteForm
from users.audit import Act, AuditEntry

from .. import cast
from ..drawing import Sample
from .forms import page_of, refused

# In the future of everybody who looks at the gallery: somebody muted until then is muted.
FAR = datetime(2100, 1, 1, 12, tzinfo=UTC)


def samples():
    return [*reports(), *bans(), *logs(), *account_news()]


def reports():
    message = {"message": cast.others_message, "room": cast.lobby, "membership": cast.owner}
    form = {"form": ReportForm()}
    yield Sample("messaging/reports/report.html", "asking", message | form, reader=cast.ana)
    wrong = {"form": refused(ReportForm({}), reason="Say what is wrong.")}
    yield Sample("messaging/reports/report.html", "refused", message | wrong, reader=cast.ana)
    found = [report(1, cast.others_message), report(2, cast.deleted), report(3, cast.long_message)]
    for reported in found:
        states = {"can_mute": reported.pk == 1, "mute": MuteForm()}
        for name, value in states.items():
            setattr(reported, name, value)
        state = f"report {reported.pk}"
        yield Sample(
            "messaging/reports/_report.html", state, {"report": reported}, "plain", cast.ana
        )
    for state, rows in (("some", found[:2]), ("none", [])):
        context = {"reports": page_of(rows)}
        yield Sample("messaging/reports/reports.html", state, context, reader=cast.ana)


def report(pk, message):
    reason = "It is about somebody who is not here."
    return Report(pk=pk, message=message, reporter=cast.layla, reason=reason, body=message.body)


def bans():
    room = {"room": cast.lobby, "membership": cast.owner}
    banned = [
        Sanction(pk=pk, room=cast.lobby, user=user, banned_at=cast.NOON)
        for pk, user in enumerate((cast.eve, cast.max_long), 1)
    ]
    for sanction in banned:
        context = {"sanction": sanction, "room": cast.lobby}
        yield Sample("rooms/_ban.html", sanction.user.username, context, "list", cast.ana)
    for state, rows in (("some", banned), ("none", [])):
        context = {**room, "sanctions": page_of(rows), "form": BanForm(cast.owner)}
        yield Sample("rooms/bans.html", state, context, reader=cast.ana)
    muted = cast.membership(cast.bruno, cast.lobby)
    muted.muted_until = FAR
    yield Sample("rooms/_member.html", "muted", {**room, "member": muted}, "list", cast.ana)


def logs():
    done = [
        entry(1, Act.MESSAGE_DELETED, cast.ana, cast.bruno, "Lobby"),
        entry(2, Act.MEMBER_MUTED, cast.layla, cast.max_long, "Lobby", "60 min. Shouting"),
        entry(3, Act.ROOM_ARCHIVED, cast.ana, None, "Attic"),
    ]
    for each in done:
        context = {"entry": each, "names_rooms": True}
        yield Sample("users/_audit_entry.html", each.get_act_display(), context, "list", cast.ana)
    for state, rows in (("some", done), ("none", [])):
        context = {"entries": page_of(rows)}
        room = {"room": cast.lobby, "membership": cast.owner}
        yield Sample("users/_audit_log.html", state, context, "plain", cast.ana)
        yield Sample("users/log.html", state, context, reader=cast.ana)
        yield Sample("rooms/log.html", state, context | room, reader=cast.ana)


def account_news():
    made = entry(4, Act.LOGIN_LINK_MADE, cast.ana, cast.bruno, "")
    for state, entries in (("new", [made]), ("none", [])):
        context = {"entries": entries, "has_account_news": bool(entries)}
        yield Sample("users/account_news.html", state, context, reader=cast.bruno)
    mail = {"entry": made, "person": cast.bruno, "workspace": cast.workspace}
    mail["address"] = "https://chat.example.com/profile/log/"
    yield Sample("users/email/account_news_subject.txt", "its subject", mail, "code")
    yield Sample("users/email/account_news.txt", "the mail", mail, "code")


def entry(pk, act, actor, person, room, detail=""):
    named = {"room_number": 1, "room_name": room, "detail": detail}
    return AuditEntry(pk=pk, act=act, actor=actor, person=person, at=cast.NOON, **named)
