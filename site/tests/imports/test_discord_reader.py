"""What DiscordChatExporter wrote, with every trap (case 59)."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tertulia.imports import discord, reasons
from tertulia.imports.discord import stream
from tertulia.imports.records import Broken, Options

from . import discord_archive as archive
from .strange import changed, changes_of
from .test_strange_records import read

P = "900000000000000"


@pytest.fixture
def reader(tmp_path):
    return discord.open_reader(archive.write_archive(tmp_path / "e.zip"), Options())


@pytest.fixture
def said(reader):
    """{number: Said} of the channel with its threads."""
    place = next(each for each in reader.places() if each.key == archive.ROOM)
    return {each.key.removeprefix(P): each for each in reader.said(place)}


def test_parts_and_public_threads_are_one_room_in_order(said):
    numbers = [*("100", "101", "102", "103", "107", "108", "109", "110"), "300", "301", "303"]
    assert list(said) == [*numbers, "304", "702", "703"]


def test_rooms_are_closed_and_private_threads_stay_apart(reader):
    places = {place.key: place for place in reader.places()}
    names = {place.name: place.kind for place in places.values()}
    assert names == {
        **{"general": "closed", "Secret": "closed", "help": "closed", "empty": "closed"},
        "bruno": "direct",
    }
    assert places[archive.ROOM].member_keys == ("1001", "1002", "1003")
    assert [each.body for each in reader.said(places[archive.SECRET_THREAD])] == ["Psst"]
    forum = list(reader.said(places[archive.FORUM]))
    assert [(each.body, each.reply_to) for each in forum] == [
        ("Why?", None),
        ("Because", f"{P}901"),
    ]


def test_replies_and_threads_answer(said):
    answers = {number: each.reply_to and each.reply_to[-3:] for number, each in said.items()}
    found = {number: answer for number, answer in answers.items() if answer}
    assert found == {"109": "100", "303": "300", "304": "303", "703": "702"}


def test_texts_are_ours(said, reader):
    times = "2023-11-14 22:13 UTC"
    assert said["100"].body == f"Hello @bruno @bruno #channel @role :yay: {times}"
    assert said["101"].body == "Hi @ana"
    assert said["102"].body == "[Build](https://ci.example/1)\nIt **failed**"
    assert said["103"].body == "Look: https://a.example"
    assert said["107"].body == ":Wave_hello:"
    assert said["110"].body == "> Far\n> away"
    assert said["301"].body == " /me waves"


def test_names_here_are_used_in_texts(reader):
    reader.usernames = {"1001": "ana-2", "1002": "bruno-2"}
    place = next(each for each in reader.places() if each.key == archive.ROOM)
    bodies = [each.body for each in reader.said(place)]
    assert bodies[0].startswith("Hello @bruno-2 @bruno-2")
    assert bodies[1] == "Hi @ana-2"


def test_times_keep_their_offset_and_edits_their_time(said):
    assert said["100"].created_at.astimezone(UTC).hour == 8
    assert said["108"].edited_at == datetime(2024, 3, 1, 11, tzinfo=UTC)
    assert said["300"].is_pinned


def test_a_time_that_is_missing_is_that_of_the_id(tmp_path):
    file = archive.channel("5", "a", [archive.message(100, "x", timestamp=None)])
    reader = discord.open_reader(
        archive.write_archive(tmp_path / "e.zip", {"a.json": file}), Options()
    )
    [message] = reader.said(*reader.places())
    assert message.created_at.year == 2021


def test_reactions_are_by_people_and_without_skin(said, reader):
    assert [(each.emoji, each.person_keys) for each in said["101"].reactions] == [
        ("👍", ("1001", "1002"))
    ]
    assert said["301"].reactions[0].emoji == ":yay:"
    assert reader.skipped[reasons.REACTIONS_OF_NOBODY] == 1


def test_files_that_lie_beside_it_are_brought(said):
    here, gone = said["108"].files
    assert (here.name, here.open().read(), here.size) == ("cat 1.png", b"meow", 4)
    assert (gone.name, gone.open) == ("dog.png", None)


def test_what_is_left_out_is_counted(reader):
    for place in reader.places():
        list(reader.said(place))
    assert dict(reader.skipped) == {
        reasons.NOTICE: 2,
        reasons.UNKNOWN_KIND: 1,
        reasons.EMPTY: 1,
        reasons.TWICE: 1,
        reasons.REACTIONS_OF_NOBODY: 1,
    }


def test_bots_are_bots_and_names_are_both(reader):
    people = {person.key: person for person in reader.people()}
    assert (people["1001"].username, people["1001"].display_name) == ("ana", "Ana María")
    assert people["1003"].is_bot and not people["1002"].is_bot


def test_a_single_file_can_be_read(tmp_path):
    path = tmp_path / "general.json"
    path.write_text(json.dumps(archive.channel("5", "a", [archive.message(100, "x")]), indent=2))
    reader = discord.open_reader(path, Options())
    [place] = reader.places()
    assert [each.body for each in reader.said(place)] == ["x"]


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\x00\xff", b"<html>", b'{"a": 1}', b"[" * 9999]
)
def test_what_is_no_export_is_one_sentence(tmp_path, data):
    path = tmp_path / "x.json"
    path.write_bytes(data)
    with pytest.raises(Broken, match="DiscordChatExporter"):
        discord.open_reader(path, Options())


@pytest.mark.parametrize("size", [64, 1_000, stream.CHUNK_BYTES])
def test_a_file_that_breaks_off_brings_what_came_before(tmp_path, monkeypatch, size):
    monkeypatch.setattr(stream, "CHUNK_BYTES", size)
    whole = json.dumps(
        archive.channel("5", "a", [archive.message(n, "é" * 50) for n in range(100, 130)])
    )
    path = tmp_path / "x.json"
    path.write_text(whole[: len(whole) // 2])
    reader = discord.open_reader(path, Options())
    found = list(reader.said(*reader.places()))
    assert 10 < len(found) < 20
    assert reader.skipped[reasons.UNREADABLE] >= 1


@settings(max_examples=100, deadline=None)
@given(changes_of(archive.FILES), st.sampled_from([100, 5_000]))
def test_strange_values_stop_nothing(tmp_path_factory, changes, size):
    stream.CHUNK_BYTES, before = size, stream.CHUNK_BYTES
    path = tmp_path_factory.mktemp("discord") / "e.zip"
    try:
        read(
            discord.open_reader(
                archive.write_archive(path, changed(archive.FILES, changes)), Options()
            )
        )
    except Broken:
        pass
    finally:
        stream.CHUNK_BYTES = before
