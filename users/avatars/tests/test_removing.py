"""Administrators remove the picture of somebody else; the log says so."""

import pytest
from django.core.exceptions import PermissionDenied

from files.models import Blob
from users.audit import Act, AuditEntry
from users.avatars.actions import remove_avatar
from users.models import User


@pytest.fixture
def pictured(bruno, picture, upload):
    upload(bruno, picture())
    return bruno


def test_an_administrator_removes_it_on_the_persons_page(
    ana, pictured, client_of, page, django_capture_on_commit_callbacks
):
    client = client_of(ana)
    form = page(client.get("/people/bruno/")).select_one("form[action$='/remove-avatar/']")
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(form["action"]).headers["Location"] == "/people/bruno/"
    shown = page(client.get("/people/bruno/"))
    assert shown.select_one("h1 .avatar")["data-initial"] == "B"
    assert not shown.select("form[action$='/remove-avatar/']")
    assert not Blob.objects.exists()


def test_the_log_says_who_removed_it_once(ana, pictured):
    for _ in range(2):
        remove_avatar(pictured, by=ana, reason="A logo")
    entry = AuditEntry.objects.get(act=Act.AVATAR_REMOVED)
    assert (entry.actor, entry.person, entry.detail) == (ana, pictured, "A logo")


def test_removing_the_own_one_is_not_in_the_log(pictured):
    remove_avatar(pictured, by=pictured)
    assert not AuditEntry.objects.exists()


def test_nobody_else_removes_it(pictured, eve, client_of, page):
    assert not page(client_of(eve).get("/people/bruno/")).select("[action*=avatar]")
    assert client_of(eve).post(f"/people/{pictured.pk}/remove-avatar/").status_code == 403
    with pytest.raises(PermissionDenied):
        remove_avatar(pictured, by=eve)
    assert User.objects.get(pk=pictured.pk).avatar_id


def test_an_administrator_of_yesterday_removes_nothing(ana, pictured):
    User.objects.filter(pk=ana.pk).update(is_administrator=False)
    with pytest.raises(PermissionDenied):
        remove_avatar(pictured, by=ana)


def test_a_deactivated_person_keeps_it(ana, eve, pictured, client_of, page, avatar_of):
    User.objects.filter(pk=pictured.pk).update(is_active=False)
    shown = page(client_of(eve).get("/people/bruno/")).select_one("h1 img.avatar")
    assert client_of(eve).get(shown["src"]).status_code == 200
