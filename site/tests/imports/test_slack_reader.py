"""What the reader makes of an export of Slack in which everything is that broke importers."""

from datetime import UTC, datetime

import pytest

from tertulia.imports import reasons
from tertulia.imports.records import Broken, Options, Reacted
from tertulia.imports.slack import open_reader

from .slack_archive import PICTURE, write_archive
from .slack_messages import TOKEN, ts


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    return open_reader(write_archive(tmp_path_factory.mktemp("slack") / "export.zip"), Options())


def place(reader, key):
    return next(place for place in reader.places() if place.key == key)


def said(reader, key):
    return list(reader.said(place(reader, key)))


def bodies(reader, key):
    return [each.body for each in said(reader, key)]


def message(reader, key, body):
    return next(each for each in said(reader, key) if each.body.startswith(body))


def test_it_names_its_workspace(reader):
    assert reader.source == "slack:T0TEST"


@pytest.mark.parametrize(
    ("key", "username", "display_name", "email", "is_bot"),
    [
        ("U1", "ana", "ana", "ana@example.com", False),
        ("U2", "bruno", "Bruno", "", False),
        ("U3", "carla", "carla", "", False),
        ("U5", "ana", "ana", "", False),
        ("W4", "gone", "", "", False),
        ("UBOT", "deploys", "deploys", "", True),
        ("B9", "Jenkins", "Jenkins", "", True),
        ("bot:Cron", "Cron", "Cron", "", True),
        ("USLACKBOT", "slackbot", "Slackbot", "", True),
        ("U88", "zoe", "Zoe Z", "", False),
        ("U77", "u77", "", "", False),
        ("U404", "u404", "", "", False),
        ("unknown", "unknown", "Unknown", "", False),
    ],
)
def test_people(reader, key, username, display_name, email, is_bot):
    person = next(person for person in reader.people() if person.key == key)
    assert person == (key, username, display_name, email, is_bot)


def test_everybody_is_there_once(reader):
    keys = [person.key for person in reader.people()]
    assert len(keys) == len(set(keys)) and "U00" not in keys and "B1" not in keys


@pytest.mark.parametrize(
    ("key", "name", "kind", "topic", "members", "is_archived"),
    [
        ("C1", "general", "open", "Talk & [more](https://example.com)", ("U1", "U2", "U77"), False),
        ("C2", "diseño", "open", "What we draw", (), True),
        ("C4", "called-by-id", "open", "", ("U1",), False),
        ("C5", "flagged", "closed", "", (), False),
        ("G1", "secret", "closed", "", ("U1",), False),
        ("D1", "D1", "direct", "", ("U1", "U2"), False),
        ("D2", "D2", "direct", "", ("U1",), False),
        ("G7", "mpdm-ana--bruno--carla-1", "direct", "", ("U1", "U2", "U3"), False),
    ],
)
def test_places(reader, key, name, kind, topic, members, is_archived):
    found = place(reader, key)
    assert found[:5] == (key, name, kind, topic, members) and found.is_archived == is_archived


def test_a_channel_made_in_the_first_second_of_1970_has_no_time(reader):
    assert place(reader, "C1").created_at is None
    assert place(reader, "C2").created_at == datetime(2022, 1, 1, 1, 20, tzinfo=UTC)


def test_messages_come_in_the_order_of_their_times(reader):
    times = [each.created_at for each in said(reader, "C1")]
    assert times == sorted(times) and len(times) > 15
    assert bodies(reader, "C1")[:3] == [
        "Hi @bruno, <b> @here 🎉",
        "to all: @room",
        "second **in** the file",
    ]


def test_keys_are_the_times_as_written_and_unique(reader):
    keys = [each.key for each in said(reader, "C1")]
    assert keys[0] == ts(0) and len(keys) == len(set(keys))
    assert [message(reader, "C1", start).key for start in ("one of two", "two of two")] == [
        ts(19),
        f"{ts(19)}-2",
    ]


@pytest.mark.parametrize(
    ("start", "root"),
    [
        ("reply of the next day", ts(0)),
        ("also to the channel", ts(0)),
        ("first reply to what was deleted", ts(14)),
        ("second reply to what was deleted", ts(14)),
        ("reply to a root that is not here", None),
        ("another reply to that", ts(17)),
        ("Hi ", None),
    ],
)
def test_replies_name_the_root_of_their_thread(reader, start, root):
    assert message(reader, "C1", start).reply_to == root


def test_what_was_deleted_holds_its_thread_and_says_nothing(reader):
    deleted = next(each for each in said(reader, "C1") if each.key == ts(14))
    assert (deleted.body, deleted.deleted_at) == ("", deleted.created_at)


def test_a_broadcast_reply_is_there_once(reader):
    assert bodies(reader, "C1").count("also to the channel") == 1


@pytest.mark.parametrize(
    ("place_key", "start", "author"),
    [
        ("C1", "/me started a huddle", "U2"),
        ("C1", "/me started a call", "U1"),
        ("C1", "of a future kind", "U1"),
        ("C1", "nobody said this", "unknown"),
        ("C1", "by a fault", "unknown"),
        ("C1", "of a stranger", "U88"),
        ("C1", "Slackbot answers", "USLACKBOT"),
        ("C4", "by its user", "UBOT"),
        ("C4", "by its id", "UBOT"),
        ("C4", "a hook", "B9"),
        ("C4", "a name alone", "bot:Cron"),
        ("G1", "nice **one**", "U2"),
    ],
)
def test_authors(reader, place_key, start, author):
    assert message(reader, place_key, start).author_key == author


def test_what_people_do_is_an_action_and_other_slashes_are_text(reader):
    assert "/me waves" in bodies(reader, "C1") and " /me too, as text" in bodies(reader, "C1")


@pytest.mark.parametrize(
    "words", ["joined", "left", "topic", "purpose", "renamed", "archived", "pinned", "reminder"]
)
def test_notices_do_not_come(reader, words):
    assert not any(words in body for body in bodies(reader, "C1"))


def test_what_one_person_saw_does_not_come(reader):
    assert not any("only you" in body for body in bodies(reader, "C1"))


@pytest.mark.parametrize(
    "words",
    [
        "**Build 7**\n**failed**",
        "**Lunch?** Vote",
        "only in blocks",
        "see [the page](https://example.com/a?b=1&c=2)",
    ],
)
def test_texts_of_programs(reader, words):
    assert words in bodies(reader, "C4")


def test_names_of_closed_channels_stay_closed(reader):
    line = message(reader, "C2", "#general").body
    assert line.startswith("#general #diseño") and "secret" not in line


def test_what_cannot_be_stored_is_left_out(reader):
    assert "ab  c" in bodies(reader, "C2")


def test_reactions_of_all_skin_tones_are_one(reader):
    assert message(reader, "C2", "react").reactions == (
        Reacted("👍", ("U1", "U2", "U3")),
        Reacted("🛰️", ("U1",)),
        Reacted(":partyparrot:", ("U404",)),
    )


def test_pins_and_edits(reader):
    assert message(reader, "C2", "react").is_pinned and message(reader, "C1", "Hi").is_pinned
    assert not message(reader, "C1", "to all").is_pinned
    assert message(reader, "C1", "to all").edited_at == datetime(2023, 11, 14, 22, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "name", "is_here"),
    [
        (0, "notes.txt", True),
        (1, "../../etc/passwd", True),
        (2, "big.bin", False),
        (4, "old.txt", False),
        (5, "file", False),
        (6, "file", False),
        (9, "notes.txt", True),
        (10, "Canvas", False),
    ],
)
def test_files(reader, seconds, name, is_here):
    found = next(each for each in said(reader, "G1") if each.key == ts(seconds))
    assert [(file.name, file.open is not None) for file in found.files] == [(name, is_here)]


def test_the_bytes_of_a_file_are_read_in_place(reader):
    found = message(reader, "G1", "here").files[0]
    assert (found.content_type, found.alt) == ("text/plain", "A chart")
    with found.open() as stream:
        assert stream.read() == PICTURE


def test_a_file_elsewhere_is_a_link(reader):
    body = message(reader, "G1", "a document").body
    assert body.startswith("a document\n") and "https://docs.google.com/d/1" in body


def test_no_token_of_an_address_comes_along(reader):
    everything = [repr(said(reader, place.key)) for place in reader.places()]
    assert TOKEN not in "".join(everything) and "pub=1" in everything[5]


def test_everything_that_does_not_come_is_counted(tmp_path):
    reader = open_reader(write_archive(tmp_path / "export.zip"), Options())
    assert list(reader.people())  # reads all messages, but counts nothing
    for each in reader.places():
        said(reader, each.key)
    assert reader.skipped == {
        reasons.NO_ID: 3,
        reasons.NO_PLACE: 1,
        reasons.NO_FOLDER: 1,
        reasons.NOTICE: 9,
        reasons.TWICE: 1,
        reasons.FOR_ONE: 1,
        reasons.EMPTY: 4,
        reasons.NO_TIME: 2,
        reasons.NO_MESSAGE: 4,
        reasons.UNREADABLE: 2,
        reasons.FILE_GONE: 1,
    }


def test_names_here_are_used_once_the_writer_has_told_them(tmp_path):
    reader = open_reader(write_archive(tmp_path / "export.zip"), Options())
    reader.usernames, reader.room_names = {"U2": "bruno-2"}, {"C1": "general-2"}
    assert bodies(reader, "C1")[0].startswith("Hi @bruno-2,")
    assert message(reader, "C2", "#general-2")


def test_a_folder_in_the_archive_is_seen_through(tmp_path):
    reader = open_reader(write_archive(tmp_path / "export.zip", prefix="My export/"), Options())
    assert len(said(reader, "C1")) > 15


@pytest.mark.parametrize("name", ["users.json", "channels.json", "dms.json"])
@pytest.mark.parametrize("value", [[], {}, None, b"", b"[{", b"\xff\xfe[]"])
def test_lists_may_be_empty_or_broken(tmp_path, name, value):
    reader = open_reader(write_archive(tmp_path / "export.zip", {name: value}), Options())
    assert [said(reader, each.key) for each in reader.places()]


def test_an_archive_without_lists_is_refused(tmp_path):
    path = tmp_path / "photo.txt"
    path.write_text("hello")
    with pytest.raises(Broken, match="no export of Slack"):
        open_reader(path, Options())
