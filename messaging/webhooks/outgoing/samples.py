"""The pages of a bot's outgoing webhooks, and the mail about one that was turned off."""

from datetime import timedelta

from django.utils import timezone

from core.sample import Sample, refused

from .errors import sentence_of
from .forms import TurnOnForm, WebhookForm
from .models import Attempt, Event, OutgoingWebhook, Reason

FOLDER = "messaging/webhooks/outgoing"
URL = "https://ci.example.com/chat/9f2c1b7e"
ROOMS = {1: "Lobby", 2: "Den", 3: "A room whose name is rather long"}


def samples(cast):
    return [*lists(cast), *pages(cast), *forms(cast), *mails(cast)]


def webhook_of(cast, pk=1, others=0, **changes):
    """Return a webhook that is not saved, as `queries.show` shows it."""
    webhook = OutgoingWebhook(pk=pk, bot=cast.bruno, url=URL, events="posted changed", **changes)
    webhook.rooms_shown, webhook.others = list(ROOMS.values())[: 3 - others], others
    webhook.event_labels = [Event.POSTED.label, Event.CHANGED.label]
    return webhook


def states(cast):
    """Return {state: webhook}."""
    now = timezone.now()
    failing = {"failing_since": now - timedelta(hours=3), "next_attempt_at": now}
    return {
        "on": webhook_of(cast, includes_bots=True),
        "failing": webhook_of(cast, 2, others=1, **failing),
        "off": webhook_of(cast, 3, others=3, disabled_at=now, reason=Reason.FAILING),
    }


def lists(cast):
    rows = list(states(cast).values())
    for state, webhooks, is_alive in (
        ("some", rows, True),
        ("none", [], True),
        ("of a dead bot", [], False),
    ):
        context = {"bot": cast.bruno, "webhooks": webhooks, "is_alive": is_alive}
        yield Sample(f"{FOLDER}/webhooks.html", state, context, reader=cast.ana)


def attempt_of(cast, pk, event="posted", **fields):
    """Return an attempt that is not saved, as `queries.last_attempts` shows it."""
    attempt = Attempt(pk=pk, event=event, milliseconds=143, revision=7, message=7, **fields)
    attempt.room_id = None if event == "test" else 1
    attempt.sentence, attempt.title = sentence_of(attempt), "" if event == "test" else "Lobby"
    return attempt


def pages(cast):
    attempts = [
        attempt_of(cast, 1, status=204),
        attempt_of(cast, 2, "test", status=200),
        attempt_of(cast, 3, "reacted", status=503),
        attempt_of(cast, 4, "deleted", error="timeout"),
    ]
    context = {"bot": cast.bruno, "attempts": attempts, "is_alive": True, "can_catch_up": True}
    for state, webhook in states(cast).items():
        page = context | {"webhook": webhook, "form": TurnOnForm()}
        yield Sample(f"{FOLDER}/webhook.html", state, page, reader=cast.ana)
    long_off = {"can_catch_up": False, "is_alive": False, "attempts": []}
    page = context | {"webhook": states(cast)["off"], "form": TurnOnForm()} | long_off
    yield Sample(f"{FOLDER}/webhook.html", "off for long, of a dead bot", page, reader=cast.ana)
    form = refused(TurnOnForm({}), start="Choose one of these.")
    page = context | {"webhook": states(cast)["off"], "form": form}
    yield Sample(f"{FOLDER}/webhook.html", "refused", page, reader=cast.ana)
    secret = {"bot": cast.bruno, "webhook": states(cast)["on"], "secret": f"whsec_{'a1B2' * 11}"}
    yield Sample(f"{FOLDER}/secret.html", "shown", secret, reader=cast.ana)
    yield Sample(f"{FOLDER}/remove.html", "asked", secret, reader=cast.ana)


def forms(cast):
    form = WebhookForm(rooms=ROOMS, initial={"events": ["posted"], "rooms": [1]})
    yield Sample(f"{FOLDER}/add.html", "new", {"bot": cast.bruno, "form": form}, reader=cast.ana)
    empty = {"bot": cast.bruno, "form": WebhookForm(rooms={})}
    yield Sample(f"{FOLDER}/add.html", "in no room", empty, reader=cast.ana)
    sent = WebhookForm({"url": "http://10.1.2.3/", "rooms": ["1"]}, rooms=ROOMS)
    wrong = refused(
        sent,
        url="This address is not on the public internet.",
        events="Choose at least one.",
        form="A bot can have 10 webhooks. Remove one first.",
    )
    page = {"bot": cast.bruno, "form": wrong}
    yield Sample(f"{FOLDER}/add.html", "refused", page, reader=cast.ana)
    page = {"bot": cast.bruno, "form": form, "webhook": states(cast)["on"]}
    yield Sample(f"{FOLDER}/edit.html", "unchanged", page, reader=cast.ana)


def mails(cast):
    page = {
        "person": cast.ana,
        "webhook": states(cast)["off"],
        "host": "ci.example.com",
        "address": "https://chat.example/webhooks/3/",
    }
    for state, is_gone in (("failing", False), ("gone", True)):
        context = page | {"is_gone": is_gone}
        yield Sample(f"{FOLDER}/disabled.txt", state, context, "code", cast.ana)
        yield Sample(f"{FOLDER}/disabled_subject.txt", state, context, "code", cast.ana)
