"""The files of reported messages: for those who can handle the report, until it is resolved."""

import pytest

from files import stores
from messaging.attachments.actions import remove
from messaging.attachments.models import Attachment
from messaging.attachments.tests.sent import SMALL, picture
from messaging.message.actions import change_message, delete_message
from messaging.message.broadcasts import changes_since
from messaging.reports.actions import delete_reported, report_message, resolve_report
from messaging.reports.files import can_still_see
from rooms.actions import delete_room, end_membership, join_room
from rooms.models import Membership
from users.models import User

NAME = "secret plan.png"


@pytest.fixture
def cast(den, ana, bruno, eve):
    """Carmen reports what Bruno has sent, Dora moderates the room, Eve is not in it."""
    people = {"ana": ana, "bruno": bruno, "eve": eve}
    for name, role in (("carmen", "member"), ("dora", "moderator")):
        people[name] = User.objects.create_user(name, f"{name}@example.com")
        join_room(den, people[name], Membership.Role(role))
    return people


@pytest.fixture
def photo(den, bruno):
    return picture(den, bruno, NAME)


@pytest.fixture
def report(photo, cast):
    return report_message(photo.message, cast["carmen"], "It hurts")


@pytest.fixture
def see(client_of, cast, report, photo):
    """Return a function: who of the cast gets the file and its small picture by the report."""

    def seen():
        folder = f"/reports/{report.pk}/files/{photo.blob_id}"
        found = set()
        for name, person in cast.items():
            answers = [client_of(person).get(f"{folder}/{end}") for end in ("x", "small")]
            statuses = {answer.status_code for answer in answers}
            assert len(statuses) == 1
            if statuses == {200}:
                assert answers[1].content == SMALL
                found.add(name)
        return found

    return seen


@pytest.fixture
def open_(client_of, cast, photo):
    """Return a function: who of the cast gets the file by its own address."""
    path = f"/files/{photo.blob_id}/x"
    return lambda: {
        name for name, person in cast.items() if client_of(person).get(path).status_code == 200
    }


def take_away(photo):
    """What the author's "Remove" does."""
    change_message(photo.message, extras={"files": None})
    remove([photo])


def test_who_can_handle_a_report_sees_the_files_on_its_card(client_of, page, cast, report, photo):
    card = page(client_of(cast["dora"]).get("/reports/")).select_one(f"#report-{report.pk}")
    link = card.select_one("a:has(img)")
    assert link.text.strip() == NAME
    answers = [client_of(cast["dora"]).get(path) for path in (link["href"], link.img["src"])]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0]["Content-Disposition"] == f'inline; filename="{NAME}"'


def test_before_anybody_deletes_it_members_see_it_in_the_room(see, open_):
    assert see() == {"ana", "dora"}
    assert open_() == {"ana", "bruno", "carmen", "dora"}


def test_when_its_author_deletes_it_those_who_handle_the_report_see_it(see, open_, photo, bruno):
    delete_message(photo.message, by=bruno)
    assert see() == {"ana", "dora"}
    assert open_() == set()


def test_when_its_author_removes_the_file_those_who_handle_the_report_see_it(
    see, open_, client_of, page, photo, cast, report
):
    take_away(photo)
    assert see() == {"ana", "dora"}
    assert open_() == set()
    card = page(client_of(cast["dora"]).get("/reports/")).select_one(f"#report-{report.pk}")
    assert len(card.select("li .badge")) == 1


@pytest.mark.parametrize("how", ["deleted", "removed"])
def test_after_the_report_is_resolved_nobody_sees_it(see, open_, photo, report, cast, how):
    if how == "deleted":
        delete_message(photo.message, by=cast["bruno"])
    else:
        take_away(photo)
    resolve_report(report, cast["dora"])
    assert (see(), open_()) == (set(), set())
    assert not Attachment.objects.exists()


def test_what_was_left_in_its_message_stays_there_after_the_report(see, open_, photo, report, ana):
    resolve_report(report, ana)
    assert see() == set()
    assert open_() == {"ana", "bruno", "carmen", "dora"}
    photo.refresh_from_db()
    assert not photo.is_held
    delete_message(photo.message)
    assert not Attachment.objects.exists()


def test_deleting_the_message_by_the_report_ends_its_files(see, report, ana):
    delete_reported(report, ana)
    assert see() == set()
    assert not Attachment.objects.exists()


def test_a_second_report_keeps_them_until_all_are_resolved(see, photo, report, cast):
    report_message(photo.message, cast["dora"], "Me too")
    delete_message(photo.message)
    assert see() == {"ana", "dora"}
    resolve_report(report, cast["ana"])
    assert not Attachment.objects.exists()


def test_a_file_of_another_message_is_not_seen_by_the_report(client_of, report, den, ana, bruno):
    other = picture(den, bruno)
    path = f"/reports/{report.pk}/files/{other.blob_id}/x"
    assert client_of(ana).get(path).status_code == 404


def test_what_was_removed_before_the_report_is_not_kept(den, bruno, cast):
    photo = picture(den, bruno, body="text")
    take_away(photo)
    report_message(photo.message, cast["carmen"], "It hurts")
    assert not Attachment.objects.exists()


def test_who_does_not_handle_it_any_more_does_not_see_it(see, den, cast):
    end_membership(den.membership_of(cast["dora"]), by=cast["ana"])
    assert see() == {"ana"}


def test_a_deleted_room_takes_them_with_it(see, den, ana):
    delete_room(den, ana)
    assert see() == set()
    assert not Attachment.objects.exists()


def test_browsers_do_not_keep_the_evidence(client_of, report, photo, ana):
    for end, headers in (("x", {}), ("small", {}), ("x", {"If-None-Match": "*"})):
        path = f"/reports/{report.pk}/files/{photo.blob_id}/{end}"
        response = client_of(ana).get(path, headers=headers)
        assert response["Cache-Control"] == "private, no-store"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_name_of_a_deleted_file_is_nowhere_else(client_of, photo, report, den, cast):
    before = den.revision
    delete_message(photo.message, by=cast["bruno"])
    room = den.get_absolute_url()
    pages = [room, f"{room}transcript/", "/search/?q=plan", "/search/?q=secret", "/unread/"]
    for person in (cast["bruno"], cast["carmen"]):
        for path in pages:
            assert NAME not in client_of(person).get(path).text
    _revision, changes, _complete = changes_since(den.pk, before)
    assert NAME not in changes["html"]["en"]
    photo.message.refresh_from_db()
    assert photo.message.extras == {}


def test_a_long_download_goes_on_only_while_the_report_is_open(client_of, report, ana):
    visit = ana.pk, client_of(ana).session.stored_key, ana.get_session_auth_hash()
    assert can_still_see(report.pk, visit)
    resolve_report(report, ana)
    assert not can_still_see(report.pk, visit)


def test_a_message_with_only_files_has_no_empty_quote(client_of, page, report, ana):
    card = page(client_of(ana).get("/reports/")).select_one(f"#report-{report.pk}")
    assert card.select(".report-body") == []


def test_a_lost_file_says_so_to_moderators(client_of, report, photo, ana):
    stores.store().remove(photo.blob.names)
    response = client_of(ana).get(f"/reports/{report.pk}/files/{photo.blob_id}/x")
    assert response.status_code == 404
