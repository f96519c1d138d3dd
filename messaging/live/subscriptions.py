"""Which groups of the channel layer this process is in: those of its readers' rooms and people."""

import asyncio
import logging

from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)

# How long a newcomer waits for its groups. A layer that is down or frozen keeps nobody out.
PATIENCE = 1.0


class Subscriptions:
    """Joins and leaves groups one after the other, in a task apart from whoever wants them."""

    def __init__(self):
        self._channel = None
        self._wanted = set()
        self._joined = set()
        self._changed = set()  # groups to be joined or left
        self._task = None

    def want(self, group):
        """Have `group` joined by the next `settle`."""
        self._wanted.add(group)
        self._changed.add(group)

    def drop(self, group):
        """Have `group` left by the next `settle`."""
        self._wanted.discard(group)
        self._changed.add(group)

    def begin(self, channel):
        """Receive on `channel` from now on what is sent to the groups."""
        self._channel = channel
        self.renew()

    def renew(self):
        """Join every group again: a layer may have forgotten its members (the in-memory one does
        after a day, or when a message has waited for a minute)."""
        self._joined.clear()
        self._changed |= self._wanted
        self.settle()

    def settle(self):
        """Begin to join and leave what has changed; return the task, shared by all who ask."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._settle())
        return self._task

    async def settled(self):
        """Wait until what is wanted is joined, or for as long as a dead layer deserves."""
        await asyncio.wait([self.settle()], timeout=PATIENCE)

    async def _settle(self):
        while self._changed and self._channel is not None:
            group = self._changed.pop()
            try:
                await self._bring_about(group)
            except Exception as error:
                self._changed.add(group)
                logger.warning("The channel layer did not take a subscription: %r", error)
                return

    async def _bring_about(self, group):
        layer = get_channel_layer()
        if group in self._wanted and group not in self._joined:
            await layer.group_add(group, self._channel)
            self._joined.add(group)
        elif group in self._joined and group not in self._wanted:
            await layer.group_discard(group, self._channel)
            self._joined.discard(group)
