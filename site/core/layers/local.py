"""The channel layer of a site with one process: groups and queues in its memory."""

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from channels.exceptions import ChannelFull
from channels.layers import BaseChannelLayer

ABANDONED_SECONDS = 60  # a full channel from which nothing was taken for so long has no reader


class LocalChannelLayer(BaseChannelLayer):
    """Passes messages on within this process, as they are: whoever gets one must not change it.

    Channels' own layer for this copies each message, starts a task for each receiver, and looks
    through all groups for old members each time: with 700 groups, a fifth of a busy process's time.
    Groups keep their members until these leave, or until one reads nothing while its channel fills.
    """

    extensions = ["groups", "flush"]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._channels: dict[str, Channel] = {}
        self._groups: defaultdict[str, set[str]] = defaultdict(set)

    async def new_channel(self, prefix: str = "specific.") -> str:
        return f"{prefix}local!{secrets.token_hex(8)}"

    async def send(self, channel: str, message: Mapping[str, Any]) -> None:
        """Put `message` in the queue of `channel`; raise ChannelFull if there is no room."""
        queue = self._queue_of(channel)
        if not queue.full():
            queue.put_nowait(message)
            return
        if time.monotonic() - queue.taken_at > ABANDONED_SECONDS:
            self._forget(channel)
        raise ChannelFull(channel)

    async def receive(self, channel: str) -> Mapping[str, Any]:
        queue = self._queue_of(channel)
        try:
            message = await queue.get()
            queue.taken_at = time.monotonic()
            return message
        finally:
            if queue.empty():  # the next message may be for another event loop
                self._channels.pop(channel, None)

    async def group_add(self, group: str, channel: str) -> None:
        self._groups[group].add(channel)

    async def group_discard(self, group: str, channel: str) -> None:
        members = self._groups.get(group, set())
        members.discard(channel)
        if not members:
            self._groups.pop(group, None)

    async def group_send(self, group: str, message: Mapping[str, Any]) -> None:
        """Send `message` to all channels of `group` that have room for it."""
        for channel in tuple(self._groups.get(group, ())):
            with suppress(ChannelFull):  # whoever reads it recovers from the database
                await self.send(channel, message)

    async def flush(self) -> None:
        self._channels.clear()
        self._groups.clear()

    async def close(self) -> None:
        pass

    def _queue_of(self, channel: str) -> "Channel":
        queue = self._channels.get(channel)
        if queue is None:
            queue = self._channels[channel] = Channel(self.get_capacity(channel))
        return queue

    def _forget(self, channel: str) -> None:
        del self._channels[channel]
        for group in [name for name, members in self._groups.items() if channel in members]:
            self._groups[group].discard(channel)
            if not self._groups[group]:
                del self._groups[group]


class Channel(asyncio.Queue):
    """The messages that wait on one channel, up to a number."""

    def __init__(self, capacity: int) -> None:
        super().__init__(maxsize=capacity)
        self.taken_at = time.monotonic()  # when a message was last taken
