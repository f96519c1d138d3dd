"""`manage.py demo` creates a realistic workspace and changes no existing one."""

from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, Max, Min
from django.utils import timezone

from files.stores import store
from messaging.attachments.models import Attachment
from messaging.message.models import CONTINUES_WITHIN
from messaging.models import Mention, Message
from rooms.direct.actions import open_direct_room
from rooms.models import Membership, Room
from users.models import User, Workspace


def run(*arguments):
    output = StringIO()
    call_command("demo", *arguments, stdout=output)
    return output.getvalue()


def test_the_demo_says_how_to_look_around(db, client):
    password = run().split('"')[1]
    assert [client.login(username=name, password=password) for name in ("ana", "carmen")] == [
        True,
        True,
    ]


def test_the_demo_has_six_people_eight_rooms_and_weeks_of_talk(db):
    run()
    times = Message.objects.aggregate(first=Min("created_at"), last=Max("created_at"))
    assert list(User.objects.order_by("pk").values_list("username", flat=True)) == [
        *("ana", "bruno", "carmen", "davi", "elena", "farid")
    ]
    assert Room.objects.exclude(kind="direct").count() == 8
    assert (timezone.now() - times["first"]).days >= 28
    assert times["last"] < timezone.now()


def test_four_of_them_have_a_conversation_of_their_own(db, client_of, page):
    run()
    four = User.objects.filter(username__in=["ana", "bruno", "carmen", "davi"])
    room = open_direct_room(*four)
    assert (Room.objects.filter(pk=room.pk, kind="direct").count(), room.last_position) == (1, 8)
    listed = page(client_of(four[0]).get("/")).select_one(f"#sidebar #go-{room.pk} bdi")
    assert listed.get_text() == "Bruno Costa, Carmen Vega, Davi Souza"
    spoke = room.messages.values_list("author__username", flat=True)
    assert set(spoke) == {"ana", "bruno", "carmen", "davi"}


def test_every_room_of_the_demo_is_numbered_and_dated_in_order(db):
    run()
    for room in Room.objects.all():
        messages = list(room.messages.order_by("position"))
        assert [message.position for message in messages] == [*range(1, room.last_position + 1)]
        assert messages == sorted(messages, key=lambda message: message.created_at)
        assert max(message.revision for message in messages) == room.revision


def test_the_days_and_the_authors_runs_of_the_demo_are_consistent(db):
    run()
    for room in Room.objects.all():
        messages = list(room.messages.order_by("position"))
        assert messages[0].opens_day is True
        for before, message in pairwise(messages):
            same_day = before.created_at.date() == message.created_at.date()
            is_near = message.created_at - before.created_at < CONTINUES_WITHIN
            assert message.opens_day is not same_day
            assert message.continues is (
                same_day and is_near and before.author_id == message.author_id
            )


def test_the_demo_leaves_something_unread_edited_and_deleted(db):
    run()
    unread = Membership.objects.filter(last_read_position__lt=F("room__last_position"))
    assert unread.filter(user__username="ana").count() == 6
    assert Mention.objects.filter(user__username="ana").count() == 1
    assert Message.objects.filter(edited_at__gt=F("created_at")).count() == 1
    assert list(Message.objects.filter(deleted_at__isnull=False).values_list("body")) == [("",)]


def test_the_demo_has_a_picture_three_of_them_and_a_document(db):
    run()
    sent = [message.files for message in Message.objects.exclude(extras={}) if message.files]
    assert sorted(len(files) for files in sent) == [1, 1, 3]
    stored = Attachment.objects.select_related("blob")
    assert {file.name for file in stored} == {file.name for files in sent for file in files}
    assert all(file.blob.claimed_at for file in stored)
    starts = [b"".join(store().read(file.blob_id, 0, 4)) for file in stored]
    assert sorted(starts) == [b"12 g", *[b"\x89PNG"] * 4]


def test_a_workspace_that_is_there_is_left_alone(ana, lobby):
    with pytest.raises(CommandError):
        run()
    assert (Workspace.current().name, Room.objects.count()) == ("Casa", 1)


def test_a_second_start_of_the_demo_changes_nothing(db):
    first, count = run(), Message.objects.count()
    assert run("--once") == first
    assert Message.objects.count() == count


def test_the_demo_shows_a_preview_that_nobody_has_fetched(db, client_of, page, outside):
    site = outside.site("example.com")
    run()
    assert not Workspace.current().link_previews
    ana = User.objects.get(username="ana")
    client = client_of(ana)
    card = page(client.get("/rooms/website/?newest=1")).select_one(".preview")
    assert card.a["href"] == "https://example.com/draft/the-cat"
    assert client.get(card.img["src"]).content[8:12] == b"WEBP"
    assert site.asked == []
