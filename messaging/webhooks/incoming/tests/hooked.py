"""A webhook, and programs that post to it, for tests."""

import json

from django.test import Client

from messaging.webhooks.incoming.actions import add_webhook
from messaging.webhooks.incoming.models import IncomingWebhook
from users.models import hash_token


class Hook:
    """A webhook of `room`, made by `by`; `path` is its address."""

    def __init__(self, room, by, name="grafana", **options):
        self.room = room
        self.webhook, token = add_webhook(room, by, name, **options)
        self.path = f"/hooks/{token}/"

    def post(self, payload, **headers):
        """Post `payload` as JSON; return the response."""
        return self.send(json.dumps(payload), **headers)

    def send(self, body, content_type="application/json", **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return Client().post(self.path, body, content_type=content_type, headers=headers)

    def form(self, **fields):
        """Post fields of a form, as multipart."""
        return Client().post(self.path, fields)

    @property
    def said(self):
        """The texts of the room, in order."""
        return list(self.room.messages.order_by("position").values_list("body", flat=True))

    @property
    def last(self):
        return self.room.messages.for_display().order_by("position").last()


def answered(response):
    return response.status_code, response.content.decode()


def stored(path):
    """Return the webhook of an address."""
    return IncomingWebhook.objects.get(token_hash=hash_token(path.split("/")[2]))
