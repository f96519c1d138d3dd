"""Keeps this process in the groups of the channel layer that its readers need."""

import asyncio
import logging

from channels.layers import get_channel_layer

from .registry import Registry

logger = logging.getLogger(__name__)

# How long a new reader waits for its groups. A layer that is down must not lock anybody out.
TIMEOUT_SECONDS = 1.0


class Subscriptions:
    """Joins and leaves groups one after the other, in a task of its own."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._channel: str | None = None
        self._joined: set[str] = set()
        self._task: asyncio.Task | None = None

    def begin(self, channel: str) -> None:
        """Start receiving events of the groups on `channel`."""
        self._channel = channel
        self.renew()

    def renew(self) -> None:
        """Join every group again, because a layer can forget its members.

        Redis does so when it restarts.
        """
        self._joined.clear()
        self._registry.changed_groups |= self._registry.wanted_groups
        self.settle()

    def settle(self) -> asyncio.Task:
        """Start joining and leaving the changed groups; return the task, shared by all callers."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._settle())
        return self._task

    async def settled(self) -> None:
        """Wait until the wanted groups are joined, at most TIMEOUT_SECONDS."""
        await asyncio.wait([self.settle()], timeout=TIMEOUT_SECONDS)

    async def _settle(self) -> None:
        changed = self._registry.changed_groups
        while changed and self._channel is not None:
            group = changed.pop()
            try:
                await self._bring_about(group, self._channel)
            except Exception as error:
                changed.add(group)
                logger.warning(
                    "Could not subscribe to a group of the channel layer: %r",
                    error,
                    extra={"event": "layer.subscription_failed", "fields": {"group": group}},
                )
                return

    async def _bring_about(self, group: str, channel: str) -> None:
        layer = get_channel_layer()
        is_wanted = group in self._registry.wanted_groups
        if is_wanted and group not in self._joined:
            await layer.group_add(group, channel)
            self._joined.add(group)
        elif group in self._joined and not is_wanted:
            await layer.group_discard(group, channel)
            self._joined.discard(group)
