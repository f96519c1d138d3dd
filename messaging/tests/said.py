"""What is said, and what is stored, apart from the sockets under test."""

from core.threads import in_database
from messaging.message import actions
from messaging.models import Message


async def say(room, author, *texts):
    """Post from elsewhere, as a form does."""
    for text in texts:
        await in_database(actions.post_message)(room, author, text, text)


async def stored():
    return await in_database(lambda: list(Message.objects.values_list("body", flat=True)))()
