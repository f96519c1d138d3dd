"""The pages of mentions and of notification settings, and the mail about what was missed."""

from core.sample import Sample, page_of, refused

from ..mentions.models import Mention
from .forms import NotificationLevelForm
from .missed import RoomNews

SITE = "https://chat.example"


def samples(cast):
    return [*mentions(cast), *settings(cast), *levels(cast), *mails(cast)]


def mentions(cast):
    messages = [cast.elsewhere(message) for message in (cast.code, cast.long_message)]
    some = [Mention(pk=message.pk, message=message, user=cast.ana) for message in messages]
    for state, rows in (("some", some), ("none", [])):
        context = {"mentions": page_of(rows), "viewer": cast.ana}
        yield Sample("messaging/notifications/mentions.html", state, context, reader=cast.ana)


def settings(cast):
    """As the script shows it, without a device's switches, and by mail."""
    page = "messaging/notifications/notifications.html"
    yield Sample(page, "with scripts", {"has_mail": True}, reader=cast.ana, after=shown_device)
    yield Sample(page, "without scripts", {"has_mail": False}, reader=cast.bruno)
    yield Sample(page, "in no room", {"memberships": []}, reader=cast.ana, after=shown_device)


def shown_device(html):
    return html.replace('id="device" hidden', 'id="device"')


def levels(cast):
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


def mails(cast):
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
