"""The channel layer of a site with one process."""

import asyncio

import pytest
from channels.exceptions import ChannelFull

from core.layers import local
from core.layers.local import LocalChannelLayer


@pytest.fixture
def layer():
    return LocalChannelLayer(capacity=3)


async def joined(layer, *groups):
    channel = await layer.new_channel()
    for group in groups:
        await layer.group_add(group, channel)
    return channel


async def test_each_member_of_a_group_gets_what_is_sent_to_it_in_order(layer):
    first, second, other = (
        await joined(layer, "a"),
        await joined(layer, "a"),
        await joined(layer, "b"),
    )
    for number in range(3):
        await layer.group_send("a", {"number": number})
    await layer.group_send("b", {"number": 9})
    for channel in (first, second):
        got = [(await layer.receive(channel))["number"] for _ in range(3)]
        assert got == [0, 1, 2]
    assert await layer.receive(other) == {"number": 9}


async def test_who_waits_gets_what_comes(layer):
    channel = await joined(layer, "a")
    waiting = asyncio.create_task(layer.receive(channel))
    await asyncio.sleep(0)
    await layer.group_send("a", {"type": "x"})
    assert await asyncio.wait_for(waiting, 5) == {"type": "x"}


async def test_who_has_left_gets_nothing_and_leaves_nothing_behind(layer):
    channel = await joined(layer, "a")
    await layer.group_discard("a", channel)
    await layer.group_discard("a", channel)
    await layer.group_discard("never", channel)
    await layer.group_send("a", {})
    assert (layer._groups, layer._channels) == ({}, {})


async def test_a_full_channel_loses_what_is_new_and_keeps_its_groups(layer):
    slow, quick = await joined(layer, "a"), await joined(layer, "a")
    for number in range(5):
        await layer.group_send("a", {"number": number})
        assert (await layer.receive(quick))["number"] == number
    with pytest.raises(ChannelFull):
        await layer.send(slow, {"number": 5})
    assert [(await layer.receive(slow))["number"] for _ in range(3)] == [0, 1, 2]
    await layer.group_send("a", {"number": 6})
    assert (await layer.receive(slow))["number"] == 6


async def test_a_channel_that_nobody_reads_is_forgotten(layer, monkeypatch):
    monkeypatch.setattr(local, "ABANDONED_SECONDS", 0)
    abandoned, other = await joined(layer, "a", "b"), await joined(layer, "b")
    await asyncio.sleep(0.01)
    for _ in range(4):
        await layer.group_send("a", {})
    assert dict(layer._groups) == {"b": {other}}
    assert abandoned not in layer._channels


async def test_what_was_cancelled_takes_nothing(layer):
    channel = await joined(layer, "a")
    waiting = asyncio.create_task(layer.receive(channel))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await layer.group_send("a", {"number": 1})
    assert await layer.receive(channel) == {"number": 1}


async def test_a_flush_empties_everything(layer):
    channel = await joined(layer, "a")
    await layer.send(channel, {})
    await layer.flush()
    assert (layer._groups, layer._channels) == ({}, {})


def test_it_serves_one_loop_after_another(layer):
    async def passed_on(number):
        channel = await joined(layer, "a")
        waiting = asyncio.create_task(layer.receive(channel))
        await asyncio.sleep(0)
        await layer.group_send("a", {"number": number})
        await layer.group_discard("a", channel)
        return (await waiting)["number"]

    assert [asyncio.run(passed_on(number)) for number in range(3)] == [0, 1, 2]
