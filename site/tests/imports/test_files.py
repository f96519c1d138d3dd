"""Files of imported messages: stored as uploads are, or a line that names them."""

import io

import pytest

from files.models import Blob
from files.tests.conftest import bucket, faulty, s3, use  # noqa: F401 (fixtures)
from files.tests.makers import jpeg
from messaging.attachments.models import Attachment
from tertulia.imports import reasons
from tertulia.imports.records import FileHere, Unreadable

from .records import GENERAL, bring, room, said

pytestmark = pytest.mark.django_db


def file(name="note.txt", data=b"some words", **more):
    return FileHere(name, open=lambda: io.BytesIO(data), **more)


def brought(by, *files, wanted=True, **fields):
    """Import a message with `files`; return its (run, Message)."""
    done = bring({GENERAL: [said(1, files=files, **fields)]}, by, files=wanted)
    return done, room().messages.order_by("position").first()


@pytest.mark.parametrize("kind", ["folder", "database", "s3"])
def test_a_file_is_stored_wherever_files_are(ana, use, client_of, kind):  # noqa: F811
    use(kind)
    done, message = brought(ana, file(alt="what it says"))
    [shown] = message.files
    assert (shown.name, shown.size, shown.alt) == ("note.txt", 10, "what it says")
    response = client_of(ana).get(shown.address)
    assert b"".join(response.streaming_content if response.streaming else [response.content])
    assert done.done[reasons.FILES] == 1


def test_a_picture_is_drawn_anew_and_tells_no_place(ana):
    _done, message = brought(ana, file("p.jpg", jpeg(orientation=6)), body="")
    [shown] = message.files
    assert (shown.kind, shown.width > 0, shown.small is not None) == ("picture", True, True)
    assert Blob.objects.get().claimed_at is not None


def test_what_says_it_is_a_picture_is_what_its_content_is(ana):
    page = b"<!DOCTYPE html><script>alert(1)</script>"
    _done, message = brought(ana, file("p.png", page, content_type="image/png"))
    assert message.files[0].kind != "picture"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\x\\passwd", "a\0b/passwd", "\u202epasswd", "passwd" * 90]
)
def test_the_name_of_a_file_leads_nowhere(ana, name):
    _done, message = brought(ana, file(name))
    assert not {"/", "\\", "\0", "\u202e"} & {*message.files[0].name}
    assert len(message.files[0].name) <= 120


def test_without_files_a_line_names_each(ana):
    done, message = brought(ana, file("a `b` **c** @here.txt"), body="Look", wanted=False)
    assert message.body == "Look\nFile: `a 'b' **c** @here.txt` (not brought along)"
    assert "data-mention" not in message.body_html
    assert done.skipped == {reasons.FILE_NOT_CHOSEN: 1}
    assert Attachment.objects.count() == 0


def test_what_is_not_in_the_archive_is_a_line(ana):
    done, message = brought(ana, FileHere("lost.pdf"), body="")
    assert message.body == "File: `lost.pdf` (not brought along)"
    assert done.skipped == {reasons.FILE_NOT_HERE: 1}


def broken():
    raise Unreadable


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (file(data=b""), reasons.FILE_EMPTY),
        (file(data=b"x" * 3000), reasons.FILE_TOO_LARGE),
        (FileHere("x.txt", open=broken), reasons.UNREADABLE),
    ],
)
def test_a_file_that_cannot_be_stored_is_a_line_and_the_next_one_comes(
    ana, settings, given, reason
):
    settings.FILES_LIMIT = 2000
    done, message = brought(ana, given, file("next.txt"))
    assert [shown.name for shown in message.files] == ["next.txt"]
    assert "(not brought along)" in message.body
    assert done.skipped == {reason: 1}


def test_a_full_store_leaves_lines(ana, settings):
    settings.FILES_QUOTA = 15
    done, message = brought(ana, file(), file("b.txt"))
    assert len(message.files) == 1
    assert done.skipped == {reasons.FILE_NO_SPACE: 1}


def test_a_store_that_does_not_answer_leaves_lines(ana, use, faulty):  # noqa: F811
    faulty.fault = 500
    done, message = brought(ana, file())
    assert done.skipped == {reasons.FILE_NOT_STORED: 1}
    assert "(not brought along)" in message.body


def test_more_files_than_a_message_can_have_go_on_in_the_next(ana):
    brought(ana, *(file(f"{n}.txt") for n in range(23)))
    messages = room().messages.order_by("position")
    assert [len(message.files) for message in messages] == [10, 10, 3]


def test_who_cannot_see_the_room_cannot_open_its_files(ana, eve, client_of):
    place = GENERAL._replace(kind="closed")
    bring({place: [said(1, files=(file(),))]}, ana, files=True)
    [shown] = room().messages.get().files
    assert client_of(eve).get(shown.address).status_code == 404
