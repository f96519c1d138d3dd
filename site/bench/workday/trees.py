"""Measures a server with all its processes: uvicorn starts the web processes as its children."""

from pathlib import Path

from bench.processes import TICKS_A_SECOND


def processes(pid):
    """Return the ids of a process and of all that it has started."""
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


def cpu_seconds(pid):
    """Return {process id: seconds of processor time} of a tree, in user and kernel mode."""
    seconds = {}
    for each in processes(pid):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        seconds[each] = (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND
    return seconds


def memory(pid):
    """Return the resident memory of a tree in MiB."""
    return sum(map(_memory_of, processes(pid)))


def _memory_of(pid):
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            return int(line.split()[1]) / 1024
    return 0


def open_files(pid):
    """Return the number of file descriptors of a tree, its sockets among them."""
    return sum(len(list(Path(f"/proc/{each}/fd").iterdir())) for each in processes(pid))
