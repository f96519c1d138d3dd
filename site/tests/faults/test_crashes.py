"""After a process dies or a store restarts, nobody has missed a message."""

import asyncio
import time

from .browsers import talk, until


async def test_a_web_process_that_is_killed_in_mid_burst_loses_nothing(town):
    browsers = await town.gather(20)
    said = talk(browsers, 40)
    for _ in range(2):
        seen = len(browsers[0].page.shown)
        await until(lambda seen=seen: len(browsers[0].page.shown) > seen + 50, 20)
        await asyncio.to_thread(town.server.restart)
    await town.everybody_has_everything(said)
    assert all(len(browser.codes) >= 2 for browser in browsers)


async def test_redis_that_stops_and_starts_again_delays_and_loses_nothing(
    found, on_postgresql, redis
):
    town = await found(on_postgresql, servers=2)
    here = await town.gather(10)
    there = await town.gather(10, server=town.servers[1])
    said = talk(here + there, 3)
    await asyncio.to_thread(redis.stop)
    said += [f"without {number}" for number in range(20)]
    for number, browser in enumerate(here + there):
        browser.say(f"without {number}")
    await town.everybody_has_everything(said)
    newcomers = await town.gather(5, seconds=5)
    await asyncio.to_thread(redis.start)
    for number in range(3):
        newcomers[0].say(f"after {number}")
    said += [f"after {number}" for number in range(3)]
    await town.everybody_has_everything(said)
    assert [browser.codes for browser in town.browsers] == [[]] * 25
    await redis_is_in_use_again(town, here[0], there[0], said)


async def redis_is_in_use_again(town, one, other, said):
    """A post in one process reaches readers of the other sooner than by the safety query."""

    async def latency(number):
        text = f"quick {number}"
        said.append(text)
        begun = time.monotonic()
        one.say(text)
        await until(lambda: text in other.page.texts, 10)
        return time.monotonic() - begun

    limit, quick = time.monotonic() + 60, 0
    while quick < 4:
        quick = quick + 1 if await latency(len(said)) < 0.4 else 0
        assert time.monotonic() < limit, "Redis is back, and the processes do not hear each other"
    await town.everybody_has_everything(said)


async def test_redis_that_is_frozen_keeps_nobody_out(found, on_postgresql, redis):
    town = await found(on_postgresql)
    browsers = await town.gather(5)
    redis.freeze()
    try:
        said = talk(browsers, 4)
        await town.gather(10, seconds=10)
        await town.everybody_has_everything(said)
    finally:
        redis.thaw()
    browsers[0].say("thawed")
    await town.everybody_has_everything([*said, "thawed"])


async def test_postgresql_that_is_restarted_loses_nothing(found, on_postgresql, postgresql):
    town = await found(on_postgresql)
    browsers = await town.gather(20)
    said = talk(browsers, 40)
    await until(lambda: len(browsers[0].page.shown) > 100, 20)
    await asyncio.to_thread(postgresql.stop)
    await asyncio.sleep(2)  # a real outage, not a short interruption
    await asyncio.to_thread(postgresql.start)
    await town.everybody_has_everything(said)


async def test_a_process_that_is_frozen_for_thirty_seconds_goes_on_where_it_was(
    found, on_sqlite, on_postgresql
):
    alone, together = await found(on_sqlite), await found(on_postgresql, servers=2)
    frozen = [await alone.gather(10), await together.gather(10)]
    others = await together.gather(10, server=together.servers[1])
    said = [[], talk(frozen[1], 30)]
    # If a frozen process holds a room's lock, the others wait for that room.
    await until(lambda: all(browser.has_said_all for browser in frozen[1]), 20)
    said[0] += talk(frozen[0], 30)
    said[1] += talk(others, 30)
    await until(lambda: len(frozen[0][0].page.shown) > 30, 20)
    await until(lambda: len(others[0].page.shown) > 330, 20)
    for town in (alone, together):
        town.server.freeze()
    await asyncio.sleep(30)  # the duration is what is tested
    assert len(others[0].page.shown) >= 600, "the other process waited for the frozen one"
    for town in (alone, together):
        town.server.thaw()
    await alone.everybody_has_everything(said[0])
    await together.everybody_has_everything(said[1])
