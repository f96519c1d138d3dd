"""A restored site sends nothing until somebody says so: it may be a copy."""

import pytest

from messaging.models import Attempt, OutgoingWebhook, WebhookChange, WebhookCursor
from tertulia.data.backup import kept_models
from tests.outside import Reply

from ..actions import disable_restored, turn_on
from ..late import queue_late_webhooks
from .receivers import run

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_a_backup_holds_of_webhooks():
    kept = kept_models()
    assert {OutgoingWebhook, WebhookCursor, WebhookChange} <= set(kept) and Attempt not in kept


def test_a_restored_webhook_is_off_and_goes_on_from_where_it_stopped(
    lobby, ana, bruno, receiver, say
):
    receiver.site.answer = Reply(500)
    say(lobby, bruno, "not told before the backup")
    run()
    disable_restored()
    Attempt.objects.all().delete()
    say(lobby, bruno, "said on the restored site")
    queue_late_webhooks()
    run(hours=3)
    assert (len(receiver.asked), receiver.row().reason) == (1, "restored")
    receiver.site.answer = Reply(200)
    turn_on(receiver.row(), ana, from_now=False)
    run()
    assert [body for _event, body in receiver.told()[1:]] == [
        "not told before the backup",
        "said on the restored site",
    ]
