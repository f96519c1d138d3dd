"""After quiet hours one push tells of all of it; in them there is none."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.models import NotificationSettings
from messaging.notifications.push import delivery, tasks
from messaging.notifications.push.tests.browsers import run_tasks
from messaging.notifications.tests.test_email import pass_time
from rooms.actions import create_room, end_membership, join_room, open_direct_room
from rooms.models import Presence
from tertulia.background.tasks import SCHEDULE
from tertulia.models import KeptTask
from tests.outside import Reply

MINUTE = timedelta(minutes=1)


def pause(user, **time):
    until = timezone.now() + timedelta(**time)
    fields = {"paused_until": until, "paused_at": timezone.now() - timedelta(days=1)}
    NotificationSettings.objects.update_or_create(user=user, defaults=fields)


def minute():
    """Run the task of every minute, when all that was said is a minute older."""
    pass_time(MINUTE)
    tasks.send_late.call()
    run_tasks()


def test_the_task_is_scheduled_every_minute():
    assert SCHEDULE[tasks.send_late.module_path] == 60


@pytest.fixture
def night(bruno, lobby, den, ana, bell, say):
    """A pause in which three messages in two rooms are written, and one that does not count."""
    pause(bruno, hours=8)
    say(lobby, ana, "@bruno one")
    say(lobby, ana, "@bruno two")
    say(den, ana, "@bruno three")
    say(den, ana, "not for him")
    run_tasks()
    minute()
    assert bell.asked() == []


def test_after_a_pause_one_push_counts_what_is_new(night, bruno, bell):
    pause(bruno, seconds=-1)
    minute()
    [shown] = bell.shown()
    note = shown["notification"]
    assert (note["title"], note["body"]) == ("Casa", "3 new in 2 rooms")
    assert note["navigate"] == "https://chat.example/unread/"
    assert (note["tag"], shown["app_badge"]) == ("summary", 3)
    minute()
    assert len(bell.asked()) == 1


def test_what_is_new_in_one_room_is_told_as_usual(night, den, bruno, bell):
    end_membership(den.membership_of(bruno))
    pause(bruno, seconds=-1)
    minute()
    assert bell.texts() == [("ana in Lobby (2 new)", "@bruno two")]


def test_a_summary_of_many_rooms_is_one(ana, bruno, bell, say):
    pause(bruno, hours=8)
    for number in range(25):
        room = create_room(ana, f"Room {number}")
        join_room(room, bruno)
        say(room, ana, "@bruno")
    pause(bruno, seconds=-1)
    minute()
    minute()
    assert [text for _title, text in bell.texts()] == ["25 new in 25 rooms"]


def test_a_pause_that_begins_after_the_post_comes_in_time(lobby, ana, bruno, bell, say):
    say(lobby, ana, "@bruno")
    pause(bruno, hours=1)
    run_tasks()
    assert bell.asked() == []
    pause(bruno, seconds=-1)
    minute()
    assert len(bell.asked()) == 1


def test_a_pause_of_one_person_is_nobody_elses(lobby, ana, bruno, eve, bell, browser_of, say):
    pause(eve, hours=1)
    other = browser_of(eve)
    say(lobby, ana, "@bruno @eve")
    run_tasks()
    assert (len(bell.asked()), len(other.asked())) == (1, 0)


def test_a_lost_task_is_made_up_for_within_a_minute(lobby, ana, bell, say):
    say(lobby, ana, "@bruno")
    KeptTask.objects.all().delete()
    tasks.send_late.call()
    assert bell.asked() == []
    minute()
    assert len(bell.asked()) == 1


def test_who_leaves_a_room_without_reading_is_told(lobby, ana, bruno, bell, say):
    expires_at = timezone.now() + MINUTE
    Presence.objects.create(room=lobby, user=bruno, connection="c", expires_at=expires_at)
    say(lobby, ana, "@bruno")
    run_tasks()
    minute()
    assert bell.asked() == []
    Presence.objects.all().delete()
    minute()
    assert len(bell.asked()) == 1


def test_old_news_is_not_told(lobby, ana, bell, say):
    say(lobby, ana, "@bruno")
    pass_time(timedelta(days=2))
    run_tasks()
    minute()
    assert bell.asked() == []


def test_a_summary_says_nothing_to_who_wants_it_discreet(night, bruno, bell):
    pause(bruno, seconds=-1)
    NotificationSettings.objects.update(is_discreet=True)
    minute()
    assert bell.texts() == [("Casa", "There is something new for you.")]


def test_a_discreet_push_opens_the_message_and_names_nobody(ana, bruno, bell, say):
    NotificationSettings.objects.create(user=bruno, is_discreet=True)
    message = say(open_direct_room(ana, bruno), ana, "secret")
    run_tasks()
    [shown] = bell.shown()
    assert bell.texts() == [("Casa", "There is something new for you.")]
    assert shown["notification"]["navigate"].endswith(f"#message-{message.pk}")
    assert "secret" not in str(shown) and "ana" not in str(shown)


def test_a_summary_that_fails_comes_later(night, bruno, bell, service):
    pause(bruno, seconds=-1)
    service.answer = Reply(500)
    minute()
    service.answer = Reply(201)
    run_tasks(seconds=delivery.RETRY_SECONDS[0])
    assert bell.texts() == [("Casa", "3 new in 2 rooms")] * 2
