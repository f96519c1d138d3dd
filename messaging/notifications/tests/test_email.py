"""Notification mails: one for all rooms, after a delay, only of rooms that the user can see."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from messaging.message.actions import delete_message, edit_message
from messaging.models import Mention, Message, NotificationClaim
from messaging.notifications import tasks
from messaging.notifications.actions import choose_level, claim, notify
from messaging.notifications.mail import EMAIL
from messaging.notifications.missed import MAX_MESSAGES, users_due
from rooms.actions import end_membership, mark_read, open_direct_room
from rooms.models import Membership, Presence
from tertulia.background.tasks import SCHEDULE
from tertulia.config.email_url import site_url
from users.models import User


@pytest.fixture(autouse=True)
def mail_server(settings):
    settings.EMAIL_URL = "smtp://mail.example"
    settings.SITE_URL = "https://chat.example"
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


def pass_time(time=EMAIL.delay):
    """Move all events into the past."""
    for fact in (Message, Mention):
        for row in fact.objects.all():
            fact.objects.filter(pk=row.pk).update(created_at=row.created_at - time)
    for claimed in NotificationClaim.objects.all():
        earlier = claimed.claimed_at - time
        NotificationClaim.objects.filter(pk=claimed.pk).update(claimed_at=earlier)


def look():
    """Run the tasks of every minute; return the mails."""
    mail.outbox.clear()
    tasks.queue_notifications.call()
    return list(mail.outbox)


def be_here(room, user):
    expires_at = timezone.now() + timedelta(minutes=1)
    Presence.objects.create(room=room, user=user, connection="c", expires_at=expires_at)


def test_who_is_mentioned_while_away_gets_one_mail_after_a_while(lobby, ana, bruno, say):
    message = say(lobby, ana, "@bruno, the kettle is on")
    assert look() == []
    pass_time()
    (sent,) = look()
    assert (sent.to, sent.subject) == (["bruno@example.com"], "1 message for you in Casa")
    assert "@bruno, the kettle is on" in sent.body
    assert f"https://chat.example/messages/{message.pk}/\n" in sent.body
    pass_time(timedelta(hours=1))
    assert look() == []


def test_what_is_written_to_one_directly_is_told_and_to_the_writer_not(ana, bruno, say):
    say(open_direct_room(ana, bruno), ana, "Are you there?")
    pass_time()
    (sent,) = look()
    assert (sent.to, "== ana ==" in sent.body) == (["bruno@example.com"], True)


def test_all_rooms_come_in_one_mail(lobby, den, ana, bruno, say):
    say(lobby, ana, "@bruno one")
    say(den, ana, "@bruno two")
    say(open_direct_room(ana, bruno), ana, "three")
    pass_time()
    (sent,) = look()
    assert sent.subject == "3 messages for you in Casa"
    assert [word for word in ("one", "two", "three") if word in sent.body.split()] == [
        *("one", "two", "three")
    ]


def test_at_most_one_mail_comes_in_a_quarter_of_an_hour(lobby, ana, say):
    say(lobby, ana, "@bruno one")
    pass_time()
    assert len(look()) == 1
    say(lobby, ana, "@bruno two")
    pass_time()
    assert look() == []
    pass_time(EMAIL.gap)
    (sent,) = look()
    assert ("one" in sent.body.split(), "two" in sent.body.split()) == (False, True)


def test_what_was_read_in_time_is_not_told(lobby, ana, bruno, say):
    say(lobby, ana, "@bruno")
    mark_read(lobby.membership_of(bruno), 1)
    pass_time()
    assert look() == []


def test_who_is_in_the_room_is_not_told_until_they_have_gone_without_reading(
    lobby, ana, bruno, say
):
    say(lobby, ana, "@bruno")
    be_here(lobby, bruno)
    pass_time()
    assert look() == []
    Presence.objects.all().delete()
    assert len(look()) == 1


def test_who_is_in_another_room_is_away_from_this_one(lobby, den, ana, bruno, say):
    say(lobby, ana, "@bruno")
    be_here(den, bruno)
    pass_time()
    assert len(look()) == 1


@pytest.mark.parametrize(
    ("level", "told"),
    [("everything", ["@bruno", "others"]), ("mentions", ["@bruno"]), ("nothing", [])],
)
def test_each_room_tells_what_it_is_set_to(lobby, ana, bruno, say, level, told):
    choose_level(lobby.membership_of(bruno), level)
    say(lobby, ana, "@bruno")
    say(lobby, ana, "others")
    say(lobby, bruno, "own")
    lobby.memberships.filter(user=ana).update(notification_level="nothing")
    pass_time()
    words = [word for sent in look() for word in sent.body.split()]
    assert [word for word in ("@bruno", "others", "own") if word in words] == told


def test_everything_means_what_comes_from_then_on(lobby, ana, bruno, say):
    say(lobby, ana, "before")
    choose_level(lobby.membership_of(bruno), "everything")
    pass_time()
    assert look() == []


def test_a_direct_room_tells_everything_and_others_mentions(lobby, ana, bruno):
    direct = open_direct_room(ana, bruno)
    levels = Membership.objects.filter(user=bruno).values_list("room", "notification_level")
    assert dict(levels) == {lobby.pk: "mentions", direct.pk: "everything"}


def test_an_outsider_of_an_open_room_is_told_where_they_were_called(lobby, ana, eve, say):
    say(lobby, ana, "@eve")
    pass_time()
    assert [sent.to for sent in look()] == [["eve@example.com"]]


def test_nothing_is_told_of_a_room_that_one_has_left_meanwhile(den, ana, bruno, say):
    say(den, ana, "@bruno secret")
    end_membership(den.membership_of(bruno), by=ana)
    pass_time()
    assert look() == []


def test_who_is_removed_between_two_attempts_gets_nothing(den, lobby, ana, bruno, say, monkeypatch):
    """The mail is rendered only when the server accepts it."""
    say(den, ana, "@bruno secret")
    say(lobby, ana, "@bruno hello")
    pass_time()
    claimed = claim(bruno.pk, EMAIL, timezone.now())
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
        with pytest.raises(OSError, match="away"):
            notify(claimed.pk, claimed.number)
    end_membership(den.membership_of(bruno), by=ana)
    notify(claimed.pk, claimed.number)
    (sent,) = mail.outbox
    assert ("secret" in sent.body, "hello" in sent.body, "Den" in sent.body) == (False, True, False)


def fail(*_arguments):
    raise OSError("The mail server is away.")


def test_nothing_is_told_of_a_deleted_message(ana, bruno, say):
    delete_message(say(open_direct_room(ana, bruno), ana, "oh"))
    pass_time()
    assert look() == []


def test_an_old_claim_writes_nothing(lobby, ana, bruno, say):
    say(lobby, ana, "@bruno")
    pass_time()
    old = claim(bruno.pk, EMAIL, timezone.now() - EMAIL.gap)
    new = claim(bruno.pk, EMAIL, timezone.now())
    assert claim(bruno.pk, EMAIL, timezone.now()) is None
    sent = []
    for claimed in (old, new, new):
        notify(claimed.pk, claimed.number)
        sent.append(len(mail.outbox))
    assert sent == [0, 1, 1]


def test_what_is_older_than_a_day_is_no_news(lobby, ana, bruno, say):
    say(lobby, ana, "@bruno")
    say(open_direct_room(ana, bruno), ana, "hello")
    pass_time(EMAIL.news)
    assert look() == []


def test_an_edit_that_calls_somebody_is_news_however_old_the_message(lobby, ana, bruno, say):
    message = say(lobby, ana, "hello")
    pass_time(EMAIL.news)
    edit_message(message, "hello @bruno")
    pass_time()
    assert len(look()) == 1


@pytest.mark.parametrize("field", ["is_active", "email_notifications"])
def test_who_is_deactivated_or_wants_no_mail_gets_none(lobby, ana, bruno, say, field):
    say(lobby, ana, "@bruno")
    User.objects.filter(pk=bruno.pk).update(**{field: False})
    pass_time()
    assert look() == []


def test_without_a_mail_server_nothing_is_looked_for(
    lobby, ana, say, settings, django_assert_num_queries
):
    settings.EMAIL_URL = ""
    say(lobby, ana, "@bruno")
    pass_time()
    with django_assert_num_queries(0):
        assert look() == []


def test_the_mail_is_in_the_readers_language_and_time(workspace, lobby, ana, bruno, say):
    User.objects.filter(pk=bruno.pk).update(language="es", time_zone="America/Bogota")
    message = say(lobby, ana, "@bruno")
    Mention.objects.update(created_at=timezone.now() - EMAIL.delay)
    noon = timezone.now().replace(hour=12, minute=34)
    Message.objects.filter(pk=message.pk).update(created_at=noon)
    (sent,) = look()
    assert (": 7:34" in sent.body) or (" 07:34" in sent.body) or (" 7:34" in sent.body)


def test_a_busy_room_is_told_of_in_short(ana, bruno, say):
    direct = open_direct_room(ana, bruno)
    for number in range(MAX_MESSAGES + 3):
        say(direct, ana, f"word{number} " + "x" * 1000)
    pass_time()
    (sent,) = look()
    words = [word for word in sent.body.split() if word.startswith("word")]
    assert words == [f"word{number}" for number in range(3, MAX_MESSAGES + 3)]
    assert ("3 earlier messages" in sent.body, "x" * 600 in sent.body) == (True, False)
    pass_time(timedelta(hours=1))
    assert look() == []


def test_what_people_write_and_are_called_stays_text(lobby, ana, say, workspace):
    hostile = "<b>&amp; {{ 1 }}\r\nBcc: eve@example.com"
    User.objects.filter(pk=ana.pk).update(display_name=hostile)
    workspace.name = "Casa\r\nBcc: eve@example.com\u2028X"
    workspace.save()
    say(lobby, ana, "@bruno <script>&amp;</script>")
    pass_time()
    (sent,) = look()
    text = sent.message().as_bytes()
    assert "<script>&amp;</script>" in sent.body
    assert sent.subject == "1 message for you in Casa Bcc: eve@example.com X"
    assert (sent.recipients(), sent.message()["Bcc"]) == (["bruno@example.com"], None)
    assert text.partition(b"\n\n")[0].count(b"\nBcc:") == 0


def test_it_is_looked_for_every_minute():
    path = f"{tasks.__name__}.queue_notifications"
    assert SCHEDULE[path] == 60


def test_looking_costs_the_same_for_one_mention_and_for_many(
    lobby, ana, bruno, say, django_assert_num_queries
):
    for count in (1, 5):
        for _ in range(count):
            say(lobby, ana, "@bruno")
        pass_time()
        with django_assert_num_queries(2):
            assert users_due(EMAIL, timezone.now()) == {bruno.pk}


@pytest.mark.parametrize(
    ("hosts", "address"),
    [
        (["chat.example"], "https://chat.example"),
        (["*", ".example", "chat.example"], "https://chat.example"),
        ([".chat.example"], "https://chat.example"),
        (["*"], ""),
    ],
)
def test_the_site_is_linked_to_by_its_first_whole_name(hosts, address):
    assert site_url(hosts, has_tls=True, is_direct=False) == address
