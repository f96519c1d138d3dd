"""The edit history of reported messages, for the moderators who can handle the report."""

from datetime import timedelta
from html import unescape

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from messaging.message import actions
from messaging.message.broadcasts import changes_since
from messaging.models import Version
from messaging.reports.actions import report_message, resolve_report
from messaging.reports.history import Change, compare
from messaging.reports.tasks import forget_versions
from messaging.versions.models import VERSIONS_KEPT
from rooms.actions import join_room
from rooms.direct.actions import open_direct_room
from rooms.models import Membership
from users.models import User


@pytest.fixture
def carmen(den):
    carmen = User.objects.create_user("carmen", "carmen@example.com")
    join_room(den, carmen)
    return carmen


@pytest.fixture
def said(den, bruno):
    """A message that was edited before it is reported."""
    message = actions.post_message(den, bruno, "You are a <b>fool</b>", "b1")
    return actions.edit_message(message, "You are a friend")


@pytest.fixture
def reported(said, carmen):
    return report_message(said, carmen, "It hurts")


@pytest.fixture
def shown(client_of, page, ana):
    """Return a function: the texts that the history of a report shows, oldest first."""

    def texts(report, person=ana):
        soup = page(client_of(person).get(f"/reports/{report.pk}/history/"))
        for gone in soup.select(".versions del"):
            gone.decompose()
        return [text.get_text() for text in soup.select(".versions blockquote")]

    return texts


def test_moderators_see_what_a_reported_message_said(shown, reported, den):
    dora = User.objects.create_user("dora", "dora@example.com")
    join_room(den, dora, Membership.Role.MODERATOR)
    texts = ["You are a <b>fool</b>", "You are a friend"]
    assert shown(reported) == shown(reported, dora) == texts


def test_each_edit_shows_what_it_changed_and_when_as_text(client_of, page, reported, ana):
    [first, second] = page(client_of(ana).get(f"/reports/{reported.pk}/history/")).select(
        ".versions > li"
    )
    assert first.select("b, del, ins") == []
    assert second.select_one("del").get_text() == "<b>fool</b>"
    assert second.select_one("ins").get_text() == "friend"
    assert [len(item.select("time[datetime]")) for item in (first, second)] == [1, 1]
    assert [len(item.select(".badge")) for item in (first, second)] == [0, 1]


def test_the_card_of_an_edited_message_leads_to_its_history(client_of, page, reported, ana):
    card = page(client_of(ana).get("/reports/")).select_one(f"#report-{reported.pk}")
    link = card.select_one(f'a[href="/reports/{reported.pk}/history/"]')
    history = page(client_of(ana).get(link["href"])).select_one(f"#report-{reported.pk}")
    assert len(history.select(".report-resolve")) == 1
    assert history.select("a[href$='/history/']") == []


def test_a_message_that_was_not_edited_has_no_link_to_a_history(
    client_of, page, den, ana, bruno, carmen
):
    report = report_message(actions.post_message(den, bruno, "x", "b2"), carmen, "It hurts")
    card = page(client_of(ana).get("/reports/")).select_one(f"#report-{report.pk}")
    assert card.select("a[href$='/history/']") == []


def test_nobody_else_sees_it(client_of, reported, den, ana, bruno, carmen, eve):
    path = f"/reports/{reported.pk}/history/"
    statuses = [client_of(person).get(path).status_code for person in (bruno, carmen, eve)]
    den.memberships.filter(user=bruno).update(role=Membership.Role.MODERATOR)
    statuses.append(client_of(bruno).get(path).status_code)  # of an own message
    assert [*statuses, client_of(ana).post(path).status_code] == [404, 404, 404, 404, 405]
    resolve_report(reported, ana)
    assert client_of(ana).get(path).status_code == 404


def test_of_a_direct_conversation_administrators_alone_see_it(shown, client_of, bruno, carmen, ana):
    message = actions.post_message(open_direct_room(bruno, carmen), bruno, "Boo", "b1")
    report = report_message(actions.edit_message(message, "Hello"), carmen, "It hurts")
    assert shown(report) == ["Boo", "Hello"]
    assert client_of(carmen).get(f"/reports/{report.pk}/history/").status_code == 404


def test_an_edit_after_the_report_hides_nothing(shown, said, reported):
    actions.edit_message(said, "Nothing at all")
    assert shown(reported) == ["You are a <b>fool</b>", "You are a friend", "Nothing at all"]


def test_deleting_a_reported_message_hides_nothing_until_the_report_is_resolved(
    shown, said, reported, ana, bruno
):
    actions.delete_message(said, by=bruno)
    assert shown(reported) == ["You are a <b>fool</b>", "You are a friend"]
    resolve_report(reported, ana)
    assert not Version.objects.exists()


def test_what_was_written_after_the_report_ends_with_the_message(shown, said, reported, bruno):
    actions.edit_message(said, "Second thoughts")
    actions.edit_message(said, "Third thoughts")
    actions.delete_message(said, by=bruno)
    assert shown(reported) == ["You are a <b>fool</b>", "You are a friend"]


def test_a_message_from_before_versions_says_that_its_texts_are_not_kept(
    client_of, page, said, reported, ana
):
    Version.objects.all().delete()  # an earlier release kept none
    soup = page(client_of(ana).get(f"/reports/{reported.pk}/history/"))
    assert len(soup.select(".versions-gap")) == 1
    assert [text.get_text() for text in soup.select(".versions blockquote")] == ["You are a friend"]


@pytest.mark.parametrize("state", ["not reported", "reported", "resolved"])
def test_versions_are_kept_for_a_while_and_as_long_as_a_report_is_open(
    said, carmen, ana, state, den, bruno
):
    actions.edit_message(said, "again")
    Version.objects.update(replaced_at=timezone.now() - VERSIONS_KEPT - timedelta(seconds=1))
    recent = actions.edit_message(actions.post_message(den, bruno, "a", "a"), "b")
    if state != "not reported":
        report = report_message(said, carmen, "It hurts")
        Version.objects.filter(body="You are a friend").update(is_held=False)  # as if made since
    if state == "resolved":
        resolve_report(report, ana)
    forget_versions.call()
    left = Version.objects.filter(message=said).count()
    assert (left, Version.objects.filter(message=recent).count()) == (2 * (state == "reported"), 1)


def test_pruning_goes_in_batches(said, monkeypatch):
    monkeypatch.setattr("messaging.versions.actions.BATCH", 2)
    for number in range(4):
        actions.edit_message(said, f"text {number}")
    Version.objects.update(replaced_at=timezone.now() - VERSIONS_KEPT - timedelta(days=1))
    forget_versions.call()
    assert not Version.objects.exists()


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("a b c", "a x c", ("a ", "b", "x", " c")),
        ("a b", "a b c", ("a b", "", " c", "")),
        ("a a a", "a a", ("a a", " a", "", "")),
        ("same", "same", ("same", "", "", "")),
        ("", "all new", ("", "", "all new", "")),
        ("one\ntwo", "one\ntoo", ("one\n", "two", "too", "")),
        ("(a)", "(b)", ("(", "a", "b", ")")),
    ],
)
def test_a_change_is_in_whole_words(old, new, change):
    assert compare(old, new) == Change(*change)


@pytest.mark.parametrize("edits", [1, 5])
def test_the_page_runs_the_same_queries_however_many_edits(
    client_of, said, reported, ana, edits, django_assert_num_queries
):
    for number in range(edits):
        actions.edit_message(said, f"text {number}")
    client = client_of(ana)
    path = f"/reports/{reported.pk}/history/"
    client.get(path)
    with django_assert_num_queries(6):  # session and user, report, authors, room, files, versions
        client.get(path)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("person", ["ana", "bruno"])
def test_old_texts_are_nowhere_else(client_of, said, reported, den, person):
    client = client_of(User.objects.get(username=person))
    room = den.get_absolute_url()
    pages = [room, f"{room}transcript/", "/search/?q=fool", "/search/?q=friend", "/unread/"]
    pages += ["/mentions/", "/reports/", *(f"/messages/{said.pk}/{end}/" for end in ENDS)]
    exports = ["/profile/export/", *(f"{room}export/{kind}/" for kind in ("json", "csv", "html"))]
    bodies = [client.get(path).text for path in pages]
    answers = [client.get(path) for path in exports]
    bodies += [async_to_sync(joined)(each.streaming_content) for each in answers if each.streaming]
    _revision, changes, _complete = changes_since(den.pk, 0)
    assert [text for text in [*bodies, changes["html"]["en"]] if "fool</b>" in unescape(text)] == []
    assert sum("a friend" in text for text in bodies) > 4


ENDS = ["edit", "delete", "report"]


async def joined(pieces):
    return b"".join([piece async for piece in pieces]).decode()
