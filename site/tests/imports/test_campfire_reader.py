"""A database of Campfire: its traps, and files that would do harm."""

import sqlite3
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tertulia.imports import campfire, reasons
from tertulia.imports.campfire.texts import markdown_of
from tertulia.imports.records import Broken, Options

from . import campfire_database as database
from .strange import VALUES
from .test_strange_records import read


@pytest.fixture
def reader(tmp_path):
    return campfire.open_reader(database.write_storage(tmp_path / "storage"), Options())


@pytest.fixture
def said(reader):
    """{id: Said} of the first room."""
    return {int(each.key): each for each in reader.said(next(iter(reader.places())))}


def test_rooms_keep_who_may_see_them(reader):
    places = {place.key: place for place in reader.places()}
    kinds = {place.key: place.kind for place in places.values()}
    assert kinds == {"1": "open", "2": "closed", "3": "direct", "4": "closed"}
    assert places["1"].member_keys == places["3"].member_keys == ("1", "2")
    assert [each.body for each in reader.said(places["3"])] == ["Between us"]


def test_people_claim_an_email_and_bots_are_bots(reader):
    people = {person.key: person for person in reader.people()}
    assert (people["1"].username, people["1"].email) == ("Ana", "ana@example.com")
    assert people["3"].is_bot and not people["1"].is_bot


def test_texts_become_markdown(said):
    assert {number: each.body for number, each in said.items()} == {
        1: "Hello **all** *of* you\nand [this](https://a.example)",
        2: "@Bruno look",
        3: "- tea\n- cake\n\n> said\n\n```\na = 1\nb\n```",
        4: " /topic no",
        6: "1 < 2 & 3",
        7: "",
        8: "By somebody gone",
    }


def test_nothing_counts_as_edited_and_authors_who_are_gone_are_unknown(said):
    assert {each.edited_at for each in said.values()} == {None}
    assert (said[8].author_key, said[1].author_key) == ("unknown", "2")


def test_boosts_that_are_an_emoji_are_reactions(said, reader):
    assert [tuple(each) for each in said[1].reactions] == [("👍", ("2", "1"))]
    assert reader.skipped[reasons.NO_EMOJI] == 1


def test_files_are_brought_from_inside_the_folder_only(said):
    here, outside = said[7].files
    assert (here.name, here.open().read(), here.size) == (".._cat.png", b"meow", 4)
    assert (outside.name, outside.open) == ("evil", None)


def test_the_file_alone_brings_no_files(tmp_path):
    path = database.write_database(tmp_path / "production.sqlite3")
    reader = campfire.open_reader(path, Options())
    found = {each.key: each for each in reader.said(next(iter(reader.places())))}
    assert [file.open for file in found["7"].files] == [None, None]


def test_what_is_left_out_is_counted(reader, said):
    assert dict(reader.skipped) == {
        reasons.NO_TIME: 1,
        reasons.EMPTY: 1,
        reasons.NO_EMOJI: 1,
    }


@pytest.mark.parametrize(
    "data", [b"", b"x" * 5_000, b"SQLite format 3\x00", b"SQLite format 3\x00" * 999]
)
def test_what_is_no_database_is_one_sentence(tmp_path, data):
    path = tmp_path / "production.sqlite3"
    path.write_bytes(data)
    with pytest.raises(Broken):
        campfire.open_reader(path, Options())


def test_a_view_in_place_of_a_table_is_not_run(tmp_path):
    schema = {name: columns for name, columns in database.SCHEMA.items() if name != "messages"}
    endless = (
        "CREATE VIEW messages AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)"
        " SELECT id, 1 AS room_id, 1 AS creator_id, id AS created_at FROM n"
    )
    path = database.write_database(tmp_path / "p.sqlite3", schema=schema, more=[endless])
    with pytest.raises(Broken):
        campfire.open_reader(path, Options())


def test_a_trigger_does_nothing_and_the_file_stays_as_it_is(tmp_path):
    trigger = "CREATE TRIGGER t AFTER UPDATE ON users BEGIN DELETE FROM messages; END"
    path = database.write_database(tmp_path / "p.sqlite3", more=[trigger])
    before = path.read_bytes()
    read(campfire.open_reader(path, Options()))
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["p.sqlite3"]


def test_nothing_but_reading_is_allowed(reader):
    for statement in ("DELETE FROM users", "ATTACH 'x' AS y", "SELECT load_extension('x')"):
        with pytest.raises(sqlite3.DatabaseError):
            reader._database._connection.execute(statement)


def test_a_copy_of_a_running_one_is_refused(tmp_path):
    path = database.write_database(tmp_path / "p.sqlite3")
    path.with_name("p.sqlite3-wal").write_bytes(b"news")
    with pytest.raises(Broken, match="Stop Campfire"):
        campfire.open_reader(path, Options())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=60)), max_size=6
    )
)
def test_damaged_pages_stop_nothing(tmp_path_factory, damages):
    path = database.write_database(tmp_path_factory.mktemp("c") / "p.sqlite3")
    data = bytearray(path.read_bytes())
    for where, junk in damages:
        at = int(where * len(data))
        data[at : at + len(junk)] = junk
    path.write_bytes(data[: path.stat().st_size])
    with suppress(Broken):
        read(campfire.open_reader(path, Options()))


STORED = [value for value in VALUES if isinstance(value, str | float | bool | None)]
STORED = [value for value in STORED if "\ud800" not in str(value)] + [b"\xff\x00", 2**62, -1]
ANYWHERE = st.tuples(
    st.sampled_from(sorted(database.ROWS)),
    st.integers(0, 9),
    st.integers(0, 5),
    st.sampled_from(STORED),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(ANYWHERE, min_size=1, max_size=8))
def test_strange_values_stop_nothing(tmp_path_factory, changes):
    rows = {table: [list(row) for row in found] for table, found in database.ROWS.items()}
    for table, row, column, value in changes:
        found = rows[table][row % len(rows[table])]
        found[column % len(found)] = value
    path = database.write_database(tmp_path_factory.mktemp("c") / "p.sqlite3", rows)
    read(campfire.open_reader(path, Options()))


@given(st.text(alphabet="<>/divbrlstong ab&;'\"=", max_size=200))
def test_any_html_has_a_text(html):
    assert isinstance(markdown_of(html), str)


def test_deep_html_is_flat_text():
    assert markdown_of("<div>" * 300 + "x").strip() == "x"
