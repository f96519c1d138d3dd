"""The page of a room's incoming webhooks, and what a person sees at the address of one."""

from copy import copy

from core.sample import Sample, refused

from .forms import WebhookForm
from .models import IncomingWebhook

ADDRESS = "https://chat.example.com/hooks/mXk3qY0Zc9Wb2LtR8sVfNdHj5GpQ6a7e/"


def samples(cast):
    yield Sample("messaging/webhooks/incoming/takes_post.html", "a person's")
    yield from named(cast)
    yield from pages(cast)


def named(cast):
    message = copy(cast.others_message)
    message.author = bot(cast)
    rights = {"is_author": True, "can_moderate": True, "is_other": True, "can_pin": True}
    for state, name in (("a given name", "Deploys"), ("a given name, right to left", "نشر")):
        message = copy(message)
        message.extras = {"shown_as": name}
        context = {"message": message, **rights}
        yield Sample("messaging/_message.html", state, context, "conversation", cast.ana)


def pages(cast):
    def page(state, **changes):
        context = {
            "room": cast.lobby,
            "membership": cast.owner,
            "form": WebhookForm(cast.ana, cast.lobby),
            "address": None,
            "example": """curl -d '{"text": "Hello"}'""",
            "webhooks": [webhook(cast, 1, cast.NOON), webhook(cast, 2)],
        }
        template = "messaging/webhooks/incoming/webhooks.html"
        return Sample(template, state, context | changes, reader=cast.ana)

    yield page("some")
    yield page("none", webhooks=[])
    yield page("a new address", address=ADDRESS)
    form = WebhookForm(cast.ana, cast.lobby, {"name": "Bruno"})
    yield page("refused", form=refused(form, name="This name is taken."))
    yield page("archived", room=cast.attic)
    for number, used_at in ((1, cast.NOON), (2, None)):
        context = {"room": cast.lobby, "webhook": webhook(cast, number, used_at)}
        state = "used" if used_at else "never used"
        template = "messaging/webhooks/incoming/_webhook.html"
        yield Sample(template, state, context, "list", cast.ana)


def bot(cast):
    found = copy(cast.bruno)
    found.is_bot, found.owner, found.username, found.display_name = True, cast.ana, "grafana", ""
    return found


def webhook(cast, number, used_at=None):
    return IncomingWebhook(
        pk=number,
        room=cast.lobby,
        bot=bot(cast),
        created_by=cast.ana,
        created_at=cast.NOON,
        used_at=used_at,
        shows_names=number == 1,
    )
