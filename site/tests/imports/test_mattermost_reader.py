"""What the reader makes of an export of Mattermost in which everything is that broke importers."""

from datetime import UTC, datetime

import pytest

from tertulia.imports import reasons
from tertulia.imports.mattermost import open_reader
from tertulia.imports.records import Broken, Options, Reacted

from .mattermost_archive import LISTS, PICTURE, START, post, said, write_archive

TOWN = "core/town-square"


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    path = write_archive(tmp_path_factory.mktemp("mattermost") / "e.zip", more=b'{"cut\n\n\xff\n')
    return open_reader(path, Options())


def place(reader, key):
    return next(place for place in reader.places() if place.key == key)


def read(reader, key=TOWN):
    return list(reader.said(place(reader, key)))


def bodies(reader, key=TOWN):
    return [each.body for each in read(reader, key)]


def message(reader, start, key=TOWN):
    return next(each for each in read(reader, key) if each.body.startswith(start))


@pytest.mark.parametrize(
    ("key", "display_name", "email", "is_bot"),
    [
        ("ana", "Anita", "ana@example.com", False),
        ("bruno", "Bruno Test", "bruno@example.com", False),
        ("voldemort", "", "", False),
        ("ci", "CI", "", True),
        ("nobody.here", "", "", False),
        ("webhook:Deploys", "", "", True),
    ],
)
def test_people(reader, key, display_name, email, is_bot):
    person = next(person for person in reader.people() if person.key == key)
    assert person[2:] == (display_name, email, is_bot)


@pytest.mark.parametrize(
    ("key", "name", "kind", "topic", "members", "is_archived"),
    [
        (TOWN, "Town Square (Core)", "open", "All", ("ana", "bruno"), False),
        ("sales/town-square", "Town Square (sales)", "open", "", (), False),
        ("core/board", "board", "closed", "Us", ("ana",), False),
        ("core/old", "Old", "open", "", (), True),
        ("core/odd", "Odd", "closed", "", (), False),
        ("direct:ana,bruno", "ana, bruno", "direct", "", ("ana", "bruno"), False),
        ("direct:ana,ci", "ana, ci", "direct", "", ("ana", "ci"), False),
        ("direct:ana", "ana", "direct", "", ("ana",), False),
        (
            "direct:ana,bruno,voldemort",
            "ana, bruno, voldemort",
            "direct",
            "",
            ("ana", "bruno", "voldemort"),
            False,
        ),
    ],
)
def test_places(reader, key, name, kind, topic, members, is_archived):
    found = place(reader, key)
    assert (*found[1:5], found.is_archived) == (name, kind, topic, members, is_archived)


def test_posts_and_replies_come_in_the_order_of_their_times(reader):
    times = [each.created_at for each in read(reader)]
    assert times == sorted(times) and bodies(reader)[-1] == "the last of all"
    assert times[0] == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_keys_are_unique(reader):
    keys = [each.key for each in read(reader)]
    assert len(keys) == len(set(keys))
    assert [message(reader, start).key for start in ("one", "two")] == [
        f"{START + 600}:ana",
        f"{START + 600}:ana-2",
    ]


def test_replies_name_their_root(reader):
    root = message(reader, "Hi ").key
    assert [message(reader, f"{n} reply").reply_to for n in ("first", "second")] == [root, root]
    assert message(reader, "first reply").is_pinned


def test_the_first_reply_takes_the_place_of_a_root_that_does_not_come(reader):
    first, second = message(reader, "a"), message(reader, "b")
    assert first.reply_to is None and second.reply_to == first.key


def test_names_in_texts_are_those_here(tmp_path):
    reader = open_reader(write_archive(tmp_path / "e.zip"), Options())
    reader.usernames, reader.room_names = {"bruno": "bruno-2"}, {"core/old": "old-2"}
    assert message(reader, "Hi").body == (
        "Hi @bruno-2. @room ~board #old-2 ~~gone~~ and `@bruno` https://example.com/@bruno"
    )


def test_closed_channels_are_not_named(reader):
    assert bodies(reader, "core/board") == ["for the board: #Town Square"]
    assert "~board" in message(reader, "Hi").body


def test_edits_and_reactions(reader):
    root = message(reader, "Hi ")
    assert root.edited_at == datetime(2023, 11, 14, 22, 14, 20, tzinfo=UTC)
    assert message(reader, "one").edited_at is None
    assert root.reactions == (Reacted("👍", ("bruno", "ana")), Reacted(":partyparrot:", ("bruno",)))


@pytest.mark.parametrize(
    ("start", "author"),
    [
        ("by a hook", "webhook:Deploys"),
        ("by a bot", "ci"),
        ("of a stranger", "nobody.here"),
        ("/me waves", "ana"),
    ],
)
def test_authors(reader, start, author):
    assert message(reader, start).author_key == author


def test_attachments_are_quoted(reader):
    assert message(reader, "before").body == (
        "before\n> [Build 7](https://ci.example.com/7)\n> **failed**\n> for @bruno\n"
        "> Branch: main\n> 3\n\nonly this"
    )


def test_pictures_and_titles_of_links_become_links(reader):
    assert message(reader, "[A chart]").body == (
        "[A chart](https://example.com/c.png) and [it](https://a.example)"
    )


def test_files_are_read_in_place(reader):
    files = [file for each in read(reader) for file in each.files]
    assert [(file.name, file.open is not None) for file in files] == [
        ("photo.png", True),
        ("passwd", False),
        ("notes.txt", True),
    ]
    with files[0].open() as stream:
        assert stream.read() == PICTURE


def test_everything_that_does_not_come_is_counted(tmp_path):
    reader = open_reader(write_archive(tmp_path / "e.zip", more=b'{"cut\n\n\xff\n'), Options())
    for each in reader.places():
        read(reader, each.key)
    assert reader.skipped == {
        reasons.NO_ID: 3,
        reasons.NO_MESSAGE: 6,
        reasons.NOTICE: 2,
        reasons.FOR_ONE: 1,
        reasons.DELETED: 1,
        reasons.TWICE: 1,
        reasons.EMPTY: 2,
        reasons.NO_TIME: 1,
        reasons.NO_PLACE: 2,
    }


def test_a_post_that_is_there_twice_keeps_its_replies(tmp_path):
    root = post(0, "root", replies=[said(1, "reply", "bruno")])
    reader = open_reader(write_archive(tmp_path / "e.zip", [*LISTS, root, root]), Options())
    assert [each.reply_to for each in read(reader)] == [None, f"{START}:ana"]


@pytest.mark.parametrize("name", ["mattermost_import.jsonl", "export/deep.jsonl", "data.json"])
def test_the_file_of_lines_is_found_by_its_first_line(tmp_path, name):
    assert read(open_reader(write_archive(tmp_path / "e.zip", name=name), Options()))


def test_a_file_of_lines_alone_is_enough(tmp_path):
    path = tmp_path / "export.jsonl"
    path.write_text('{"type": "version", "version": 1}\n')
    assert list(open_reader(path, Options()).places()) == []


def test_another_archive_is_refused(tmp_path):
    with pytest.raises(Broken, match="no export of Mattermost"):
        open_reader(write_archive(tmp_path / "e.zip", name="import.txt"), Options())
