"""One import at a time; it is told to nobody but the log."""

from datetime import timedelta

import pytest
from django.core import mail

from rooms.models import Membership, Room
from tertulia.background.models import KeptTask
from tertulia.imports.models import Import
from tertulia.imports.writer import lease
from users.audit import Act, AuditEntry

from .records import GENERAL, TALK, bring, said

pytestmark = pytest.mark.django_db


def test_nobody_is_told_and_nothing_is_unread(ana, bruno, lobby, client_of, page):  # 57
    KeptTask.objects.all().delete()
    Membership.objects.update(notification_level="everything", push_level="everything")
    messages = [said(1, body="@ana @here @room www.example.com"), said(2, body="@ana")]
    bring({GENERAL: messages, TALK: [said(1)]}, ana, accounts={"U1": ana, "U2": bruno}, direct=True)
    assert KeptTask.objects.count() == 0
    assert mail.outbox == []
    memberships = Membership.objects.exclude(room=lobby).select_related("room")
    assert {each.room.last_position - each.last_read_position for each in memberships} == {0}
    marks = page(client_of(bruno).get("/")).select(".unread")
    assert [mark.text.strip() for mark in marks] == [""] * 3


def test_two_imports_at_once_are_refused(ana):
    lease.begin("slack", "other.zip", ana, {})
    with pytest.raises(lease.Busy):
        bring({GENERAL: [said(1)]}, ana)
    assert Room.objects.count() == 0


def test_an_import_that_was_killed_gives_its_place_up(ana):
    killed = lease.begin("slack", "other.zip", ana, {})
    Import.objects.update(told_at=killed.told_at - timedelta(seconds=lease.LEASE_SECONDS + 1))
    bring({GENERAL: [said(1)]}, ana)
    assert Import.objects.get(pk=killed.pk).error == lease.STOPPED
    with pytest.raises(lease.Superseded):  # it was only asleep
        lease.tell(killed, {}, {})


def test_an_import_whose_process_is_gone_gives_its_place_up_at_once(ana):
    killed = lease.begin("slack", "other.zip", ana, {})
    host, _pid = killed.options["process"]
    Import.objects.update(options={"process": [host, 2**22 + 1]})
    assert bring({GENERAL: [said(1)]}, ana).error == ""


def test_an_import_is_in_the_log(ana):
    bring({GENERAL: [said(1)]}, ana)
    assert AuditEntry.objects.get().act == Act.HISTORY_IMPORTED
    assert AuditEntry.objects.get().detail == "slack: test.zip"
