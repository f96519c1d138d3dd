"""The counters of sockets for the metrics."""

import json

import pytest

from messaging.live.hub import hub

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def counted(monkeypatch):
    """The counters from now on."""
    counts = type(hub.registry.counts)()
    monkeypatch.setattr(hub.registry, "counts", counts)
    return counts


@pytest.mark.parametrize(("frame", "code"), [("{", 1007), (b"\xff", 1003)])
async def test_a_frame_that_is_malformed_is_counted_and_so_is_the_close(
    arrive, lobby, ana, counted, frame, code
):
    page = await arrive(ana, lobby)
    await page.send_frame(frame)
    assert await page.closed() == code
    assert (counted["frames_rejected_total"], counted[f"closes_total.{code}"]) == (1, 1)


async def test_a_page_that_is_not_allowed_in_is_counted(arrive, den, eve, counted):
    page = await arrive(eve, den, cursor=None)
    assert await page.closed() == 4404
    assert counted["closes_total.4404"] == 1


async def test_every_frame_over_the_limit_is_counted(arrive, lobby, ana, counted, settings):
    settings.RATE_LIMITS = True
    page = await arrive(ana, lobby)
    for _ in range(300):
        await page.send_frame(json.dumps({"nothing": "x"}))
    assert await page.closed() == 1008
    assert counted["frames_rejected_total"] > 60
    assert counted["closes_total.1008"] == 1
