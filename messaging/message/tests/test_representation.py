"""The JSON representation of messages is documented, so it must not change."""

import json

from messaging.message import actions
from messaging.message.representation import represent
from messaging.models import Message


def test_a_message_is_plain_json_of_the_documented_shape(lobby, ana):
    message = actions.post_message(lobby, ana, "Hello *you*", "n1")
    actions.change_message(message, extras={"secret": [1]})
    assert json.loads(json.dumps(represent(message))) == {
        "position": 1,
        "id": message.pk,
        "author": "ana",
        "created_at": message.created_at.isoformat(),
        "edited_at": None,
        "deleted_at": None,
        "body": "Hello *you*",
    }


def test_a_deleted_message_has_no_text(lobby, ana, django_assert_num_queries):
    actions.delete_message(actions.post_message(lobby, ana, "secret", "n1"))
    message = Message.objects.for_display().get()
    with django_assert_num_queries(0):
        shown = represent(message)
    assert (shown["body"], shown["deleted_at"]) == ("", message.deleted_at.isoformat())
