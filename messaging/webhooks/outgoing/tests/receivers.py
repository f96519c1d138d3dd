"""A server that receives a webhook, and time that passes for its tasks."""

import json
from datetime import timedelta

from django.utils import timezone
from standardwebhooks import Webhook

from tertulia.background.worker import run_due
from tertulia.models import KeptTask, Process
from tertulia.server.processes import Lease

from ..models import OutgoingWebhook
from ..signing import secret_of


class Receiver:
    def __init__(self, site, hook):
        self.site, self.hook = site, hook

    @property
    def asked(self):
        return list(self.site.asked)

    def verified(self, secret=None):
        """The payloads that arrived, verified as a receiver does."""
        judge = Webhook(secret or secret_of(self.row()))
        return [judge.verify(asked.body, asked.headers) for asked in self.asked]

    def told(self):
        """The (event, body) of each message that arrived."""
        payloads = [json.loads(asked.body) for asked in self.asked]
        return [
            (each["type"].removeprefix("message."), each["data"].get("body")) for each in payloads
        ]

    def events(self):
        return [event for event, _body in self.told()]

    def data(self):
        return [json.loads(asked.body)["data"] for asked in self.asked]

    def ids(self):
        return [asked.headers["webhook-id"] for asked in self.asked]

    def row(self):
        return OutgoingWebhook.objects.get(pk=self.hook.pk)


def run(**later):
    """Run the tasks that are due, or will be `later` than now, as if that time had passed.

    Return their number.
    """
    passed = timedelta(**later)
    lease = Lease(Process.Kind.WORKER)
    lease.renew()
    KeptTask.objects.exclude(every=None).delete()
    now = timezone.now()
    for name in ("failing_since", "next_attempt_at", "disabled_at", "renewed_at", "queued_at"):
        for row in OutgoingWebhook.objects.filter(**{f"{name}__isnull": False}):
            earlier = getattr(row, name) - passed
            OutgoingWebhook.objects.filter(pk=row.pk).update(**{name: earlier})
    for task in KeptTask.objects.filter(status="READY"):
        KeptTask.objects.filter(pk=task.pk).update(run_after=task.run_after - passed)
    KeptTask.objects.filter(run_after__lte=now + timedelta(seconds=1)).update(run_after=now)
    count = run_due(lease.process)
    failed = KeptTask.objects.exclude(error="").values_list("error", flat=True)
    assert list(failed) == []
    return count
