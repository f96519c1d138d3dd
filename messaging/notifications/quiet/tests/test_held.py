"""Nothing is sent in quiet hours or a pause, and afterwards one summary has all of it."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone

from messaging.message.actions import delete_message, edit_message
from messaging.models import Message, NotificationClaim, NotificationSettings, NotifiedMention
from messaging.notifications import tasks
from messaging.notifications.actions import choose_level, claim, notify, stop_email
from messaging.notifications.mail import EMAIL
from messaging.notifications.missed import users_due
from messaging.notifications.quiet.actions import resume, set_quiet_hours
from messaging.notifications.quiet.queries import quiet_ids
from messaging.notifications.tests.test_email import mail_server  # noqa: F401
from rooms.actions import end_membership, mark_read, open_direct_room
from users.models import User

MADRID = ZoneInfo("Europe/Madrid")
EVERY_DAY, WEEKEND = 0b1111111, 0b1100000
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Clock:
    """What the product's clock shows. Each minute that passes runs the tasks of every minute."""

    def __init__(self, monkeypatch):
        self.now = None
        self.set("2026-11-25 12:00")  # a Wednesday
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def set(self, text, zone=MADRID):
        self.now = datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)

    def until(self, text, step=MINUTE):
        """Advance to a time in Madrid; return {time there: mail} of what was sent meanwhile."""
        sent, end = {}, datetime.fromisoformat(text).replace(tzinfo=MADRID)
        while self.now < end:
            self.now = min(self.now + step, end.astimezone(UTC))
            mail.outbox.clear()
            tasks.queue_notifications.call()
            here = f"{self.now.astimezone(MADRID):%H:%M}"
            sent |= {f"{here} {each.to[0].partition('@')[0]}": each for each in mail.outbox}
        return sent


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def say(say, clock):
    """Post as `say` does, at the time of the clock: models hold on to the real one."""

    def post(room, author, body):
        message = say(room, author, body)
        for rows in (Message.objects.filter(pk=message.pk), message.mentions.all()):
            rows.update(created_at=clock.now)
        return message

    return post


@pytest.fixture(autouse=True)
def in_madrid(lobby):
    User.objects.update(time_zone="Europe/Madrid")


def be_quiet(user, start="22:00", end="07:00", days=EVERY_DAY, **fields):
    start, end = (time.fromisoformat(text) for text in (start, end))
    hours = {"quiet_from": start, "quiet_until": end, "quiet_days": days}
    NotificationSettings.objects.update_or_create(user=user, defaults=hours | fields)


def words(sent, *among):
    (only,) = sent.values()
    return [word for word in among if word in only.body.split()]


@pytest.mark.parametrize("night", ["2026-11-25", "2026-03-28", "2026-10-24"])
def test_of_a_night_one_mail_comes_in_the_morning(clock, lobby, den, ana, bruno, say, night):
    """Case 37: across midnight, also when the clocks change in it."""
    be_quiet(bruno)
    clock.set(f"{night} 21:58")
    say(lobby, ana, "@bruno one")
    clock.until(f"{night} 23:30", 10 * MINUTE)
    say(den, ana, "@bruno two")
    say(open_direct_room(ana, bruno), ana, "three")
    morning = f"{datetime.fromisoformat(night) + timedelta(days=1):%Y-%m-%d}"
    assert clock.until(f"{morning} 06:59", 10 * MINUTE) == {}
    sent = clock.until(f"{morning} 07:30")
    assert list(sent) == ["07:00 bruno"]
    assert words(sent, "one", "two", "three") == ["one", "two", "three"]


def test_a_weekend_loses_nothing_though_a_day_is_the_age_of_news(clock, lobby, ana, bruno, say):
    be_quiet(bruno, "00:00", "00:00", WEEKEND)
    choose_level(lobby.membership_of(bruno), "everything")
    clock.set("2026-11-27 23:57")
    say(lobby, ana, "friday")
    clock.set("2026-11-28 09:00")
    say(lobby, ana, "@bruno saturday")
    assert clock.until("2026-11-29 23:59", HOUR) == {}
    sent = clock.until("2026-11-30 00:20")
    assert words(sent, "friday", "saturday") == ["friday", "saturday"]


@pytest.mark.parametrize("way", ["hours", "pause"])
def test_who_ends_a_quiet_time_gets_all_of_it_at_once(clock, lobby, ana, bruno, say, way):
    """The new settings do not say what the old ones held back."""
    if way == "hours":
        be_quiet(bruno, "00:00", "00:00", WEEKEND)
    else:
        ends = datetime(2026, 11, 30, 7, tzinfo=UTC)
        be_quiet(bruno, paused_at=ends - 60 * HOUR, paused_until=ends)
    clock.set("2026-11-28 09:00")
    say(lobby, ana, "@bruno saturday")
    clock.set("2026-11-29 20:00")
    if way == "hours":
        set_quiet_hours(bruno, None, None, EVERY_DAY)
    else:
        resume(bruno)
    assert words(clock.until("2026-11-29 20:20"), "saturday") == ["saturday"]


def test_who_has_quiet_hours_is_not_told_of_what_was_old_before_them(clock, lobby, ana, bruno, say):
    be_quiet(bruno)
    User.objects.filter(pk=bruno.pk).update(email_notifications=False)
    say(lobby, ana, "@bruno")
    clock.until("2026-11-27 12:00", HOUR)
    User.objects.filter(pk=bruno.pk).update(email_notifications=True)
    assert clock.until("2026-11-27 13:00") == {}


def test_others_are_told_meanwhile(clock, lobby, ana, bruno, say):
    be_quiet(bruno)
    clock.set("2026-11-25 23:00")
    say(lobby, ana, "@bruno")
    say(lobby, bruno, "@ana")
    assert list(clock.until("2026-11-25 23:30")) == ["23:05 ana"]


def test_a_pause_holds_everything_until_it_ends(clock, lobby, ana, bruno, say):
    ends = clock.now + HOUR
    NotificationSettings.objects.create(user=bruno, paused_at=clock.now, paused_until=ends)
    say(lobby, ana, "@bruno")
    assert list(clock.until("2026-11-25 14:00")) == ["13:00 bruno"]


def test_the_hours_are_those_of_the_persons_own_zone(clock, lobby, ana, bruno, say):
    User.objects.filter(pk=bruno.pk).update(time_zone="Pacific/Kiritimati")  # UTC+14
    be_quiet(bruno)
    clock.set("2026-11-25 12:00")  # 01:00 there
    say(lobby, ana, "@bruno")
    assert list(clock.until("2026-11-25 23:00", 5 * MINUTE)) == ["18:00 bruno"]


def test_without_a_zone_the_hours_are_the_workspaces(clock, lobby, workspace, ana, bruno, say):
    User.objects.filter(pk=bruno.pk).update(time_zone="")
    workspace.time_zone = "America/Bogota"
    workspace.save()
    be_quiet(bruno)
    clock.set("2026-11-26 09:00")  # 03:00 there
    say(lobby, ana, "@bruno")
    assert list(clock.until("2026-11-26 14:00")) == ["13:00 bruno"]


def test_a_task_that_starts_after_the_quiet_time_began_sends_and_loses_nothing(
    clock, lobby, ana, bruno, say
):
    be_quiet(bruno)
    clock.set("2026-11-25 21:54")
    say(lobby, ana, "@bruno")
    clock.set("2026-11-25 21:59")
    claimed = claim(bruno.pk, EMAIL, clock.now)
    clock.set("2026-11-25 22:01")
    notify(claimed.pk, claimed.number)
    assert (mail.outbox, NotifiedMention.objects.count()) == ([], 0)
    assert list(clock.until("2026-11-26 07:05", 5 * MINUTE)) == ["07:01 bruno"]


def test_who_pauses_while_a_mail_is_being_made_does_not_get_it(
    clock, lobby, ana, bruno, say, monkeypatch
):
    """A task is retried for as long as it fails; here the pause begins before it runs."""
    say(lobby, ana, "@bruno")
    clock.set("2026-11-25 12:10")
    claimed = claim(bruno.pk, EMAIL, clock.now)
    NotificationSettings.objects.create(user=bruno, paused_until=clock.now + HOUR)
    notify(claimed.pk, claimed.number)
    notify(claimed.pk, claimed.number)
    assert mail.outbox == []
    assert list(clock.until("2026-11-25 14:00")) == ["13:10 bruno"]


def test_two_workers_after_the_night_send_one_mail(clock, lobby, ana, bruno, say):
    be_quiet(bruno)
    clock.set("2026-11-26 03:00")
    say(lobby, ana, "@bruno")
    clock.set("2026-11-26 07:00")
    claims = [claim(bruno.pk, EMAIL, clock.now) for _ in range(2)]
    for claimed in (claims[0], claims[0]):
        notify(claimed.pk, claimed.number)
    assert (claims[1], len(mail.outbox)) == (None, 1)


def test_what_was_deleted_edited_away_read_or_forbidden_is_not_in_the_summary(
    clock, lobby, den, ana, bruno, say
):
    be_quiet(bruno)
    clock.set("2026-11-26 03:00")
    deleted, edited = say(lobby, ana, "@bruno deleted"), say(lobby, ana, "@bruno edited")
    say(den, ana, "@bruno forbidden")
    direct = open_direct_room(ana, bruno)
    say(direct, ana, "read")
    say(lobby, ana, "@bruno kept")
    delete_message(deleted)
    edit_message(edited, "edited")
    end_membership(den.membership_of(bruno), by=ana)
    mark_read(direct.membership_of(bruno), 1)
    sent = clock.until("2026-11-26 07:30", 10 * MINUTE)
    among = ("deleted", "edited", "forbidden", "read", "kept")
    assert words(sent, *among) == ["kept"]
    assert "Den" not in next(iter(sent.values())).body


def test_who_turns_mail_off_in_the_night_gets_no_summary(clock, lobby, ana, bruno, say):
    be_quiet(bruno)
    clock.set("2026-11-26 03:00")
    say(lobby, ana, "@bruno")
    stop_email(bruno)
    assert clock.until("2026-11-26 08:00", 10 * MINUTE) == {}


def test_a_quiet_time_claims_nothing(clock, lobby, ana, bruno, say):
    be_quiet(bruno)
    clock.set("2026-11-26 03:00")
    say(lobby, ana, "@bruno")
    clock.until("2026-11-26 03:30")
    assert not NotificationClaim.objects.exists()


def test_asking_costs_the_same_for_one_person_and_for_many(
    clock, lobby, ana, bruno, eve, say, django_assert_num_queries
):
    everybody = [ana, bruno, eve]
    clock.set("2026-11-26 03:00")
    for people in ([bruno], everybody):
        for person in people:
            be_quiet(person)
        say(lobby, ana, "@bruno @eve")
        say(lobby, bruno, "@ana")
        clock.set("2026-11-26 03:10")
        with django_assert_num_queries(1):
            assert quiet_ids([each.pk for each in everybody], clock.now) == {p.pk for p in people}
        with django_assert_num_queries(3):
            assert not users_due(EMAIL, clock.now) & {p.pk for p in people}
    both = {ana.pk, bruno.pk}
    assert both - quiet_ids(both, clock.now) == set()
