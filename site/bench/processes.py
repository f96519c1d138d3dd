"""Starts, measures (through /proc) and stops the processes of a run, on their own cores."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE = {CORES[0]}
OTHER_CORES = set(CORES[1:]) or SERVER_CORE
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
SITE = Path(__file__).resolve().parents[1]


class Process:
    """A child process, as a context manager that always stops it.

    `cores` are the processor cores it may use, `log` the file for its output, `user` the account it
    runs as. `environment` is added to ours; the value None removes a variable.
    """

    def __init__(self, command, log, cores, environment=None, *, user=None, directory=None):
        self.log = Path(log)
        variables = os.environ | {"PYTHONPATH": str(SITE)} | (environment or {})
        with self.log.open("ab") as output:
            self.child = subprocess.Popen(
                command,
                env={name: value for name, value in variables.items() if value is not None},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=directory,
                **({"user": user, "group": user, "extra_groups": []} if user else {}),
            )
        os.sched_setaffinity(self.child.pid, cores)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()

    def wait_for_port(self, port, seconds=60):
        """Wait until 127.0.0.1:`port` accepts connections; raise with the log on a timeout."""

        def connects():
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                return False
            return True

        self.wait_until(connects, seconds)

    def wait_until(self, ready, seconds=60):
        """Wait until `ready()` is true; raise with the log on a timeout."""
        limit = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > limit or self.child.poll() is not None:
                raise RuntimeError(f"{self.child.args} does not answer:\n{self.log_end()}")
            time.sleep(0.05)

    def cpu_seconds(self):
        """Return the seconds of processor time of all its threads, in user and kernel mode."""
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND

    def memory(self):
        """Return the resident memory in KiB."""
        for line in Path(f"/proc/{self.child.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Rss:"):
                return int(line.split()[1])
        return 0

    def peak_memory(self):
        """Return the most resident memory since the process began, in KiB."""
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0])

    def log_end(self):
        return self.log.read_text(errors="replace")[-2000:]

    def errors(self):
        """Return the number of tracebacks in its log."""
        return self.log.read_bytes().count(b"Traceback (most recent call last)")

    def stop(self):
        if self.child.poll() is not None:
            return
        self.child.send_signal(signal.SIGTERM)
        try:
            self.child.wait(12)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


def prepare_generator():
    """Pin this process to its core, raise its limit of sockets, and make SIGTERM clean up."""
    if len(CORES) < 2:
        print("bench: one core only: generator and server disturb each other", file=sys.stderr)
    os.sched_setaffinity(0, OTHER_CORES)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def free_port():
    """Return a free TCP port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
