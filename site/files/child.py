"""Open a file that a stranger made, in a process of its own with limits: run by `pictures`.

Python's own modules, Pillow, `files.metadata` and `files.markup` only: no Django, no settings, no
database. The file is standard input; a line of JSON on standard output says what was made of it.
"""

import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

SECONDS = 10  # of the processor; the process that started this one waits a little longer
HEAD_SECONDS = 2  # the same for the head of a page
MAX_MEMORY = 400 * 1024**2  # bytes of addresses


def set_limits(output: int, seconds: int = SECONDS) -> None:
    """Limit this process to `seconds`, and each file that it writes to `output` bytes.

    Not every system can: Windows has no limits, and macOS none of memory.
    """
    if hasattr(signal, "alarm"):
        signal.alarm(2 * seconds)  # if nobody is left to kill it
    try:
        import resource
    except ImportError:
        return
    limits = {
        "RLIMIT_CORE": 0,
        "RLIMIT_CPU": seconds,
        "RLIMIT_FSIZE": output,
        "RLIMIT_AS": MAX_MEMORY,
    }
    for name, limit in limits.items():
        try:
            resource.setrlimit(getattr(resource, name), (limit, limit))
        except (AttributeError, ValueError, OSError):
            continue  # lower already, or unknown to this system


def run(job: str, content_type: str, outputs: Sequence[BinaryIO]) -> dict[str, Any]:
    """Do `job`; return what the answer says."""
    with open(0, "rb", closefd=False) as source:
        if job == "clean":
            from files import metadata

            metadata.remove(source, outputs[0], content_type)
            return {}
        if job == "head":
            from files.markup import reading

            return reading.read(source, content_type)
        from files import drawing

        if job == "preview":
            return drawing.draw_preview(source, content_type, outputs[0])
        if job == "avatar":
            return drawing.draw_avatar(source, content_type, outputs[0])
        return drawing.draw(source, content_type, outputs[0], outputs[1])


def main() -> None:
    """The arguments: job, content type (of a page: its charset), bytes to write at most, and
    descriptors to write to."""
    job, content_type, limit, *descriptors = sys.argv[1:]
    set_limits(int(limit), HEAD_SECONDS if job == "head" else SECONDS)
    sys.path.append(str(Path(__file__).parent.parent))
    outputs = [os.fdopen(int(number), "wb") for number in descriptors]
    try:
        answer = run(job, content_type, outputs)
        for output in outputs:
            output.flush()
    except Exception as error:
        # Whatever a hostile file makes a decoder raise.
        answer = {"error": type(error).__name__}
    print(json.dumps(answer), flush=True)
    # Without the clean-up of memory, which takes time.
    os._exit(0)


if __name__ == "__main__":
    main()
