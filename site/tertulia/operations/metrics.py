"""What is counted, in Prometheus's text format (https://prometheus.io/docs/instrumenting/).

Each process counts for itself and leaves its figures in its row (tertulia.server.processes), a few
seconds old for all but the one that answers: so one look through a platform's router shows all.
"""

from pathlib import Path

from django.db.models import Sum

from messaging.live.hub import hub
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
}


def figures():
    """Return the figures of this process, {name: number}; reads what is counted anyway."""
    return {
        "readers": sum(len(readers) for readers in list(hub.registry.readers.values())),
        "memory_bytes": memory(),
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
        rows = [(process, process.figures.get(name)) for process in processes]
        samples = {f'process="{process}"': value for process, value in rows if value is not None}
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


def _metric(name, kind, meaning, samples):
    yield f"# HELP tertulia_{name} {meaning}"
    yield f"# TYPE tertulia_{name} {kind}"
    for labels, value in samples.items():
        yield f"tertulia_{name}{'{' + labels + '}' if labels else ''} {value}"
