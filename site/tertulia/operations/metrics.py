"""Metrics in Prometheus's text format (https://prometheus.io/docs/instrumenting/).

Each process stores its figures in its database row (tertulia.server.processes), so one request
returns those of all processes. They are a few seconds old, except for the process that answers.
"""

import asyncio
import threading
from collections import Counter
from pathlib import Path

from django.db import connection
from django.db.models import Sum
from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core.threads import busy_threads
from messaging.live.hub import hub
from messaging.live.post_queue import post_queue
from messaging.notifications.push.sending import counts as pushes
from messaging.webhooks.outgoing.sending import counts as webhooks
from rooms.models import Room

from ..background.models import KeptTask, Process

# Name: (Prometheus's type, help text).
FIGURES = {
    "readers": ("gauge", "Open sockets and streams"),
    "deliveries_total": ("counter", "Pushes handed to readers"),
    "gaps_filled_total": ("counter", "Gaps in the layer's events, filled from the database"),
    "catch_ups_refused_total": ("counter", "Pages told to reload, as they had missed too much"),
    "delivery_lag_seconds": ("summary", "Seconds from commit to delivery"),
    "memory_bytes": ("gauge", "Resident memory"),
    "posts_waiting": ("gauge", "Messages sent over sockets that wait to be stored"),
    "closes_total": ("counter", "WebSockets closed by the server, by close code"),
    "frames_rejected_total": ("counter", "WebSocket frames that were malformed or over the limit"),
    "layer_reconnects_total": ("counter", "Times that the channel layer was lost"),
    "threads_busy": ("gauge", "Threads that run a query or a page, by pool"),
    "threads": ("gauge", "Threads, busy or not"),
    "asyncio_tasks": ("gauge", "Tasks of the event loop: a few, and some for each connection"),
    "open_files": ("gauge", "Open file descriptors, of files and connections"),
    "database_connections": ("gauge", "Connections in the pool of the database"),
    "requests_total": ("counter", "Answered HTTP requests, by class of status"),
    "device_pushes_total": ("counter", "Pushes to people's devices, by what became of them"),
    "webhooks_total": ("counter", "Posts to outgoing webhooks, by what became of them"),
}
# The label of split figures: "closes_total.1013" is closes_total{code="1013"}.
LABELS = {
    "closes_total": "code",
    "threads_busy": "pool",
    "requests_total": "status",
    "device_pushes_total": "outcome",
    "webhooks_total": "outcome",
}

_loop: asyncio.AbstractEventLoop | None = None

requests = Counter({f"requests_total.{number}xx": 0 for number in range(1, 6)})


def counting_requests(send):
    """Wrap ASGI's `send` to count responses by the class of their status."""

    async def counting(message):
        if message["type"] == "http.response.start":
            requests[f"requests_total.{message['status'] // 100}xx"] += 1
        await send(message)

    return counting


def watch(loop):
    """Set the event loop of this process, whose tasks are counted."""
    global _loop
    _loop = loop


def figures():
    """Return the figures of this process, {name: number}, without extra queries."""
    return {
        "readers": sum(len(readers) for readers in list(hub.registry.readers.values())),
        "memory_bytes": memory(),
        "posts_waiting": post_queue.waiting,
        "frames_rejected_total": 0,
        "layer_reconnects_total": 0,
        **resources(),
        **{f"threads_busy.{pool}": number for pool, number in busy_threads().items()},
        **requests,
        **pushes,
        **webhooks,
        **hub.registry.counts,
    }


def resources():
    """Return the figures that grow if something is never closed or never ends."""
    found = {"threads": threading.active_count()}
    if _loop is not None:
        found["asyncio_tasks"] = len(asyncio.all_tasks(_loop))
    folder = Path("/proc/self/fd")
    if folder.is_dir():
        found["open_files"] = sum(1 for _file in folder.iterdir())
    if getattr(connection, "pool", None):
        found["database_connections"] = connection.pool.get_stats()["pool_size"]
    return found


def memory():
    """Return the resident memory of this process in bytes, or 0 if unknown."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def exposition():
    """Return the figures of all processes in Prometheus's text format, as bytes."""
    return generate_latest(Figures())


class Figures(Collector):
    """Collector that reads the site's figures from the database for each request."""

    def collect(self):
        processes = list(Process.objects.alive())
        for name, (kind, meaning) in FIGURES.items():
            yield _of_processes(name, kind, meaning, processes)
        posts = Room.objects.aggregate(posts=Sum("last_position"))["posts"] or 0
        yield GaugeMetricFamily("tertulia_posts", "Messages posted in the rooms that exist", posts)
        tasks = GaugeMetricFamily("tertulia_tasks", "Tasks stored for later", labels=["state"])
        tasks.add_metric(["waiting"], KeptTask.objects.waiting().count())
        tasks.add_metric(["failed"], KeptTask.objects.failed().count())
        yield tasks
        kinds = Counter(process.kind for process in processes)
        running = GaugeMetricFamily("tertulia_processes", "Processes of the site", labels=["kind"])
        for kind in Process.Kind:
            running.add_metric([kind.value], kinds[kind])
        yield running


def _of_processes(name, kind, meaning, processes):
    """Return the metric `name` with a sample for each process and label."""
    metric = Metric(f"tertulia_{name}".removesuffix("_total"), meaning, kind)
    samples = {f"{name}_sum", f"{name}_count"} if kind == "summary" else {name}
    for process in processes:
        for figure, value in process.figures.items():
            sample, _dot, label = figure.partition(".")
            if sample in samples:
                own = {LABELS[name]: label} if label else {}
                metric.add_sample(f"tertulia_{sample}", {"process": str(process), **own}, value)
    return metric
