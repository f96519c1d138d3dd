"""The gallery's samples of the page of imports."""

from core.sample import Sample

from . import reasons
from .models import Import
from .shown import OPTIONS, SOURCES, Shown

DONE = [(reasons.MESSAGES, 98_412), (reasons.REACTIONS, 12_003), (reasons.ROOMS, 24)]
SKIPPED = [(reasons.NOTICE, 1_204), (reasons.FILE_NOT_HERE, 310), (reasons.NO_EMOJI, 12)]


def samples(cast):
    running = Shown(run(cast, 3, "slack", "export.zip"), "running", DONE, [])
    stopped = Shown(run(cast, 2, "irc", "logs"), "stopped", DONE[:1], SKIPPED[:1])
    ended = Shown(run(cast, 1, "slack", "spring.zip"), "ended", DONE, SKIPPED)
    for each in (running, stopped, ended):
        context = {"import": each}
        yield Sample("operations/_import.html", each.state, context, "list", cast.ana)
    page = {"imports": [running, stopped, ended], "sources": SOURCES, "options": OPTIONS}
    yield Sample("operations/imports.html", "some", page, reader=cast.ana)
    yield Sample("operations/imports.html", "none", page | {"imports": []}, reader=cast.ana)


def run(cast, pk, source, name):
    return Import(
        pk=pk,
        source=source,
        name=name,
        started_by=cast.ana,
        started_at=cast.NOON,
        told_at=cast.NOON,
    )
