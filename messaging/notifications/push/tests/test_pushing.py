"""Pushes reach the right people, and nobody else, and say what they should."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.message.actions import delete_message, edit_message
from messaging.notifications.push import tasks
from rooms.actions import end_membership, mark_read, open_direct_room
from rooms.models import Membership, Presence, Room
from rooms.moderation.actions import ban_person
from users.actions import change_password, deactivate
from users.models import Session


def choose(room, user, level):
    Membership.objects.filter(room=room, user=user).update(push_level=level)


def be_here(room, user):
    expires_at = timezone.now() + timedelta(minutes=1)
    Presence.objects.create(room=room, user=user, connection="c", expires_at=expires_at)


def test_a_mention_comes_at_once_and_says_who_and_what(lobby, ana, bell, say, send):
    message = say(lobby, ana, "@bruno, the kettle is on")
    send()
    [shown] = bell.shown()
    note = shown["notification"]
    assert (shown["web_push"], shown["app_badge"]) == (8030, 1)
    assert (note["title"], note["body"]) == ("ana in Lobby", "@bruno, the kettle is on")
    place = f"/rooms/{message.room.slug}/?around={message.position}#message-{message.pk}"
    assert note["navigate"] == f"https://chat.example{place}"
    assert (note["tag"], note["lang"], note["dir"]) == ("lobby", "en", "auto")
    assert note["icon"].startswith("https://chat.example/static/icon")


def test_what_push_services_see(lobby, ana, bell, say, send):
    say(lobby, ana, "@bruno, the kettle is on")
    send()
    [asked] = bell.asked()
    assert (asked.method, asked.headers["ttl"], asked.headers["urgency"]) == (
        *("POST", "43200", "high"),
    )
    assert asked.headers["content-encoding"] == "aes128gcm"
    assert asked.headers["authorization"].startswith("vapid t=ey")
    assert len(asked.headers["topic"]) == 32
    assert b"kettle" not in asked.body and "lobby" not in str(asked.headers).lower()


def test_the_topics_of_two_people_in_a_room_are_not_the_same(
    lobby, ana, bruno, eve, browser_of, say, send
):
    browsers = [browser_of(bruno), browser_of(eve)]
    for _time in range(2):
        say(lobby, ana, "@bruno @eve")
        send()
    topics = [{asked.headers["topic"] for asked in each.asked()} for each in browsers]
    assert [len(each) for each in topics] == [1, 1]
    assert topics[0] != topics[1]


def test_a_direct_message_comes_whatever_it_says(ana, bruno, bell, say, send):
    say(open_direct_room(ana, bruno), ana, "hello")
    send()
    assert bell.texts() == [("ana", "hello")]
    assert bell.asked()[0].headers["urgency"] == "high"


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("everything", ["hello", "@bruno"]),
        ("mentions", ["@bruno"]),
        ("nothing", []),
    ],
)
def test_the_level_of_the_room_decides(lobby, ana, bruno, bell, say, send, level, told):
    choose(lobby, bruno, level)
    for word in ("hello", "@bruno"):
        say(lobby, ana, word)
        send()
    assert [text for _title, text in bell.texts()] == told


def test_the_level_of_mails_does_not_matter(lobby, ana, bruno, bell, say, send):
    Membership.objects.update(notification_level="nothing")
    say(lobby, ana, "@bruno")
    send()
    assert len(bell.texts()) == 1


def test_ones_own_messages_do_not_ring(lobby, bruno, bell, say, send):
    choose(lobby, bruno, "everything")
    say(lobby, bruno, "hello @bruno")
    send()
    assert bell.asked() == []


def test_several_messages_are_one_push_that_shows_the_call(lobby, ana, bruno, bell, say, send):
    choose(lobby, bruno, "everything")
    for word in ("one", "@bruno two", "three"):
        say(lobby, ana, word)
    send()
    assert bell.texts() == [("ana in Lobby (3 new)", "@bruno two")]
    say(lobby, ana, "four")
    send()
    assert bell.texts()[1:] == [("ana in Lobby", "four")]
    assert [asked.headers["urgency"] for asked in bell.asked()] == ["high", "normal"]


def test_a_person_is_told_on_each_of_their_devices(lobby, ana, bruno, bell, browser_of, say, send):
    other = browser_of(bruno)
    say(lobby, ana, "@bruno")
    send()
    assert (len(bell.asked()), len(other.asked())) == (1, 1)


def test_who_has_the_room_open_gets_none(lobby, den, ana, bruno, bell, say, send):
    be_here(lobby, bruno)
    say(lobby, ana, "@bruno one")
    send()
    assert bell.texts() == []
    say(den, ana, "@bruno two")
    send()
    assert bell.texts() == [("ana in Den", "@bruno two")]


def test_who_has_read_it_meanwhile_gets_none(lobby, ana, bruno, bell, say, send):
    say(lobby, ana, "@bruno")
    mark_read(lobby.membership_of(bruno), 1)
    send()
    assert bell.asked() == []


@pytest.mark.parametrize(
    "end",
    {
        "log out": lambda room, bruno: Session.objects.filter(user=bruno).delete(),
        "password": lambda room, bruno: change_password(bruno, "another horse"),
        "password by command": lambda room, bruno: bruno.set_password("x") or bruno.save(),
        "session over": lambda room, bruno: Session.objects.update(
            expire_date=timezone.now() - timedelta(seconds=1)
        ),
        "deactivation": lambda room, bruno: deactivate(bruno),
        "removal": lambda room, bruno: end_membership(room.membership_of(bruno)),
        "ban": lambda room, bruno: ban_person(room, bruno, None),
        "forgetting": lambda room, bruno: bruno.push_subscriptions.all().delete(),
        "deletion of the room": lambda room, bruno: room.delete(),
    }.items(),
    ids=lambda item: item[0],
)
def test_none_is_sent_after_what_ends_it(den, ana, bruno, bell, say, send, end):
    say(den, ana, "@bruno")
    end[1](den, bruno)
    send()
    assert bell.asked() == []


def test_a_deleted_message_is_not_sent(lobby, ana, bell, say, send):
    delete_message(say(lobby, ana, "@bruno"))
    send()
    assert bell.asked() == []


def test_an_edit_that_takes_the_call_away_comes_in_time(lobby, ana, bell, say, send):
    edit_message(say(lobby, ana, "@bruno"), "@nobody")
    send()
    assert bell.asked() == []


def test_an_edited_text_is_sent_as_it_is_now(lobby, ana, bell, say, send):
    edit_message(say(lobby, ana, "@bruno secret"), "@bruno hello")
    send()
    assert bell.texts() == [("ana in Lobby", "@bruno hello")]


def test_an_edit_that_calls_somebody_rings(lobby, ana, bell, say, send):
    message = say(lobby, ana, "hello")
    send()
    edit_message(message, "hello @bruno")
    send()
    assert bell.texts() == [("ana in Lobby", "hello @bruno")]


def test_a_task_that_runs_twice_sends_one_push(lobby, ana, bell, say, send):
    say(lobby, ana, "@bruno")
    send()
    tasks.send_pushes.call(lobby.pk)
    tasks.send_pushes.call(lobby.pk, [bell.user.pk])
    tasks.send_late.call([bell.user.pk])
    assert len(bell.asked()) == 1


def test_a_room_whose_devices_are_gone_stops_queueing(lobby, ana, bell, say, send):
    say(lobby, ana, "hello")
    send()
    assert Room.objects.get(pk=lobby.pk).is_pushed
    bell.device.delete()
    say(lobby, ana, "hello")
    send()
    assert not Room.objects.get(pk=lobby.pk).is_pushed


def test_a_room_in_which_nobody_wants_pushes_stops_queueing(den, ana, bruno, bell, say, send):
    choose(den, bruno, "nothing")
    say(den, ana, "hello")
    send()
    assert not Room.objects.get(pk=den.pk).is_pushed


def test_without_an_address_of_the_site_nothing_is_sent(lobby, ana, bell, say, send, settings):
    settings.SITE_URL = "http://chat.example"
    say(lobby, ana, "@bruno")
    send()
    assert bell.asked() == []


def test_a_push_has_the_language_of_its_reader(lobby, ana, bruno, bell, say, send):
    bruno.language = "es"
    bruno.save(update_fields=["language"])
    say(lobby, ana, "@bruno hola")
    send()
    assert bell.shown()[0]["notification"]["lang"] == "es"
