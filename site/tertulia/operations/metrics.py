"""What is counted, in Prometheus's text format (https://prometheus.io/docs/instrumenting/).

Each process counts for itself and leaves its figures in its row (tertulia.server.processes), a few
seconds old for all but the one that answers: so one look through a platform's router shows all.
"""

from collections import Counter
from pathlib import Path

from django.db.models import Sum

from core.threads import busy_threads
from messaging.live.hub import hub
from messaging.live.post_queue import post_queue
from rooms.models import Room

from ..background.models import KeptTask, Process

# Name: (Prometheus's type, what it says).
FIGURES = {
    "readers": ("gauge", "Open sockets and streams"),
    "deliveries_total": ("counter", "Pushes handed to readers"),
    "gaps_filled_total": ("counter", "Gaps in the layer's events, filled from the database"),
    "catch_ups_refused_total": ("counter", "Pages told to reload, as they had missed too much"),
    "delivery_lag_seconds_sum": ("counter", "Seconds from commit to delivery, added"),
    "delivery_lag_seconds_count": ("counter", "Changes whose lag was added"),
    "memory_bytes": ("gauge", "Resident memory"),
    "posts_waiting": ("gauge", "Messages sent over sockets that wait to be stored"),
    "closes_total": ("counter", "WebSockets closed by the server, by close code"),
    "frames_rejected_total": ("counter", "WebSocket frames that were malformed or over the limit"),
    "layer_reconnects_total": ("counter", "Times that the channel layer was lost"),
    "threads_busy": ("gauge", "Threads that run a query or a page, by pool"),
    "requests_total": ("counter", "Answered HTTP requests, by class of status"),
}
# The label of figures that are counted apart: "closes_total.1013" is closes_total{code="1013"}.
LABELS = {"closes_total": "code", "threads_busy": "pool", "requests_total": "status"}

requests = Counter({f"requests_total.{number}xx": 0 for number in range(1, 6)})


def counting_requests(send):
    """Return ASGI's `send`, which counts the answer by the class of its status."""

    async def counting(message):
        if message["type"] == "http.response.start":
            requests[f"requests_total.{message['status'] // 100}xx"] += 1
        await send(message)

    return counting


def figures():
    """Return the figures of this process, {name: number}; reads what is counted anyway."""
    return {
        "readers": sum(len(readers) for readers in list(hub.registry.readers.values())),
        "memory_bytes": memory(),
        "posts_waiting": post_queue.waiting,
        "frames_rejected_total": 0,
        "layer_reconnects_total": 0,
        **{f"threads_busy.{pool}": number for pool, number in busy_threads().items()},
        **requests,
        **hub.registry.counts,
    }


def memory():
    """Return the resident memory of this process in bytes; 0 where the system does not say."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def exposition():
    """Return all figures of the site as Prometheus reads them."""
    lines = []
    processes = list(Process.objects.alive())
    for name, (kind, meaning) in FIGURES.items():
        samples = {
            _labels(process, figure): value
            for process in processes
            for figure, value in process.figures.items()
            if figure.partition(".")[0] == name
        }
        lines += _metric(name, kind, meaning, samples)
    posts = Room.objects.aggregate(posts=Sum("last_position"))["posts"] or 0
    lines += _metric("posts", "gauge", "Messages posted in the rooms that there are", {"": posts})
    tasks = {
        'state="waiting"': KeptTask.objects.waiting().count(),
        'state="failed"': KeptTask.objects.failed().count(),
    }
    lines += _metric("tasks", "gauge", "Tasks kept for later", tasks)
    kinds = {f'kind="{kind}"': 0 for kind in Process.Kind}
    for process in processes:
        kinds[f'kind="{process.kind}"'] += 1
    lines += _metric("processes", "gauge", "Processes of the site", kinds)
    return "\n".join([*lines, ""])


def _labels(process, figure):
    """Return the labels of a figure of a process, as Prometheus writes them."""
    name, _dot, value = figure.partition(".")
    own = f',{LABELS[name]}="{value}"' if value else ""
    return f'process="{process}"{own}'


def _metric(name, kind, meaning, samples):
    yield f"# HELP tertulia_{name} {meaning}"
    yield f"# TYPE tertulia_{name} {kind}"
    for labels, value in samples.items():
        yield f"tertulia_{name}{'{' + labels + '}' if labels else ''} {value}"
