"""Samples of the status page, error pages and responses to refused requests."""

from core.sample import Sample

from ..background.models import KeptTask, Process

TRACEBACK = "Traceback (most recent call last):\n  …\nConnectionRefusedError: nobody answers"
REASONS = ("login", "token", "person", 403, 404, 408, 413, 429, 500, 503, 507, 418)
UPLOADS = (
    (413, "files"),
    (413, "many"),
    (413, "login"),
    (429, "uploads"),
    (503, "busy"),
    (507, "space"),
)
WORDS = {"words": "This was written while nobody was logged in.", "nonce": "n", "person": 1}
ERRORS = ("400", "403", "403_csrf", "404", "408", "413", "429", "431", "500", "503", "507")


def samples(cast):
    return [*systems(cast), *errors(), *refusals()]


def systems(cast):
    processes = [process(cast, 1, "web", 12), process(cast, 2, "worker", 0)]
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
        "files": {
            "store": "database",
            "count": 12,
            "bytes": 42_000_000,
            "largest": 5_000_000,
            "limit": 5 * 2**20,
            "quota": 250 * 2**20,
            "is_small": True,
        },
        "is_shared": False,
    }
    yield Sample("operations/system.html", "busy", page, reader=cast.ana)
    quiet = page | {"processes": [], "tasks": [], "waiting": 0, "readers": 0}
    yield Sample("operations/system.html", "quiet", quiet, reader=cast.ana)


def process(cast, pk, kind, readers):
    figures = {"readers": readers, "memory_bytes": 90_000_000}
    where = {"host": "app.1", "pid": 40 + pk, "version": "1.0", "started_at": cast.NOON}
    return Process(pk=pk, name=str(pk), kind=kind, figures=figures, **where)


def errors():
    for name in ERRORS:
        yield Sample(f"{name}.html", "shown", {"reason": int(name[:3])})
    for status, reason in UPLOADS:
        why = {"reason": reason, "max_files": 50 * 1024**2, "login": "/accounts/login/"}
        yield Sample(f"{status}.html", reason, why)
        yield Sample("_reason.html", f"an upload, {reason}", why, "plain")
    yield Sample("405.html", "shown", {"place": "/"})


def refusals():
    for reason in REASONS:
        refused = {"reason": reason, "wait": "", "login": "/accounts/login/?next=/"}
        yield Sample("_reason.html", str(reason), refused, "plain")
    wait = "You're doing that too fast. Please wait 30 seconds."
    too_often = {"reason": 429, "wait": wait, "login": ""}
    yield Sample("_reason.html", "for so long", too_often, "plain")
    for state, again in (("to be read", ""), ("to be sent again", "/rooms/lobby/messages/")):
        yield Sample("_words.html", state, WORDS | {"again": again}, "plain")
    for state, reason, again in (("logged out", "login", ""), ("an old page", "token", "/")):
        refused = {"reason": reason, "wait": "", "login": "/accounts/login/"}
        fragment = refused | {"nonce": "n", "in_form": bool(again)}
        yield Sample("_refused.html", f"to htmx, {state}", fragment, "plain")
        for template in ("refused.html", "refused_frame.html"):
            yield Sample(template, state, refused | WORDS | {"again": again})
    act = {"reason": 422, "sentences": ["Choose one emoji."], "back": "/rooms/lobby/live/"}
    yield Sample("refused_frame.html", "an act", act)
