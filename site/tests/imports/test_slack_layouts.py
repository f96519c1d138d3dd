"""Exports of Slack that are laid out in other ways: of a Grid, by tools, with odd days."""

import json
import zipfile

import pytest

from tertulia.imports.records import Options
from tertulia.imports.slack import open_reader

from .slack_archive import user
from .slack_messages import said, ts


@pytest.fixture
def read(tmp_path):
    """Return a function that writes {name: JSON} and returns the reader of it."""

    def read(members):
        path = tmp_path / "export.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, value in members.items():
                archive.writestr(name, json.dumps(value))
        return open_reader(path, Options())

    return read


def bodies(reader, number=0):
    return [each.body for each in reader.said(list(reader.places())[number])]


GRID = {
    "org_users.json": [user("W1", "ana"), user("W2", "bruno")],
    "channels.json": [{"id": "C0", "name": "org-wide", "members": ["W1"]}],
    "org-wide/2023-11-14.json": [said(0, "for all", user="W1")],
    "teams/north/users.json": [user("W1", "ana", profile={"email": "ana@example.com"})],
    "teams/north/channels.json": [
        {"id": "C1", "name": "general", "members": ["W1"]},
        {"id": "C9", "name": "shared", "members": ["W1"]},
    ],
    "teams/north/general/2023-11-14.json": [said(0, "north", user="W1")],
    "teams/north/shared/2023-11-14.json": [said(0, "in both", user="W1"), said(9, "later")],
    "teams/south/channels.json": [{"id": "C2", "name": "general", "members": ["W2"]}],
    "teams/south/groups.json": [{"id": "C9", "name": "shared", "members": ["W2"]}],
    "teams/south/general/2023-11-14.json": [said(0, "south", user="W2")],
    "teams/south/shared/2023-11-14.json": [said(0, "in both", user="W1"), said(5, "between")],
}


def test_a_grid_is_read_with_all_its_workspaces(read):
    reader = read(GRID)
    names = {place.key: place.name for place in reader.places()}
    assert names == {
        "C0": "org-wide",
        "C1": "general (north)",
        "C2": "general (south)",
        "C9": "shared",
    }
    assert [bodies(reader, n) for n in (0, 1, 3)] == [["for all"], ["north"], ["south"]]


def test_a_channel_that_workspaces_share_is_there_once_and_as_closed_as_anywhere(read):
    reader = read(GRID)
    shared = next(place for place in reader.places() if place.key == "C9")
    assert (shared.kind, shared.member_keys) == ("closed", ("W1", "W2"))
    assert [each.body for each in reader.said(shared)] == ["in both", "between", "later"]


def test_people_of_a_grid_are_there_once_with_what_is_known(read):
    people = {person.key: person for person in read(GRID).people()}
    assert people["W1"].email == "ana@example.com" and people["W2"].username == "bruno"


@pytest.mark.parametrize("folder", ["general", "C1"])
def test_the_folder_of_a_channel_has_its_name_or_its_id(read, folder):
    members = {"channels.json": [{"id": "C1", "name": "general"}]}
    assert bodies(read(members | {f"{folder}/2023-11-14.json": [said(0, "here")]})) == ["here"]


def test_a_reply_in_the_file_of_its_root_comes_at_its_own_time(read):
    day = 24 * 3600
    members = {
        "channels.json": [{"id": "C1", "name": "general"}],
        "general/2023-11-14.json": [said(0, "root"), said(3 * day, "reply", thread_ts=ts(0))],
        "general/2023-11-15.json": [said(day, "next day")],
        "general/2023-11-17.json": [said(3 * day - 1, "before"), said(3 * day + 1, "after")],
    }
    assert bodies(read(members)) == ["root", "next day", "before", "reply", "after"]


def test_days_of_another_time_zone_are_in_order(read):
    members = {
        "channels.json": [{"id": "C1", "name": "general"}],
        "general/2023-11-14.json": [said(8 * 3600, "late on the day before")],
        "general/2023-11-15.json": [said(7 * 3600, "early"), said(9 * 3600, "afterwards")],
    }
    assert bodies(read(members)) == ["early", "late on the day before", "afterwards"]


def test_an_uploaded_file_is_no_list(read):
    members = {
        "channels.json": [{"id": "C1", "name": "general"}],
        "__uploads/F1/channels.json": [{"id": "C2", "name": "evil"}],
        "general/attachments/F2-users.json": [user("U9", "evil")],
    }
    reader = read(members)
    assert [place.name for place in reader.places()] == ["general"] and not list(reader.people())
