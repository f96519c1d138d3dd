"""While a member floods a room with texts that are slow to parse, others are served as usual."""

import asyncio
import time
from urllib.request import Request, urlopen

import pytest

from .browsers import until

LETTERS = 8_000
FRAMES = 58  # as many as the limit on frames allows at once
MOST_SECONDS = 2.0  # for another user's post or page, on a busy machine


@pytest.mark.parametrize("unit", ["://", "> a\nb\n", "@a *a* "])
async def test_heavy_texts_of_one_person_delay_nobody_else(found, on_sqlite, unit):
    town = await found(on_sqlite)
    loud, other = await town.gather(2)
    read(town, "/rooms/square/")  # the first one compiles the templates, which is not measured
    for number in range(FRAMES):
        body = f"{number} {unit * LETTERS}"[:LETTERS]
        loud.connection.send(body=body, nonce=f"heavy-{number}")
    waited = {}
    for number in range(3):
        waited[f"post {number}"] = await seconds_of(post(other, f"hi {number}"))
        waited[f"page {number}"] = await seconds_of(asyncio.to_thread(read, town, "/rooms/square/"))
        waited[f"health {number}"] = await seconds_of(asyncio.to_thread(read, town, "/healthz"))
    print(f"\n  {unit!r}: { ({name: round(s * 1000) for name, s in waited.items()}) } ms")
    assert max(waited.values()) < MOST_SECONDS
    await until(lambda: len(loud.page.acknowledged) == FRAMES, 60)
    assert loud.codes == other.codes == []


async def seconds_of(awaitable):
    begun = time.monotonic()
    await awaitable
    return time.monotonic() - begun


async def post(browser, text):
    browser.say(text)
    await until(lambda: browser.has_said_all, 60)


def read(town, path):
    cookie = {"Cookie": town.cookies[1]}
    with urlopen(Request(f"{town.server.url}{path}", headers=cookie), timeout=60) as answer:
        assert answer.status == 200
        assert "/accounts/" not in answer.url
