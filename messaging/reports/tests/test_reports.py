"""Reporting a message and handling reports; nobody handles reports of their own messages."""

import pytest
from django.core.exceptions import PermissionDenied

from messaging.message import actions
from messaging.models import Message, Report
from messaging.reports.actions import report_message
from rooms.actions import archive_room, end_membership, join_room
from rooms.direct.actions import open_direct_room
from rooms.models import Membership
from rooms.moderation.actions import ban_person, mute_member
from users.audit import AuditEntry
from users.models import User

MODERATOR = Membership.Role.MODERATOR


@pytest.fixture
def carmen(workspace):
    return User.objects.create_user("carmen", "carmen@example.com")


@pytest.fixture
def said(den, bruno):
    return actions.post_message(den, bruno, "Something *bad*", "b1")


@pytest.fixture
def reported(said, den, carmen):
    join_room(den, carmen)
    return report_message(said, carmen, "It hurts")


def seen_by(client, page):
    soup = page(client.get("/reports/"))
    return [section["data-message"] for section in soup.select("section[data-message]")]


def test_a_member_reports_a_message_with_a_reason(client_of, den, said, carmen, page):
    join_room(den, carmen)
    client = client_of(carmen)
    place = page(client.get(f"{den.get_absolute_url()}?around=1"))
    path = place.select_one(f"#message-{said.pk} .not-author")["href"]
    action = page(client.get(path)).select_one("#report")["action"]
    response = client.post(action, {"reason": "It hurts"})
    report = Report.objects.get()
    assert response["Location"] == f"/messages/{said.pk}/"
    assert (report.reporter, report.reason, report.body) == (carmen, "It hurts", said.body)


def test_a_muted_member_reports_too(client_of, den, said, carmen):
    join_room(den, carmen)
    mute_member(den.membership_of(carmen), None, 10)
    client_of(carmen).post(f"/messages/{said.pk}/report/", {"reason": "It hurts"})
    assert Report.objects.count() == 1


def test_who_may_not_report(client_of, lobby, den, said, bruno, eve, carmen):
    join_room(den, carmen)
    ban_person(den, carmen, None)
    others = actions.post_message(lobby, bruno, "hi", "b2")
    paths = [(bruno, said), (eve, said), (carmen, said), (eve, others)]
    statuses = [
        client_of(person).post(f"/messages/{message.pk}/report/", {"reason": "x"}).status_code
        for person, message in paths
    ]
    assert statuses == [403, 404, 404, 403]
    assert not Report.objects.exists()


@pytest.mark.parametrize("decision", ["removed", "banned", "deactivated", "deleted"])
def test_what_was_decided_since_the_page_was_read_counts(den, said, carmen, decision):
    join_room(den, carmen)
    stale = Message.objects.select_related("room").get(pk=said.pk)
    match decision:
        case "removed":
            end_membership(den.membership_of(carmen))
        case "banned":
            ban_person(den, carmen, None)
        case "deactivated":
            User.objects.filter(pk=carmen.pk).update(is_active=False)
        case "deleted":
            actions.delete_message(said)
    with pytest.raises(PermissionDenied):
        report_message(stale, carmen, "It hurts")
    assert not Report.objects.exists()


@pytest.mark.parametrize("reason", ["", " \u200b ", "\0", "x" * 301])
def test_a_report_without_a_fit_reason_is_refused_beside_the_field(
    client_of, den, said, carmen, page, reason
):
    join_room(den, carmen)
    response = client_of(carmen).post(f"/messages/{said.pk}/report/", {"reason": reason})
    assert response.status_code == 422
    assert len(page(response).select("#id_reason_error li")) == 1


def test_one_person_reports_a_message_once(den, said, reported, carmen):
    report_message(said, carmen, "Again")
    den.refresh_from_db()
    assert (Report.objects.count(), den.open_reports) == (1, 1)


def test_the_moderators_and_the_administrators_see_it_and_nobody_else(
    client_of, den, said, reported, ana, bruno, eve, carmen, page
):
    dora = User.objects.create_user("dora", "dora@example.com")
    join_room(den, dora, MODERATOR)
    people = [ana, dora, carmen, eve, bruno]
    seen = [len(seen_by(client_of(person), page)) for person in people]
    assert seen == [1, 1, 0, 0, 0]
    assert AuditEntry.objects.filter(room_number=den.pk).count() == 0


def test_a_report_of_a_conversation_says_between_whom_it_is_by_their_names_of_now(
    client_of, ana, bruno, carmen, page
):
    names = ["Bruno Costa do Nascimento e Silva", "Carmen Vega de la Cruz y Fernández"]
    message = actions.post_message(open_direct_room(bruno, carmen), bruno, "Boo", "b1")
    for person, name in zip((bruno, carmen), names, strict=True):
        User.objects.filter(pk=person.pk).update(display_name=name)
    report_message(message, carmen, "It hurts")
    heading = page(client_of(ana).get("/reports/")).select_one("#main h2").get_text()
    assert " ".join(heading.split()) == f"{names[0]} in {', '.join(names)}"
    assert AuditEntry.objects.get(act="message_reported").detail == ", ".join(names)


def test_a_moderator_does_not_see_who_reported_them(client_of, den, said, reported, bruno, page):
    den.memberships.filter(user=bruno).update(role=MODERATOR)
    client = client_of(bruno)
    assert seen_by(client, page) == []
    assert client.post(f"/reports/{reported.pk}/resolve/").status_code == 404


def test_a_removed_moderator_sees_no_report_any_more(client_of, den, reported, page):
    dora = User.objects.create_user("dora", "dora@example.com")
    join_room(den, dora, MODERATOR)
    end_membership(den.membership_of(dora))
    assert seen_by(client_of(dora), page) == []


def test_what_was_reported_shows_as_it_was_and_as_text(client_of, said, reported, ana, page):
    Message.objects.filter(pk=said.pk).update(body="Nothing at all")
    Report.objects.update(body="<script>alert(1)</script>", reason="<b>x</b>")
    report = page(client_of(ana).get("/reports/")).select_one(f"#report-{reported.pk}")
    assert report.select_one("blockquote").get_text(strip=True) == "<script>alert(1)</script>"
    assert report.select("script, b") == []
    assert report.select_one(".report-reporter").get_text() == "carmen"


def test_resolving_closes_every_report_of_the_message_and_keeps_no_quote(
    client_of, den, said, reported, ana, page
):
    report_message(said, ana, "I think so too")
    client = client_of(ana)
    client.post(f"/reports/{reported.pk}/resolve/")
    den.refresh_from_db()
    assert den.open_reports == 0
    assert set(Report.objects.values_list("body", "resolved_by")) == {("", ana.pk)}
    assert seen_by(client, page) == []
    assert AuditEntry.objects.latest("pk").act == "report_resolved"


def test_the_reported_message_is_deleted_by_an_administrator_who_is_no_member(
    client_of, den, said, reported, ana
):
    join_room(den, User.objects.create_user("dora", "dora@example.com"), "owner")
    end_membership(den.membership_of(ana))
    client_of(ana).post(f"/reports/{reported.pk}/delete/")
    said.refresh_from_db()
    acts = list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))
    assert said.is_deleted and said.body == ""
    assert acts[-2:] == ["message_deleted", "report_resolved"]


def test_the_author_is_muted_from_the_report(client_of, den, reported, ana, bruno, page):
    client = client_of(ana)
    form = page(client.get("/reports/")).select_one(f"#report-{reported.pk} .report-mute")
    name = form.select_one("select")["name"]
    assert client.post(form["action"], {name: "60"})["Location"] == "/reports/"
    assert den.membership_of(bruno).is_muted


def test_what_cannot_be_done_is_not_offered_and_refused(client_of, den, reported, ana, bruno, page):
    den.memberships.filter(user=bruno).update(role=MODERATOR)
    archive_room(den)
    client = client_of(ana)
    report = page(client.get("/reports/")).select_one(f"#report-{reported.pk}")
    acts = ["delete", "mute"]
    assert [form["class"] for form in report.select("form")] == [["report-resolve"]]
    assert [client.post(f"/reports/{reported.pk}/{a}/").status_code for a in acts] == [403, 403]


@pytest.mark.parametrize("act", ["resolve", "delete", "mute"])
def test_eve_members_and_links_do_nothing_about_a_report(
    client_of, reported, ana, carmen, eve, act
):
    path = f"/reports/{reported.pk}/{act}/"
    assert client_of(eve).post(path).status_code == 404
    assert client_of(carmen).post(path).status_code == 404
    assert client_of(ana).get(path).status_code == 405
    assert Report.objects.open().count() == 1


def test_the_list_of_rooms_tells_its_moderators_only(client_of, den, reported, ana, carmen, page):
    marks = [
        [
            mark.get_text().strip()
            for mark in page(client_of(person).get("/")).select(".sidebar-reports")
        ]
        for person in (ana, carmen)
    ]
    assert marks == [["1 report"], []]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_runs_the_same_queries_however_many_reports(
    client_of, den, carmen, ana, bruno, count, django_assert_num_queries
):
    join_room(den, carmen)
    for number in range(count):
        report_message(actions.post_message(den, bruno, "x", f"x{number}"), carmen, "y")
    client = client_of(ana)
    client.get("/reports/")
    with django_assert_num_queries(6):  # session and user, count, reports, authors, rooms
        client.get("/reports/")


def test_a_moderators_deletion_is_noted_and_an_authors_is_not(client_of, den, said, ana, bruno):
    own = actions.post_message(den, bruno, "mine", "b2")
    client_of(bruno).post(f"/messages/{own.pk}/delete/")
    client_of(ana).post(f"/messages/{said.pk}/delete/")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.person, entry.room_name) == (ana, bruno, "Den")
    assert entry.detail == f"#{said.position}"
