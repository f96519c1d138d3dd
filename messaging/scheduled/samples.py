"""Scheduling a message, and the list of scheduled messages."""

from datetime import timedelta

from core.sample import Sample, refused

from ..replies.excerpts import Reply
from .forms import ChangeForm, ScheduleForm
from .models import Scheduled


def samples(cast):
    when = {"at": cast.NOON + timedelta(days=7)}
    writing = ScheduleForm(initial=when | {"nonce": "n", "body": cast.NOT_YET_SENT, "draft": "d"})
    room = {"room": cast.lobby, "membership": cast.member, "viewer": cast.bruno}
    page = "messaging/scheduled/schedule.html"
    yield Sample(page, "choosing a time", room | {"form": writing}, reader=cast.bruno)
    past = {"body": "Good morning", "at": "2020-01-01T09:00", "nonce": "n", "draft": "d"}
    wrong = refused(ScheduleForm(past), at="This time has passed already.")
    yield Sample(page, "refused", room | {"form": wrong}, reader=cast.bruno)
    yield Sample("messaging/scheduled/_times.html", "times", {"form": writing}, "plain")

    waiting, failed, ended, late = rows(cast)
    form = ChangeForm(initial=when | {"body": waiting.body})
    for state, row in (("changing", waiting), ("was not sent", failed)):
        context = {"scheduled": row, "form": form, "viewer": cast.bruno}
        yield Sample("messaging/scheduled/change.html", state, context, reader=cast.bruno)
    asking = {"scheduled": waiting}
    yield Sample("messaging/scheduled/cancel.html", "asking", asking, reader=cast.bruno)
    gone = {"text": cast.NOT_YET_SENT}
    yield Sample("messaging/scheduled/gone.html", "with a text", gone, reader=cast.bruno)
    for state, row in (("waiting", waiting), ("not sent", failed), ("late", late), ("gone", ended)):
        context = {"scheduled": row}
        yield Sample("messaging/scheduled/_scheduled.html", state, context, "plain", cast.bruno)
        yield Sample("messaging/scheduled/_place.html", state, context, "plain", cast.bruno)
    for state, answered in (("answers", waiting.answered), ("deleted", Reply(7, is_deleted=True))):
        context = {"answered": answered}
        yield Sample("messaging/scheduled/_answers.html", state, context, "plain", cast.bruno)
    lists = {"failed": [failed, ended], "late": [late], "waiting": [waiting]}
    yield Sample("messaging/scheduled/list.html", "all kinds", lists, reader=cast.bruno)
    empty = {name: [] for name in lists}
    yield Sample("messaging/scheduled/list.html", "nothing", empty, reader=cast.bruno)
    for waiting, unsent in ((1, 0), (2, 3)):
        here = {"scheduled_here": {"waiting": waiting, "unsent": unsent}}
        state = f"{waiting} and {unsent}"
        yield Sample("messaging/scheduled/_here.html", state, here, "plain", cast.bruno)


def rows(cast):
    """Return a Scheduled that waits, one that was refused, one whose room is gone, a late one."""
    noon = cast.NOON
    fields = {"author": cast.bruno, "body": cast.NOT_YET_SENT, "send_at": noon}
    found = [
        Scheduled(pk=1, room=cast.lobby, **fields),
        Scheduled(pk=2, room=cast.lobby, failure="muted", **fields),
        Scheduled(pk=3, room=None, **fields),
        Scheduled(pk=4, room=cast.lobby, message=cast.own, sent_at=noon, **fields),
    ]
    for row in found:
        row.place, row.title = row.room, row.room and row.room.name
        row.answered = Reply(7, cast.ana.name, "Lunch at one?") if row.pk == 1 else None
    return found
