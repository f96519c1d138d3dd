"""The page of mentions, a room's notification settings, and the mail about what was missed."""

from messaging.mentions.models import Mention
from messaging.notifications.forms import NotificationLevelForm
from messaging.notifications.missed import RoomNews

from .. import cast
from ..drawing import Sample
from .forms import page_of, refused
from .search import found

SITE = "https://chat.example"


def samples():
    return [*mentions(), *levels(), *mails()]


def mentions():
    some = [mention(pk, message) for pk, message in enumerate((cast.code, cast.long_message), 1)]
    for state, rows in (("some", some), ("none", [])):
        context = {"mentions": page_of(rows), "viewer": cast.ana}
        yield Sample("messaging/notifications/mentions.html", state, context, reader=cast.ana)
    called = cast.message("Look here, @ana.", mentioned=str(cast.ana.pk))
    context = {"message": called, "is_author": True, "can_moderate": True}
    yield Sample("messaging/_message.html", "mentions somebody", context, "log")


def mention(pk, message):
    return Mention(pk=pk, message=found(message), user=cast.ana)


def levels():
    room = {"room": cast.lobby, "membership": cast.member}
    forms = {"as it is": NotificationLevelForm(initial={"notification_level": "mentions"})}
    forms["refused"] = refused(NotificationLevelForm({}), notification_level="Choose one of these.")
    for state, form in forms.items():
        yield Sample(
            "messaging/notifications/settings.html", state, room | {"form": form}, reader=cast.bruno
        )
    for state, is_stopped in (("asking", False), ("stopped", True)):
        context = {"token": "2:x", "is_stopped": is_stopped}
        yield Sample("messaging/notifications/stop.html", state, context)


def mails():
    rooms = [
        RoomNews(cast.lobby, cast.lobby.name, [cast.others_message, cast.long_message], 3),
        RoomNews(cast.direct, cast.bruno.name, [cast.emoji], 0),
    ]
    context = {
        "person": cast.ana,
        "rooms": rooms,
        "count": 6,
        "site": SITE,
        "stop": f"{SITE}/stop/",
    }
    for name, state in (("email_subject", "its subject"), ("email", "the mail")):
        yield Sample(f"messaging/notifications/{name}.txt", state, context, "code")
