"""What was deleted or edited is in no reply any more, wherever one looks.

Runs on the database of DATABASE_URL: `site/tests/operations/test_postgresql.py` has it run on both.
"""

import csv
import json
from datetime import timedelta
from io import StringIO

import pytest
from bs4 import BeautifulSoup

from core.threads import in_database
from messaging.message import actions, replies
from messaging.message.representation import represent
from messaging.models import Mention, Message
from messaging.notifications.channels import CHANNELS
from messaging.notifications.mail import render_mail
from messaging.notifications.missed import missed_by, news_of
from messaging.notifications.models import NotificationClaim
from tertulia.data import exports
from users.models import Workspace

OLD, NEW = "Lunch at one?", "Dinner at eight?"


@pytest.fixture
def lunch(lobby, ana):
    return actions.post_message(lobby, ana, OLD, "lunch")


@pytest.fixture
def reply(lunch, bruno):
    return answer(lunch, bruno, "Count me in")


def answer(message, author, body):
    return actions.post_message(message.room, author, body, body, reply_to=message.pk)


def forget(message):
    actions.delete_message(message)


def edit(message):
    actions.edit_message(message, NEW)


# Where replies are shown. The stream of a preview ends with what it shows at first.
PREVIEW = {"Sec-Purpose": "prefetch"}


def of_address(path, **headers):
    def read(client, lobby, reply):
        answer = client.get(path.format(reply=reply), headers=headers)
        assert answer.status_code == 200, answer
        return answer.content.decode()

    return read


def in_a_mail(client, lobby, reply):
    ana = lobby.memberships.get(user__username="ana").user
    for row in (Message, Mention):
        row.objects.update(created_at=reply.created_at - timedelta(minutes=9))
    channel, now = CHANNELS["email"], reply.created_at
    lobby.memberships.filter(user=ana).update(last_read_position=0)
    news = news_of(ana, missed_by(ana, channel, now), channel, now)
    claim = NotificationClaim(claimed_at=now)
    return render_mail(ana, news, claim).body


def in_an_export(client, lobby, reply):
    return "".join(exports.room_html(lobby, "en", Workspace.current().time_zone))


PLACES = {
    "the room": of_address("/rooms/lobby/"),
    "the room in w3m": of_address("/rooms/lobby/", user_agent="w3m/0.5.3"),
    "the stream": of_address("/rooms/lobby/live/", **PREVIEW),
    "a transcript": of_address("/rooms/lobby/transcript/"),
    "the search": of_address("/search/?q=count"),
    "the mentions": of_address("/mentions/"),
    "the message": of_address("/messages/{reply.pk}/", **{"HX-Request": "true"}),
    "a mail": in_a_mail,
    "an export": in_an_export,
}


@pytest.fixture(autouse=True)
def mail_server(settings):
    settings.EMAIL_URL = "smtp://mail.example"
    settings.SITE_URL = "https://chat.example"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("change", "excerpt"), [(forget, "that was deleted"), (edit, NEW)])
def test_the_old_words_are_nowhere(client_of, lobby, lunch, reply, ana, place, change, excerpt):
    read, client = PLACES[place], client_of(ana)
    assert OLD in read(client, lobby, reply)
    change(lunch)
    page = read(client, lobby, reply)
    assert excerpt in page
    assert OLD not in page


@pytest.mark.parametrize("place", PLACES)
def test_with_many_replies_they_are_gone_before_the_task_runs(
    client_of, lobby, lunch, bruno, ana, place, monkeypatch
):
    monkeypatch.setattr(replies, "MAX_AT_ONCE", 1)
    first = answer(lunch, bruno, "Count me in")
    answer(lunch, bruno, "Me too")
    read, client = PLACES[place], client_of(ana)
    assert OLD in read(client, lobby, first)
    forget(lunch)
    stored = Message.objects.get(pk=first.pk).extras["reply"]
    assert stored["excerpt"] == OLD  # the task has not run
    page = read(client, lobby, first)
    assert "that was deleted" in page
    assert OLD not in page


@pytest.mark.parametrize(("change", "excerpt"), [(forget, "that was deleted"), (edit, NEW)])
@pytest.mark.django_db(transaction=True)
async def test_a_page_with_an_old_cursor_learns_of_both(
    awake, arrive, lobby, lunch, reply, ana, change, excerpt
):
    page = await arrive(ana, lobby)
    assert OLD in page.page.log[1]
    cursor = page.page.cursor
    await page.leave()
    await in_database(change)(lunch)
    again = await arrive(ana, lobby, cursor=cursor)
    assert [excerpt in fragment for fragment in again.page.log] == [change is edit, True]
    assert OLD not in "".join(again.page.taken)


@pytest.mark.parametrize(("change", "excerpt"), [(forget, "that was deleted"), (edit, NEW)])
@pytest.mark.django_db(transaction=True)
async def test_an_open_page_learns_of_both_at_once(
    awake, arrive, lobby, lunch, reply, ana, change, excerpt
):
    socket = await arrive(ana, lobby)
    await in_database(change)(lunch)
    await socket.until(lambda page: excerpt in page.log[1])
    assert OLD not in "".join(socket.page.log)


def test_exports_name_what_is_answered_by_its_id(lobby, lunch, reply):
    assert [represent(each).get("reply_to") for each in Message.objects.for_display()] == [
        None,
        lunch.pk,
    ]
    room = json.loads("".join(exports.room_json(lobby)))
    assert [each.get("reply_to") for each in room["messages"]] == [None, lunch.pk]
    table = "".join(exports.room_csv(lobby)).lstrip("\ufeff")
    rows = csv.DictReader(StringIO(table))
    assert [row["reply_to"] for row in rows] == ["", str(lunch.pk)]


def test_an_exported_page_links_to_what_is_answered(lobby, lunch, reply):
    soup = BeautifulSoup(in_an_export(None, lobby, reply), "html.parser")
    link = soup.select(f"#message-{reply.pk} a")[0]
    assert soup.select_one(link["href"])["data-position"] == "1"
