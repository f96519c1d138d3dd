"""Which files hold which channel, and which channels are threads of another."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from ..records import Place
from ..values import key, mapping, text
from .snowflakes import number_of, time_of

PRIVATE_THREADS = {"guildprivatethread", "12", "privatethread"}
_THREADS = {"guildpublicthread", "guildnewsthread", "10", "11", "publicthread", "newsthread"}
_DIRECT = {"directtextchat", "directgrouptextchat", "dmtextchat", "dmgrouptextchat", "1", "3"}


class File(NamedTuple):
    """A file of the archive, and what its first pass has found."""

    path: str
    channel_key: str
    first: int = 0  # the smallest id in it
    is_sorted: bool = True


class Channel(NamedTuple):
    """A channel or a thread of one."""

    key: str
    name: str
    kind: str
    topic: str
    parent_key: str = ""  # of a thread: its channel's
    parent_name: str = ""


def channel_of(about: dict[str, Any]) -> Channel | None:
    """Return the channel that a file's fields describe, or None if they describe none.

    In a thread, "category" is the channel to which it belongs. Private threads are rooms of their
    own: not everybody who sees the channel sees them.
    """
    channel = mapping(about.get("channel"))
    channel_key = key(channel.get("id"))
    if number_of(channel_key) is None:
        return None
    kind = text(channel.get("type")).lower()
    name = text(channel.get("name")).strip()
    parent_key, parent_name = "", ""
    if kind in _THREADS and number_of(key(channel.get("categoryId"))) is not None:
        parent_key = key(channel.get("categoryId"))
        parent_name = text(channel.get("category")).strip()
    return Channel(
        key=channel_key,
        name=name or f"discord-{channel_key}",
        kind="direct" if kind in _DIRECT else "closed",
        topic=text(channel.get("topic")).strip(),
        parent_key=parent_key,
        parent_name=parent_name,
    )


def places_of(channels: Iterable[Channel], members: dict[str, set[str]]) -> list[Place]:
    """Return the Places: of each channel, and of those of which there are only threads.

    `members` has the keys of those who wrote, by place. Who else may read is not known, so every
    place is closed.
    """
    channels = list(channels)
    own = {channel.key: channel for channel in channels if not channel.parent_key}
    for channel in channels:
        if channel.parent_key and channel.parent_key not in own:
            name = channel.parent_name or f"discord-{channel.parent_key}"
            own[channel.parent_key] = Channel(channel.parent_key, name, "closed", "")
    return [
        Place(
            key=channel.key,
            name=channel.name,
            kind=channel.kind,
            topic=channel.topic,
            member_keys=tuple(sorted(members.get(channel.key, ()))),
            created_at=time_of(channel.key),
        )
        for channel in own.values()
    ]
