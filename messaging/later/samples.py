"""The list of saved messages, saving one, and the mail about what is due."""

from datetime import timedelta

from django.utils import timezone

from core.sample import Sample, page_of, refused

from .forms import LaterForm
from .models import Saved

SITE = "https://chat.example"
HOUR = timedelta(hours=1)


def samples(cast):
    return [*lists(cast), *saving(cast), *mails(cast), *numbers()]


def saved_of(cast, message, hours=None, **changes):
    """Return a Saved of a message that Ana sees; `hours` until its time. None: not hers to see."""
    remind_at = None if hours is None else timezone.now() + hours * HOUR
    saved = Saved(pk=message.pk if message else 99, user=cast.ana, remind_at=remind_at, **changes)
    saved.message_id = saved.pk
    saved.shown = cast.elsewhere(message) if message else None
    return saved


def lists(cast):
    now = timezone.now()
    due, gone = saved_of(cast, cast.others_message, -1), saved_of(cast, None, -2)
    timed, untimed = saved_of(cast, cast.long_message, 20), saved_of(cast, cast.code)
    deleted = saved_of(cast, cast.deleted)
    done = saved_of(cast, cast.emoji, done_at=now)
    states = {"due": due, "gone": gone, "timed": timed, "untimed": untimed, "deleted": deleted}
    for state, saved in states.items():
        context = {"saved": saved, "viewer": cast.ana, "shows_done": False}
        yield Sample("messaging/later/_saved.html", state, context, "conversation", cast.ana)
    lists = {"some": list(states.values()), "none": [], "done": [done], "nothing done": []}
    for state, rows in lists.items():
        context = {"saved": page_of(rows), "shows_done": "done" in state, "viewer": cast.ana}
        context["has_mail"] = True
        yield Sample("messaging/later/later.html", state, context, reader=cast.ana)


def saving(cast):
    asked = {"message": cast.others_message, "room": cast.lobby, "back": ""}
    timed = saved_of(cast, cast.others_message, 20)
    forms = {
        "new": (None, LaterForm()),
        "saved": (timed, LaterForm(saved=timed)),
        "refused": (None, refused(LaterForm({"when": "at"}), at="This time has passed already.")),
    }
    for state, (saved, form) in forms.items():
        context = asked | {"saved": saved, "form": form}
        yield Sample("messaging/later/save.html", state, context, reader=cast.ana)
        yield Sample("messaging/later/_save.html", state, context, "plain")
    message = cast.others_message
    item = {"id": message.pk, "it": "message by Bruno", "address": message.get_absolute_url()}
    for state, reader in (("a button", None), ("a link", cast.ana.pk)):
        context = item | {"reader": reader}
        yield Sample("messaging/later/_item.html", state, context, "plain")
    yield Sample("messaging/later/_said.html", "nothing", {"saved": None}, "code")
    for state, saved in (
        ("saved", saved_of(cast, message)),
        ("with a time", timed),
        ("removed", None),
    ):
        yield Sample("messaging/later/saved_changed.html", state, {"saved": saved}, "plain")


def mails(cast):
    rows = [saved_of(cast, message, -1) for message in (cast.others_message, cast.long_message)]
    context = {
        "person": cast.ana,
        "rows": rows,
        "count": 5,
        "more": 3,
        "site": SITE,
        "stop": f"{SITE}/stop/",
    }
    for name, state in (("email_subject", "its subject"), ("email", "the mail")):
        yield Sample(f"messaging/later/{name}.txt", state, context, "code")


def numbers():
    for state, due in (("none", 0), ("some", 3), ("many", 120)):
        context = {"due": due, "pushed": False}
        yield Sample("rooms/_due_number.html", state, context, "code")
    yield Sample("rooms/due_changed.html", "pushed", {"due": 1}, "code")
