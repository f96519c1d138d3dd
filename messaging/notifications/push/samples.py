"""The devices of somebody, as the page of notification settings shows them."""

from core.sample import Sample, refused

from .forms import DiscreetForm, SubscriptionForm
from .models import PushSubscription

FOLDER = "messaging/notifications/push"


def samples(cast):
    return [*lists(cast), *this_device(cast), *texts(cast)]


def lists(cast):
    phone = device(cast, "Firefox on Android", is_this=True, told_at=cast.NOON)
    laptop = device(cast, "Chrome on Windows", pk=8, failed_since=cast.NOON)
    unknown = device(cast, "", pk=9)
    states = {"one": [phone], "several": [phone, laptop, unknown], "none": []}
    for state, devices in states.items():
        context = {"devices": devices, "discreet_form": DiscreetForm()}
        yield Sample(f"{FOLDER}/_devices.html", state, context, "plain", cast.ana)
    for name, row in (("this one", phone), ("failing", laptop)):
        yield Sample(f"{FOLDER}/_device.html", name, {"device": row}, "list", cast.ana)


def this_device(cast):
    new, phone = SubscriptionForm(), device(cast, "Firefox on Android", is_this=True)
    full = refused(SubscriptionForm({}), form="You have 10 devices already.")
    states = {
        "new": {"subscription_form": new},
        "notified": {"subscription_form": new, "this_device": phone},
        "refused": {"subscription_form": full},
        "an iPhone": {"subscription_form": new, "is_iphone": True},
        "no address of the site": {"push_off": "address"},
        "no https": {"push_off": "http"},
    }
    for state, context in states.items():
        for reader in (cast.ana, cast.bruno) if "push_off" in context else (cast.ana,):
            name = f"{state}, {reader.username}"
            page = {"push_key": "key"} | context
            sample = (f"{FOLDER}/_this_device.html", name, page, "plain", reader)
            yield Sample(*sample, after=as_the_script_does)
    name = f"{FOLDER}/_this_device.html"
    yield Sample(name, "without scripts", {"push_key": "key"} | states["new"], "plain", cast.ana)
    for state in ("new", "notified", "refused"):
        context = {"push_key": "key"} | states[state]
        yield Sample(f"{FOLDER}/_subscribe.html", state, context, "plain", cast.ana)
    yield Sample(f"{FOLDER}/_iphone.html", "open", {"is_iphone": True}, "plain", cast.ana)
    for name, context in (
        ("device_added", {}),
        ("device_forgotten", {"device": phone}),
        ("test_sent", {"device": phone}),
    ):
        yield Sample(f"flash/{name}.txt", "as it is", context, "code")


def texts(cast):
    """The pushes: the first line is the title."""
    message = {"title": cast.lobby.name, "message": cast.others_message, "text": "Tea is ready"}
    direct = message | {"title": cast.others_message.author.name}
    states = {
        "notice": {
            "one message": message | {"count": 1},
            "several": message | {"count": 3},
            "written directly": direct | {"count": 1},
        },
        "summary": {"after quiet hours": {"rooms": [cast.lobby, cast.direct], "count": 12}},
        "discreet": {"as it is": {}},
        "test": {"as it is": {}},
    }
    for name, contexts in states.items():
        for state, context in contexts.items():
            page = {"person": cast.ana} | context
            yield Sample(f"messaging/notifications/push/{name}.txt", state, page, "code")


def as_the_script_does(html):
    for part in ("device", "subscribe"):
        html = html.replace(f'id="{part}" hidden', f'id="{part}"')
    return html


def device(cast, label, pk=7, is_this=False, **fields):
    row = PushSubscription(pk=pk, user=cast.ana, label=label, created_at=cast.NOON, **fields)
    row.is_this = is_this
    return row
