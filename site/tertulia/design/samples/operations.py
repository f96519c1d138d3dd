"""The state of the site, and what leaves it as files."""

from tertulia.background.models import KeptTask, Process

from .. import cast
from ..drawing import Sample

TRACEBACK = "Traceback (most recent call last):\n  …\nConnectionRefusedError: nobody answers"


def samples():
    return [*systems(), *exports()]


def systems():
    processes = [process(1, "web", 12), process(2, "worker", 0)]
    failed = KeptTask(
        pk=1, path="tertulia.mails.send", status="FAILED", error=TRACEBACK, workers=["a"]
    )
    failed.started_at = cast.NOON
    troubled = KeptTask(
        pk=2, path="tertulia.data.backup.back_up", error=TRACEBACK, workers=["a", "b"]
    )
    troubled.started_at = cast.NOON
    for each in processes:
        yield Sample("operations/_process.html", each.kind, {"process": each}, "list", cast.ana)
    for state, task in (("failed", failed), ("tried again", troubled)):
        yield Sample("operations/_task.html", state, {"task": task}, "list", cast.ana)
    page = {
        "processes": processes,
        "readers": 12,
        "waiting": 1,
        "tasks": [failed, troubled],
        "versions": [("Tertulia", "1.0"), ("Python", "3.13.0")],
        "database_size": 42_000_000,
        "is_shared": False,
    }
    yield Sample("operations/system.html", "busy", page, reader=cast.ana)
    quiet = page | {"processes": [], "tasks": [], "waiting": 0, "readers": 0}
    yield Sample("operations/system.html", "quiet", quiet, reader=cast.ana)


def process(pk, kind, readers):
    figures = {"readers": readers, "memory_bytes": 90_000_000}
    where = {"host": "app.1", "pid": 40 + pk, "version": "1.0", "started_at": cast.NOON}
    return Process(pk=pk, name=str(pk), kind=kind, figures=figures, **where)


def exports():
    room = {"room": cast.lobby, "language": "en"}
    yield Sample("operations/_room_exports.html", "ways", room, "plain", cast.ana)
    messages = {"messages": cast.talk}
    yield Sample("operations/exported_messages.html", "talk", messages, "plain")
    yield Sample("operations/exported_room_head.html", "begins", room, "code")
    yield Sample("operations/exported_room_tail.html", "ends", {}, "code")
