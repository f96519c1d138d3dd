"""A person's own files: their number and size, their list, and deleting some."""

import pytest

from messaging.attachments.models import Attachment
from messaging.message.actions import delete_message
from rooms.actions import archive_room, end_membership
from rooms.moderation.actions import ban_person, mute_member

OWN = "/profile/files/"


@pytest.fixture
def delete(client_of, page):
    """Return a function that chooses files by name, confirms and returns what is said."""

    def choose(person, *names):
        client = client_of(person)
        ids = [Attachment.objects.get(name=name).pk for name in names]
        asked = page(client.get(f"{OWN}delete/", {"file": ids}))
        chosen = [field["value"] for field in asked.select("input[name=file]")]
        answer = page(client.post(f"{OWN}delete/", {"file": chosen}, follow=True))
        return answer.select_one(".alert").text.strip()

    return choose


@pytest.fixture
def rows(client_of, page):
    """Return a function that returns {name: row} of somebody's own files."""

    def listed(person):
        found = page(client_of(person).get(OWN)).select(".shared-file")
        return {row.select_one(".shared-name").text: row for row in found}

    return listed


def test_the_profile_says_how_many_files_one_has_and_their_size(
    client_of, page, share, lobby, den, ana, bruno
):
    share(lobby, bruno, "a.txt", "b.jpg")
    share(den, bruno, "c.txt")
    share(den, ana, "another's.txt")
    delete_message(share(den, bruno, "deleted.txt"))
    profile = page(client_of(bruno).get("/profile/")).select_one("#own-files")
    assert " ".join(profile.text.split()) == "Your files: 3 files, 6.3 KB"
    assert profile.a["href"] == OWN


def test_own_files_of_all_rooms_are_listed(rows, share, lobby, den, ana, bruno):
    share(lobby, bruno, "a.txt")
    share(den, bruno, "b.txt")
    share(den, ana, "another's.txt")
    listed = rows(bruno)
    assert list(listed) == ["b.txt", "a.txt"]
    assert "In Den" in listed["b.txt"].text


def test_files_in_a_room_that_one_has_left_are_named_without_the_room(
    rows, share, den, ana, bruno, client_of
):
    share(den, bruno, "mine.txt")
    end_membership(den.membership_of(bruno), by=ana)
    row = rows(bruno)["mine.txt"]
    assert row.select("a") == [] and "Den" not in row.text
    assert row.select_one("[name=file]")


def test_several_own_files_are_deleted_at_once(delete, share, lobby, den, bruno):
    first = share(lobby, bruno, "a.txt", "b.txt", body="words")
    second = share(den, bruno, "c.txt", "d.txt")
    assert delete(bruno, "a.txt", "b.txt", "c.txt") == "3 files were deleted."
    for message in (first, second):
        message.refresh_from_db()
        assert not message.is_deleted and message.edited_at
    assert [file.name for file in first.files + second.files] == ["d.txt"]
    assert Attachment.objects.count() == 1


def test_a_message_with_nothing_else_is_deleted_too(delete, share, lobby, bruno):
    message = share(lobby, bruno, "a.txt", "b.txt")
    delete(bruno, "a.txt", "b.txt")
    message.refresh_from_db()
    assert message.is_deleted and message.extras == {}


def test_files_in_a_room_that_one_has_left_can_be_deleted(delete, share, den, ana, bruno):
    message = share(den, bruno, "a.txt", "b.txt")
    end_membership(den.membership_of(bruno), by=ana)
    assert delete(bruno, "a.txt") == "1 file was deleted."
    message.refresh_from_db()
    assert [file.name for file in message.files] == ["b.txt"]


def archive(room, ana, _bruno):
    archive_room(room, by=ana)


def mute(room, ana, bruno):
    mute_member(room.membership_of(bruno), ana, 60)


def ban(room, ana, bruno):
    ban_person(room, bruno, ana)


def mute_and_leave(room, ana, bruno):
    mute(room, ana, bruno)
    end_membership(room.membership_of(bruno), by=bruno)


@pytest.mark.parametrize("happens", [archive, mute, ban, mute_and_leave])
def test_where_nothing_can_be_changed_own_files_stay(
    delete, rows, share, lobby, ana, bruno, happens
):
    share(lobby, bruno, "a.txt")
    happens(lobby, ana, bruno)
    row = rows(bruno)["a.txt"]
    assert row.select("[name=file]") == [] and "so the file stays" in row.text
    assert delete(bruno, "a.txt") == "No file was deleted."
    assert Attachment.objects.count() == 1


def test_nobody_deletes_the_files_of_others(client_of, share, lobby, ana, bruno):
    message = share(lobby, bruno, "a.txt")
    client_of(ana).post(f"{OWN}delete/", {"file": [message.files[0].id]})
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("ids", [[], ["x"], ["-1"], ["9" * 40], ["١"]])
def test_choosing_none_says_so_above_the_list(client_of, page, share, lobby, bruno, ids):
    share(lobby, bruno, "a.txt")
    for method in ("get", "post"):
        answer = getattr(client_of(bruno), method)(f"{OWN}delete/", {"file": ids})
        assert answer.status_code == 422
        assert page(answer).select_one("[role=alert]").text == "Choose a file first."
        assert len(page(answer).select(".shared-file")) == 1


def test_a_choice_that_is_gone_is_said(client_of, page, share, lobby, bruno):
    message = share(lobby, bruno, "a.txt")
    gone = message.files[0].id
    delete_message(message)
    asked = page(client_of(bruno).get(f"{OWN}delete/", {"file": gone}))
    assert "not here any more" in asked.select_one(".nothing").text
    again = client_of(bruno).post(f"{OWN}delete/", {"file": gone}, follow=True)
    assert page(again).select_one(".alert").text.strip() == "No file was deleted."


def test_the_list_asks_the_database_no_more_for_more_files(
    client_of, share, lobby, den, bruno, django_assert_max_num_queries
):
    for number in range(3):
        for room in (lobby, den):
            share(room, bruno, *(f"{number}{letter}.jpg" for letter in "abcde"))
    client = client_of(bruno)
    with django_assert_max_num_queries(16):
        client.get(OWN)


def test_what_a_report_holds_is_out_of_the_list_and_the_sum(client_of, rows, share, lobby, bruno):
    share(lobby, bruno, "held.txt", body="words").attachments.update(is_held=True)
    client_of(bruno).post(f"{OWN}delete/", {"file": Attachment.objects.get().pk})
    assert (rows(bruno), Attachment.objects.get().is_removed) == ({}, True)
