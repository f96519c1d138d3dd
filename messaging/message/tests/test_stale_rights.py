"""Actions on messages by users who have just lost the permission."""

import pytest
from django.core.exceptions import PermissionDenied

from messaging.live import post_queue
from messaging.mentions import parsing
from messaging.message import actions
from messaging.models import Message, Report
from messaging.reports import actions as reports_actions
from rooms.actions import archive_room, change_role, end_membership
from rooms.moderation.actions import mute_member
from users.actions import deactivate
from users.models import User


@pytest.fixture
def said(den, ana, bruno):
    """Messages by Ana and by Bruno, a moderator of the den; Bruno has loaded Ana's."""
    change_role(den.membership_of(bruno), "moderator")
    own = actions.post_message(den, bruno, "mine", "1")
    hers = actions.post_message(den, ana, "hers", "2")
    reports_actions.report_message(hers, bruno, "It hurts")
    return {"own": own.pk, "hers": hers.pk}


def read(pk):
    return Message.objects.select_related("room").get(pk=pk)


LOSSES = {
    "demoted": lambda membership: change_role(membership, "member"),
    "removed": end_membership,
    "deactivated": lambda membership: deactivate(membership.user),
}


@pytest.mark.parametrize("lose", LOSSES.values(), ids=LOSSES)
def test_nobody_moderates_messages_after_that(lose, said, den, bruno):
    stale, report = User.objects.get(pk=bruno.pk), Report.objects.get()
    message = read(said["hers"])
    lose(den.membership_of(bruno))
    for act in (reports_actions.resolve_report, reports_actions.delete_reported):
        with pytest.raises(PermissionDenied):
            act(report, stale)
    with pytest.raises(PermissionDenied):
        actions.delete_message(message, by=stale)
    assert read(said["hers"]).body == "hers" and Report.objects.open().exists()


def muted(membership):
    change_role(membership, "member")
    mute_member(membership, None, 10)


@pytest.mark.parametrize("lose", [end_membership, muted, LOSSES["deactivated"]])
def test_nobody_changes_what_they_said_after_that(lose, said, den, bruno):
    stale, message = User.objects.get(pk=bruno.pk), read(said["own"])
    lose(den.membership_of(bruno))
    with pytest.raises(PermissionDenied):
        actions.edit_message(message, "another", by=stale)
    with pytest.raises(PermissionDenied):
        actions.delete_message(message, by=stale)
    assert read(said["own"]).body == "mine"


def archived(membership):
    archive_room(membership.room)


POSTING = [end_membership, muted, archived, LOSSES["deactivated"]]


@pytest.fixture
def meanwhile(monkeypatch, den, bruno):
    """Return a function that revokes a permission of Bruno between parsing and storing his text."""

    def lost(lose):
        read = parsing.read

        def reading(*arguments):
            monkeypatch.setattr(parsing, "read", read)
            lose(den.membership_of(bruno))
            return read(*arguments)

        monkeypatch.setattr(parsing, "read", reading)

    return lost


@pytest.mark.parametrize("lose", POSTING)
@pytest.mark.parametrize("path", ["messages", "compose"])
def test_a_form_that_was_under_way_stores_nothing(meanwhile, client_of, den, bruno, lose, path):
    client = client_of(bruno)
    meanwhile(lose)
    address = f"{den.get_absolute_url()}{path}/"
    response = client.post(address, {"body": "too late", "nonce": "1"})
    assert response.status_code in {302, 303, 403, 404, 422}, response.status_code
    assert not Message.objects.filter(body="too late").exists()


@pytest.mark.parametrize("lose", POSTING)
def test_a_send_that_was_under_way_is_refused_and_the_others_are_stored(
    meanwhile, den, ana, bruno, lose
):
    sends = [
        post_queue.Send(user.pk, den.pk, {"body": user.username, "nonce": "1"})
        for user in (bruno, ana)
    ]
    meanwhile(lose)
    answers = post_queue.post_all(sends)
    others = [] if lose is archived else ["ana"]
    assert list(Message.objects.values_list("body", flat=True)) == others
    assert ['data-sent="1"' in answer for answer in answers] == [False, bool(others)]
