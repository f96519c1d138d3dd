"""The way to the channel layer: every event of the product leaves through `publish`."""

import asyncio
import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)

# How many events may wait for a layer that is frozen, before the next ones are dropped.
MOST_LEAVING = 5_000

_leaving = 0
_server_loop = None


def publish_from(loop):
    """Make `loop`, the event loop of this process's server, the one that events leave from."""
    global _server_loop
    _server_loop = loop


def publish(group, event):
    """Send `event`, a dict with a "type", to `group`; never raises, and waits for no server loop.

    The database is the truth: an event that a dead layer swallows costs its readers a few
    seconds, never a message, so a failure is logged and nothing else.
    """
    if _server_loop is not None and _server_loop.is_running():
        asyncio.run_coroutine_threadsafe(_send(group, event), _server_loop)
    else:
        async_to_sync(_send)(group, event)


async def _send(group, event):
    global _leaving
    if _leaving >= MOST_LEAVING:  # the layer takes nothing, and the database has it all
        return
    _leaving += 1
    try:
        await get_channel_layer().group_send(group, event)
    except Exception as error:
        logger.warning("The channel layer did not take an event for %s: %r", group, error)
    finally:
        _leaving -= 1
