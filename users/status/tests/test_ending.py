"""A status ends at its minute, and administrators may remove one."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from users.audit import Act, AuditEntry
from users.models import User
from users.signals import person_changed
from users.status.actions import clear_status, end_statuses, set_status
from users.status.current import NONE, current_status
from users.status.tasks import end_due


@pytest.fixture
def drawn():
    """The usernames of those whose places are drawn again, as it happens."""
    names = []

    def note(person, **_kwargs):
        names.append(person.username)

    person_changed.connect(note)
    yield names
    person_changed.disconnect(note)


def say(person, minutes=60):
    set_status(person, "🌴", "On holiday", timezone.now() + timedelta(minutes=minutes))


def fields_of(person):
    return User.objects.values(*NONE).get(pk=person.pk)


def test_the_task_ends_what_is_over_and_nothing_else(ana, bruno, eve, drawn):
    say(ana, -1)
    say(bruno, 0)
    say(eve, 1)
    del drawn[:]
    end_due.func()
    assert sorted(drawn) == ["ana", "bruno"]
    assert fields_of(ana) == fields_of(bruno) == NONE
    assert fields_of(eve)["status_text"] == "On holiday"
    end_due.func()
    assert len(drawn) == 2


def test_many_end_at_once(bruno, drawn, monkeypatch):
    monkeypatch.setattr("users.status.actions.AT_ONCE", 2)
    for number in range(5):
        say(User.objects.create_user(f"p{number}", f"p{number}@example.com"), -1)
    end_statuses(timezone.now())
    assert not User.objects.exclude(**NONE).exists()


def test_a_status_is_over_in_the_minute_it_names_before_any_task_has_run(bruno, monkeypatch):
    say(bruno)
    bruno.refresh_from_db()
    until = bruno.status_until
    monkeypatch.setattr(timezone, "now", lambda: until - timedelta(microseconds=1))
    assert current_status(bruno).text == "On holiday"
    monkeypatch.setattr(timezone, "now", lambda: until)
    assert current_status(bruno) is None


def test_the_same_status_again_draws_nothing(bruno, drawn):
    until = timezone.now() + timedelta(hours=1)
    for _ in range(2):
        set_status(bruno, "🌴", "On holiday", until)
    assert drawn == ["bruno"]


def test_an_administrator_removes_it_on_the_persons_page(ana, bruno, client_of, page):
    say(bruno)
    client = client_of(ana)
    form = page(client.get("/people/bruno/")).select_one("form[action$='/remove-status/']")
    removed = client.post(form["action"], {"reason": "A logo"}, follow=True)
    assert "The status of bruno was removed." in page(removed).select_one(".alert").text
    assert not page(removed).select(".status, form[action$='/remove-status/']")
    entry = AuditEntry.objects.get(act=Act.STATUS_REMOVED)
    assert (entry.actor, entry.person, entry.detail) == (ana, bruno, "A logo")


def test_its_owner_is_told_once(ana, bruno, client_of, page):
    say(bruno)
    for _ in range(2):
        clear_status(bruno, by=ana)
    news = page(client_of(User.objects.get(pk=bruno.pk)).get("/profile/log/"))
    assert [row["data-act"] for row in news.select("[data-act]")] == ["status_removed"]


def test_clearing_the_own_one_is_not_in_the_log(bruno):
    say(bruno)
    clear_status(bruno, by=bruno)
    assert fields_of(bruno) == NONE
    assert not AuditEntry.objects.exists()


def test_nobody_else_removes_it(bruno, eve, client_of, page):
    say(bruno)
    assert not page(client_of(eve).get("/people/bruno/")).select("[action*=status]")
    assert client_of(eve).post(f"/people/{bruno.pk}/remove-status/").status_code == 403
    with pytest.raises(PermissionDenied):
        clear_status(bruno, by=eve)
    assert fields_of(bruno)["status_text"] == "On holiday"


def test_an_administrator_of_yesterday_removes_nothing(ana, bruno):
    say(bruno)
    User.objects.filter(pk=ana.pk).update(is_administrator=False)
    with pytest.raises(PermissionDenied):
        clear_status(bruno, by=ana)
