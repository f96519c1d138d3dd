"""The channels, groups and direct conversations of an export of Slack."""

import unicodedata
from collections import Counter
from typing import Any, NamedTuple

from messaging.slack_text import text_to_markdown

from ..records import Place
from ..values import key, keys, mapping, mappings, moment, text
from .layout import Layout

MAX_NAME = 200  # letters


class Channel(NamedTuple):
    """A Place, and where its messages are."""

    place: Place
    workspace: str  # of a Grid, or ""
    folders: frozenset[str]
    pinned: frozenset[str]  # the keys of messages


def channel_of(layout: Layout, root: str, kind: str, entry: dict[str, Any]) -> Channel | None:
    """Return what `entry` of a list in the folder `root` describes, or None without any id.

    `kind` is that of the list; an entry can say that fewer people may see it, never more.
    """
    name = text(entry.get("name")).strip()
    place_key = key(entry.get("id")) or key(name)
    if not place_key:
        return None
    folders = frozenset(root + _normal(each) for each in (name, place_key) if each)
    created = moment(entry.get("created"))
    place = Place(
        key=place_key,
        name=name[:MAX_NAME] or place_key,
        kind=_kind(kind, entry),
        topic=_topic(entry),
        member_keys=tuple(keys(entry.get("members")) or keys([entry.get("user")])),
        created_at=created,
        is_archived=entry.get("is_archived") is True,
    )
    pinned = frozenset(text(pin.get("id")) for pin in mappings(entry.get("pins")))
    return Channel(place, layout.roots[root], folders & layout.folders(), pinned)


def merged(one: Channel, other: Channel) -> Channel:
    """Return the Channel that two workspaces of a Grid share."""
    people = dict.fromkeys([*one.place.member_keys, *other.place.member_keys])
    kinds = {one.place.kind, other.place.kind}
    kind = "direct" if "direct" in kinds else "closed" if "closed" in kinds else "open"
    place = one.place._replace(member_keys=tuple(people), kind=kind)
    return one._replace(
        place=place, folders=one.folders | other.folders, pinned=one.pinned | other.pinned
    )


def told_apart(channels: dict[str, Channel]) -> dict[str, Channel]:
    """Return `channels` with the workspace in the names that several of them have."""
    named = Counter(_normal(channel.place.name) for channel in channels.values())
    return {
        place_key: channel._replace(place=channel.place._replace(name=_full_name(channel)))
        if channel.workspace and named[_normal(channel.place.name)] > 1
        else channel
        for place_key, channel in channels.items()
    }


def _full_name(channel: Channel) -> str:
    return f"{channel.place.name} ({channel.workspace})"


def _kind(kind: str, entry: dict[str, Any]) -> str:
    if kind == "direct" or entry.get("is_im") is True or entry.get("is_mpim") is True:
        return "direct"
    is_closed = entry.get("is_private") is True or entry.get("is_group") is True
    return "closed" if is_closed else kind


def _topic(entry: dict[str, Any]) -> str:
    values = (mapping(entry.get(name)).get("value") for name in ("topic", "purpose"))
    return next((found for value in values if (found := _one_line(value))), "")


def _one_line(value: Any) -> str:
    return " ".join(text_to_markdown(text(value)[:2000]).split())


def _normal(name: str) -> str:
    return unicodedata.normalize("NFC", name)
