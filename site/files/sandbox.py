"""Run `child` in a process of its own: what a stranger made is decoded there.

This process imports no decoder. Memory goes back to the system with the child, a decoder that
crashes or hangs takes nothing with it, and no secret is in its environment.
"""

import contextlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from .stores import PIECE

CHILD = Path(__file__).with_name("child.py")
DEADLINE_SECONDS = 12
MAX_ANSWER = 80 * 1024  # bytes
MAX_WRITTEN = 128 * 1024**2  # bytes of each file that a child writes
# What Python needs to start on some platforms, and nothing else.
ENVIRONMENT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PATH", "TMPDIR", "SYSTEMROOT")

logger = logging.getLogger(__name__)


def run(
    job: str, file: BinaryIO, content_type: str, outputs: Sequence[Any], most: int = MAX_WRITTEN
) -> dict[str, Any] | None:
    """Do `job` (see `child`) with `file`; it writes to the temporary files `outputs`.

    Return what it answers. None if it fails, crashes, or takes too long. Raise OSError if there is
    no room for temporary files or processes.
    """
    with _on_disk(file) as source, tempfile.TemporaryFile() as answer:
        descriptors = [output.fileno() for output in outputs]
        process = subprocess.Popen(
            [sys.executable, "-I", CHILD, job, content_type, str(most), *map(str, descriptors)],
            stdin=source,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            pass_fds=descriptors,
            env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
            cwd=tempfile.gettempdir(),
            process_group=0,
        )
        status = _end_of(process)
        answer.seek(0)
        said = _read(answer.read(MAX_ANSWER + 1))
    if status or said is None or "error" in said:
        error = (said or {}).get("error")
        fields = {"job": job, "type": content_type, "status": status, "error": error}
        logger.info("A file cannot be read", extra={"event": "files.unread", "fields": fields})
        return None
    return said


@contextlib.contextmanager
def _on_disk(file: BinaryIO) -> Iterator[Any]:
    """Yield `file`, or a copy on disk if it is only in memory: a child needs a descriptor."""
    file.seek(0)
    try:
        file.fileno()
    except (AttributeError, OSError):
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(file, copy, PIECE)
            copy.seek(0)
            yield copy
    else:
        file.flush()
        yield file
    file.seek(0)


def _end_of(process: subprocess.Popen[bytes]) -> int | None:
    """Wait for the end of the process; return its status, None if it had to be killed."""
    try:
        return process.wait(DEADLINE_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    finally:
        # Its group too, in case that it has started others.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(line)
    except ValueError:  # too long, too, because it is cut
        return None
    return said if isinstance(said, dict) else None
