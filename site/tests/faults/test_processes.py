"""Several processes with and without Redis, and the shutdown of one."""

import asyncio
import time

import pytest

from .browsers import talk, until


async def test_two_processes_with_redis_are_one_town(found, on_postgresql):
    town = await found(on_postgresql, servers=2)
    here = await town.gather(10)
    there = await town.gather(10, server=town.servers[1])
    said = talk(here + there, 20)
    await town.everybody_has_everything(said)
    here[0].connection.send(typing=1)
    await until(lambda: any('class="typist"' in push for push in there[0].page.taken), 10)


@pytest.mark.parametrize("together", [True, False])
async def test_two_processes_without_redis_deliver_some_seconds_late(found, on_sqlite, together):
    if together:  # uvicorn starts both, because it reads WEB_CONCURRENCY itself
        town = await found(on_sqlite, WEB_CONCURRENCY="2")
        here, there = await town.gather(10), await town.gather(10)
        log = town.server.log.read_text()
        assert "WEB_CONCURRENCY=2 without Redis" in log
    else:
        town = await found(on_sqlite, servers=2)
        here = await town.gather(10)
        there = await town.gather(10, server=town.servers[1])
    said = talk(here + there, 10)
    await until(lambda: all(browser.has_said_all for browser in town.browsers), 20)
    await town.everybody_has_everything(said, seconds=10)


async def test_sigterm_says_come_back_and_ends_with_what_was_in_flight(town):
    browsers = await town.gather(20)
    said = talk(browsers, 40)
    await until(lambda: len(browsers[0].page.shown) > 100, 20)
    begun = time.monotonic()
    await asyncio.to_thread(town.server.stop)
    took = time.monotonic() - begun
    print(f"\n  the process ended {took:.1f} s after SIGTERM")
    assert [browser.codes[0] for browser in browsers] == [1012] * 20
    acknowledged = {text for browser in browsers for text in browser.page.acknowledged}
    assert acknowledged <= {body for _, _, body in town.stored()}
    assert took < 10
    await asyncio.to_thread(town.server.start)
    await town.everybody_has_everything(said)


async def test_sigterm_waits_for_a_stalled_reader_no_longer_than_it_may(found, on_sqlite):
    town = await found(on_sqlite)
    writers = await town.gather(10)
    (stalled,) = await town.gather(1, receive_buffer=4_096)
    stalled.connection.transport.pause_reading()
    said = [f"{number} " + "x" * 7_900 for number in range(800)]
    for number, text in enumerate(said):
        writers[number % 10].say(text)
    await until(lambda: all(writer.has_said_all for writer in writers), 60)
    begun = time.monotonic()
    await asyncio.to_thread(town.server.stop)
    took = time.monotonic() - begun
    print(f"\n  the process ended {took:.1f} s after SIGTERM")
    assert took < 12  # ten for the connection, the rest for the shutdown
    await asyncio.to_thread(town.server.start)
    stalled.connection.transport.resume_reading()
    await town.everybody_has_everything(said)
