"""Post and read messages without the sockets under test."""

from core.threads import in_database
from messaging.message import actions
from messaging.models import Message


async def say(room, author, *texts):
    """Post as a form does, not through a socket."""
    for text in texts:
        await in_database(actions.post_message)(room, author, text, text)


async def stored():
    return await in_database(lambda: list(Message.objects.values_list("body", flat=True)))()
