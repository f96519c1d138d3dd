"""The log of moderators, owners and administrators: who can read it, and that it is permanent."""

import pytest

from rooms.models import Membership, Sanction
from rooms.moderation.actions import ban_person, mute_member
from rooms.tests.roles import logged, make
from users.audit import AuditEntry
from users.models import User

OWNER, MODERATOR = Membership.Role.OWNER, Membership.Role.MODERATOR


@pytest.fixture
def carmen(workspace):
    """A moderator who is not an administrator."""
    return User.objects.create_user("carmen", "carmen@example.com")


def test_the_log_says_who_did_what_to_whom(client_of, lobby, ana, bruno, page):
    client = client_of(ana)
    client.post(f"/rooms/lobby/people/{bruno.pk}/", {"role": MODERATOR})
    client.post(f"/rooms/lobby/people/{bruno.pk}/remove/")
    client.post("/rooms/lobby/settings/archive/")
    acts = [row["data-act"] for row in page(client.get("/rooms/lobby/log/")).select("[data-act]")]
    assert acts == ["room_archived", "member_removed", "role_changed"]
    assert logged()[:2] == [
        ("ana", "role_changed", "bruno"),
        ("ana", "member_removed", "bruno"),
    ]


def test_leaving_is_not_logged(client_of, lobby, bruno):
    client_of(bruno).post("/rooms/lobby/leave/")
    assert logged() == []


def test_only_owners_read_a_rooms_log_and_only_administrators_all_of_it(
    client_of, lobby, den, ana, bruno, eve, carmen
):
    make(den, carmen, OWNER)
    make(den, bruno, MODERATOR)
    people = [ana, carmen, bruno, eve]
    assert [client_of(p).get("/rooms/den/log/").status_code for p in people] == [200, 200, 403, 404]
    assert [client_of(p).get("/log/").status_code for p in people] == [200, 403, 403, 403]


def test_a_deleted_rooms_acts_stay_in_the_log(client_of, den, ana, bruno, page):
    client = client_of(ana)
    ban_person(den, bruno, ana, "spam")
    client.post("/rooms/den/settings/delete/", {"name": "Den"})
    rows = page(client.get("/log/")).select("[data-act]")
    assert [row["data-act"] for row in rows] == ["room_deleted", "person_banned"]
    assert "Den" in rows[1].get_text() and "spam" in rows[1].get_text()


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_runs_the_same_queries_however_long(
    client_of, lobby, ana, bruno, count, django_assert_num_queries
):
    for _ in range(count):
        mute_member(lobby.membership_of(bruno), ana, 10)
    client = client_of(ana)
    client.get("/log/")
    with django_assert_num_queries(4):
        client.get("/log/")


def test_the_log_is_only_added_to(lobby, ana, bruno):
    ban_person(lobby, bruno, ana)
    entry = AuditEntry.objects.get()
    for change in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(detail="nothing"),
    ):
        with pytest.raises(TypeError):
            change()
    assert AuditEntry.objects.count() == 1


def test_an_act_that_fails_is_not_in_the_log(lobby, ana, bruno, monkeypatch):
    from rooms.moderation import actions

    monkeypatch.setattr(actions, "end_membership", lambda membership: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ban_person(lobby, bruno, ana)
    assert (AuditEntry.objects.count(), Sanction.objects.count()) == (0, 0)


def test_a_ban_from_the_workspace_keeps_its_reason(client_of, ana, bruno, page):
    theirs = client_of(bruno)
    client = client_of(ana)
    client.post(f"/people/{bruno.pk}/deactivate/", {"reason": "Spam in every room"})
    row = page(client.get("/log/")).select_one("[data-act=person_deactivated]")
    assert "Spam in every room" in row.get_text()
    assert theirs.get("/")["Location"].startswith("/accounts/login/")
    assert logged() == [("ana", "person_deactivated", "bruno")]
