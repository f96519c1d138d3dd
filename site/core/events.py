"""Publish events to the channel layer. Every event of the product is sent by `publish`."""

import asyncio
import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)

# How many events may wait for an unresponsive channel layer before new ones are dropped.
MOST_LEAVING = 5_000

_leaving = 0
_server_loop = None


def publish_from(loop):
    """Set `loop`, the event loop of this process's server, as the loop that sends events."""
    global _server_loop
    _server_loop = loop


def publish(group, event):
    """Send `event`, a dict with a "type", to `group`. Never raise.

    Return at once if the server's loop sends the event; without a server, wait until it is sent.

    The database is the source of truth. Readers recover a lost event from it within seconds, so a
    failure is only logged.
    """
    if _server_loop is not None and _server_loop.is_running():
        asyncio.run_coroutine_threadsafe(_send(group, event), _server_loop)
    else:
        async_to_sync(_send)(group, event)


async def _send(group, event):
    global _leaving
    if _leaving >= MOST_LEAVING:  # the layer is stuck; readers recover from the database
        return
    _leaving += 1
    try:
        await get_channel_layer().group_send(group, event)
    except Exception as error:
        logger.warning("Could not send an event to group %s of the channel layer: %r", group, error)
    finally:
        _leaving -= 1
