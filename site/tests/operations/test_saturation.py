"""The metrics show an overloaded process."""

import asyncio
import re
import threading

import pytest
from prometheus_client.parser import text_string_to_metric_families

from core.threads import busy_threads, in_page
from messaging.live.hub import hub
from messaging.live.post_queue import PostQueue
from tertulia.operations import metrics
from tertulia.server.processes import Lease


@pytest.fixture
def scraped(client, settings):
    """Return a function that reads the metrics, {name: {label of its own or "": value}}."""
    settings.METRICS_TOKEN = "token"

    def read():
        Lease("web").renew()
        response = client.get("/metrics", headers={"Authorization": "Bearer token"})
        return response.text

    return read


def test_every_figure_of_saturation_is_there_from_the_start(db, scraped):
    text = scraped()
    for name in ("posts_waiting", "frames_rejected_total", "layer_reconnects_total"):
        assert f"\ntertulia_{name}{{process=" in text
    for label in ('pool="pages"', 'pool="consumers"', 'status="2xx"', 'status="5xx"'):
        assert label in text


def test_closes_are_counted_by_their_code(db, scraped, monkeypatch):
    monkeypatch.setitem(hub.registry.counts, "closes_total.1013", 3)
    lines = [line for line in scraped().splitlines() if line.startswith("tertulia_closes_total")]
    assert [line.rpartition(" ")[2] for line in lines if '{code="1013",' in line] == ["3.0"]


def test_every_figure_has_a_meaning(db):
    names = {name.partition(".")[0] for name in metrics.figures()}
    assert {re.sub("_seconds_(sum|count)$", "_seconds", name) for name in names} <= {
        *metrics.FIGURES
    }


def test_the_lag_is_a_summary_and_the_names_are_prometheuss(db, scraped, monkeypatch):
    monkeypatch.setitem(hub.registry.counts, "delivery_lag_seconds_sum", 0.5)
    monkeypatch.setitem(hub.registry.counts, "delivery_lag_seconds_count", 4)
    families = {each.name: each for each in text_string_to_metric_families(scraped())}
    lag = families["tertulia_delivery_lag_seconds"]
    assert {sample.name: sample.value for sample in lag.samples} == {
        "tertulia_delivery_lag_seconds_sum": 0.5,
        "tertulia_delivery_lag_seconds_count": 4,
    }
    assert families["tertulia_deliveries"].type == "counter"


@pytest.mark.parametrize(("status", "kind"), [(200, "2xx"), (304, "3xx"), (429, "4xx")])
async def test_an_answer_is_counted_by_the_class_of_its_status(status, kind):
    sent = []

    async def send(message):
        sent.append(message)

    before = metrics.requests[f"requests_total.{kind}"]
    counting = metrics.counting_requests(send)
    await counting({"type": "http.response.start", "status": status})
    await counting({"type": "http.response.body"})
    assert metrics.requests[f"requests_total.{kind}"] == before + 1
    assert len(sent) == 2


async def test_a_thread_is_busy_while_it_works_and_not_after_it_fails(db):
    begun, go_on = threading.Event(), threading.Event()

    def work():
        begun.set()
        go_on.wait(10)
        raise ValueError

    before = busy_threads()["pages"]
    task = asyncio.ensure_future(in_page(work)())
    assert await asyncio.to_thread(begun.wait, 10)
    during = busy_threads()["pages"]
    go_on.set()
    with pytest.raises(ValueError):
        await task
    assert (during, busy_threads()["pages"]) == (before + 1, before)


def test_messages_that_wait_are_counted():
    queue = PostQueue()
    queue._waiting = [1, 2, 3]
    assert queue.waiting == 3
