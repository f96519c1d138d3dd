"""Files of a room, of a person and of a message: their lists, and the forms that change them."""

from copy import copy

from core.sample import Sample, refused

from ..attachments.models import Attachment
from ..attachments.snapshots import File
from .forms import ChosenFilesForm, FilterForm, MessageFilesForm

FOLDER = "messaging/shared_files"
PICTURE = File(1, "k" * 22, "Kitchen.jpg", "picture", 90_000, "The kitchen", 800, 600, (400, 300))
FILES = [
    PICTURE,
    File(2, "m" * 22, "A walk through the garden.mp4", "video", 9_000_000),
    File(3, "p" * 22, "تقرير-2026.pdf", "other", 1_200_000),
    File(4, "t" * 22, "a-name-that-goes-on-" * 5 + ".txt", "text", 12),
    File(5, "a" * 22, "Song.mp3", "audio", 4_000_000),
]
TOTAL = {"count": 12, "bytes": 34_000_000}


def samples(cast):
    return [*fragments(cast), *lists(cast), *own(cast), *of_a_message(cast)]


def fragments(cast):
    for file in FILES:
        yield Sample(f"{FOLDER}/_file.html", file.kind, {"file": file}, "plain", cast.ana)
        yield Sample(f"{FOLDER}/_kind.html", file.kind, {"kind": file.kind}, "plain", cast.ana)
    for state, total in (("some", TOTAL), ("none", {"count": 0, "bytes": 0})):
        yield Sample(f"{FOLDER}/_total.html", state, {"total": total}, "plain", cast.ana)
        yield Sample(f"{FOLDER}/_count.html", state, {"total": total}, "plain", cast.ana)
    item = {"address": "/messages/1/", "it": "message by Ana"}
    yield Sample(f"{FOLDER}/_item.html", "as it is", item, "plain", cast.ana)
    yield Sample(f"{FOLDER}/_filter.html", "as it is", {"form": FilterForm({})}, "plain", cast.ana)
    for older_than in (None, 7):
        older = {"older_than": older_than}
        yield Sample(f"{FOLDER}/_older.html", f"{older_than}", older, "plain", cast.ana)
    for has_filter in (False, True):
        nothing = {"form": FilterForm({}), "has_filter": has_filter}
        yield Sample(f"{FOLDER}/_nothing.html", f"{has_filter}", nothing, "plain", cast.ana)


def rows(cast, reasons=("", "archived", "muted", "banned")):
    """Return attachments as the lists show them."""
    found = []
    for number, file in enumerate(FILES):
        attachment = Attachment(
            pk=file.id, name=file.name, owner=cast.people[number % 3], message=cast.own
        )
        attachment.shown = file
        attachment.room_title = None if number == 1 else cast.lobby.name
        attachment.kept_by = reasons[number % len(reasons)]
        found.append(attachment)
    return found


def lists(cast):
    page = {"room": cast.lobby, "membership": cast.member, "form": FilterForm({}), "files": []}
    page |= {"older_than": None, "has_filter": False}
    refusal = refused(FilterForm({"q": "x"}), q="Too long by 3 characters.")
    states = {
        "some": {"files": rows(cast), "older_than": 3},
        "none": {},
        "none found": {"has_filter": True, "form": FilterForm({"q": "plan"})},
        "refused": {"form": refusal},
    }
    for state, context in states.items():
        yield Sample(f"{FOLDER}/files.html", state, page | context, reader=cast.bruno)


def own(cast):
    page = {"form": FilterForm({}), "files": rows(cast), "older_than": 3, "has_filter": False}
    page |= {"total": TOTAL, "chosen": None}
    none = refused(ChosenFilesForm({}), file="Choose a file first.")
    states = {"some": {}, "none chosen": {"chosen": none}, "none": {"files": []}}
    for state, context in states.items():
        yield Sample(f"{FOLDER}/own_files.html", state, page | context, reader=cast.ana)
    for attachment in rows(cast):
        context = {"attachment": attachment}
        for name in ("_own", "_place"):
            yield Sample(f"{FOLDER}/{name}.html", f"{attachment.pk}", context, "list", cast.ana)
    for files in (rows(cast, [""]), rows(cast, [""])[:1], []):
        context = {"files": files}
        yield Sample(f"{FOLDER}/delete_files.html", f"{len(files)}", context, reader=cast.ana)


def of_a_message(cast):
    for state, files, words in (
        ("several", FILES, "Of yesterday"),
        ("the last", [PICTURE], ""),
        ("none", [], "Of yesterday"),
    ):
        message = copy(cast.own)
        message.body = words
        message.extras = {"files": [file._asdict() for file in files]}
        form = MessageFilesForm(None, message)
        context = {"message": message, "room": cast.lobby, "form": form, "viewer": cast.ana}
        yield Sample(f"{FOLDER}/message_files.html", state, context, reader=cast.ana)
        yield Sample(f"{FOLDER}/_message_files.html", state, context, "conversation", cast.ana)
    form = refused(MessageFilesForm({}, message), form=MessageFilesForm.LAST)
    yield Sample(
        f"{FOLDER}/_message_files.html",
        "refused",
        context | {"form": form},
        "conversation",
        cast.ana,
    )
