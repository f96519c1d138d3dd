"""The pages of mentions and of notification settings, and the mail about what was missed."""

from datetime import UTC

from core.sample import Sample, page_of, refused

from ..mentions.models import Mention
from .forms import EmailForm, NotificationLevelForm
from .missed import RoomNews
from .models import NotificationSettings
from .push.forms import DiscreetForm, SubscriptionForm
from .push.models import PushSubscription
from .quiet.state import section_at

SITE = "https://chat.example"


def samples(cast):
    return [*mentions(cast), *settings(cast), *by_email(cast), *levels(cast), *mails(cast)]


def mentions(cast):
    messages = [cast.elsewhere(message) for message in (cast.code, cast.long_message)]
    some = [Mention(pk=message.pk, message=message, user=cast.ana) for message in messages]
    for state, rows in (("some", some), ("none", [])):
        context = {"mentions": page_of(rows), "viewer": cast.ana}
        yield Sample("messaging/notifications/mentions.html", state, context, reader=cast.ana)


def settings(cast):
    """As the script shows it, without a device's switches, and by mail."""
    page, none = "messaging/notifications/notifications.html", devices(cast) | quiet(cast)
    with_mail = none | {"has_mail": True}
    yield Sample(page, "with scripts", with_mail, reader=cast.ana, after=shown_device)
    yield Sample(page, "without scripts", none | {"has_mail": False}, reader=cast.bruno)
    yield Sample(
        page, "in no room", none | {"memberships": []}, reader=cast.ana, after=shown_device
    )


def devices(cast):
    forms = {"subscription_form": SubscriptionForm(), "discreet_form": DiscreetForm()}
    phone = PushSubscription(pk=7, user=cast.ana, label="Firefox on Android", created_at=cast.NOON)
    return {"devices": [phone], "push_key": "key", **forms}


def by_email(cast):
    form = refused(EmailForm({}), email="Choose one of these.")
    states = {
        "on": {"has_mail": True},
        "none": {"has_mail": False},
        "refused": {"email_form": form},
    }
    for state, context in states.items():
        yield Sample("messaging/notifications/_by_email.html", state, context, "plain", cast.ana)


def quiet(cast):
    return section_at(NotificationSettings(user=cast.ana), UTC, cast.NOON)


def shown_device(html):
    for part in ("device", "subscribe"):
        html = html.replace(f'id="{part}" hidden', f'id="{part}"')
    return html


def levels(cast):
    room = {"room": cast.lobby, "membership": cast.member, "has_device": False}
    forms = {"as it is": NotificationLevelForm(membership=cast.member)}
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
