"""Users with the permission can export messages, and nobody else."""

import csv
import json
from base64 import b64encode
from datetime import time, timedelta
from io import StringIO

import pytest
from asgiref.sync import async_to_sync
from bs4 import BeautifulSoup
from django.utils import timezone

from core import rate_limits
from core.threads import in_database
from files.models import Blob
from files.stores import store_named
from messaging.later.actions import remind_of, save_message
from messaging.message.actions import delete_message, post_message
from messaging.notifications.actions import choose_level
from messaging.notifications.quiet.actions import set_quiet_hours
from messaging.previews.tests.shown import URL, drawn, with_preview
from messaging.scheduled.actions import schedule_message
from rooms.actions import change_role, end_membership
from rooms.direct.actions import open_direct_room
from rooms.models import Membership
from tertulia.data import exports
from users.avatars.actions import store_avatar
from users.models import User
from users.status.actions import set_status


@pytest.fixture
def said(den, ana, bruno):
    """Three messages in the closed room; the second is deleted."""
    messages = [
        post_message(den, bruno, "=1+1", "1"),
        post_message(den, ana, "to be deleted", "2"),
        post_message(den, bruno, "<script>alert(1)</script> **é**", "3"),
    ]
    delete_message(messages[1])
    return messages


@pytest.fixture
def taken(client_of, db):
    """Return a function that downloads a file as a user and returns its text."""

    def download(person, path):
        response = client_of(person).get(path)
        assert response.status_code == 200
        return async_to_sync(joined)(response.streaming_content)

    return download


async def joined(pieces):
    return b"".join([piece async for piece in pieces]).decode()


@pytest.mark.django_db(transaction=True)
def test_an_owner_takes_a_room_as_json(said, ana, taken):
    room = json.loads(taken(ana, "/rooms/den/export/json/"))
    assert [message["body"] for message in room["messages"]] == [said[0].body, "", said[2].body]
    assert [member["username"] for member in room["members"]] == ["ana", "bruno"]
    assert "@example.com" not in json.dumps(room)


@pytest.mark.django_db(transaction=True)
def test_a_table_holds_no_formula(said, ana, taken):
    rows = list(csv.DictReader(StringIO(taken(ana, "/rooms/den/export/csv/").lstrip("\ufeff"))))
    assert [row["body"] for row in rows] == ["'=1+1", "", said[2].body]


@pytest.mark.parametrize("sign", "=+-@＝＋－＠﹦﹢﹣﹫⁼₊⁻−")
@pytest.mark.parametrize("before", ["", " ", "\u3000", "\u200b", "\ufeff", '"', "“", "' \u00a0"])
def test_a_formula_of_any_width_is_text_in_a_table(den, bruno, sign, before):
    post_message(den, bruno, f"{before}{sign}1+1", "1")
    rows = list(csv.reader(StringIO("".join(exports.room_csv(den)))))
    assert rows[1][-1] == f"'{before}{sign}1+1"


def test_a_table_opens_in_a_spreadsheet_as_it_was_written(den, bruno):
    post_message(den, bruno, "a;=1+1;b é", "1")
    table = "".join(exports.room_csv(den))
    assert table.startswith('\ufeff"position"')
    assert table.endswith('"a;=1+1;b é"\r\n')


@pytest.mark.django_db(transaction=True)
def test_a_page_of_a_room_needs_nothing_else_and_runs_nothing(said, ana, taken):
    soup = BeautifulSoup(taken(ana, "/rooms/den/export/html/"), "html.parser")
    assert len(soup.select("article[data-position]")) == 3
    assert soup.select("script, link, img, [href], [src]") == []
    assert [strong.text for strong in soup.select("article div strong")] == ["é"]
    assert "to be deleted" not in soup.text


def test_a_direct_room_is_called_by_the_names_of_its_people_as_they_are_now(ana, bruno):
    room = open_direct_room(ana, bruno)
    post_message(room, bruno, "hello", "1")
    name = "A name of more than sixty letters, which nobody cuts anywhere"[:60]
    ana.display_name = name
    ana.save()
    others = [exports.workspace_json(), exports.person_json(ana)]
    found = [json.loads("".join(pieces))["rooms"][0]["name"] for pieces in others]
    found.append(json.loads("".join(exports.room_json(room)))["room"]["name"])
    assert found == [f"{name}, bruno"] * 3


@pytest.mark.django_db(transaction=True)
def test_a_person_takes_what_is_theirs_and_nothing_else(said, bruno, taken):
    mine = json.loads(taken(bruno, "/profile/export/"))
    assert [message["body"] for message in mine["messages"]] == [said[0].body, said[2].body]
    assert [room["slug"] for room in mine["rooms"]] == ["den"]
    assert (mine["person"]["email"], "ana" in json.dumps(mine)) == ("bruno@example.com", False)


def test_ones_own_data_hold_the_avatar(bruno):
    def taken():
        return json.loads("".join(exports.person_json(User.objects.get(pk=bruno.pk)))).get("avatar")

    assert taken() is None
    store_avatar(bruno, b"a picture")
    assert taken() == {"content_type": "image/webp", "data": b64encode(b"a picture").decode()}
    store_named("database").remove([Blob.objects.get().key])
    assert taken() is None


def test_ones_own_data_hold_the_status_while_it_lasts(bruno):
    def taken():
        return json.loads("".join(exports.person_json(User.objects.get(pk=bruno.pk)))).get("status")

    assert taken() is None
    until = timezone.now() + timedelta(hours=1)
    set_status(bruno, "🌴", "On holiday", until)
    assert taken() == {"emoji": "🌴", "text": "On holiday", "until": until.isoformat()}
    User.objects.filter(pk=bruno.pk).update(status_until=timezone.now())
    assert taken() is None


def test_ones_own_data_hold_how_one_is_notified(bruno, lobby):
    def taken():
        return json.loads("".join(exports.person_json(User.objects.get(pk=bruno.pk))))

    assert taken()["notifications"]["quiet_from"] is None
    set_quiet_hours(bruno, time(22), time(7, 30), 0b1000001)
    choose_level(lobby.membership_of(bruno), "nothing", "everything")
    mine = taken()
    assert mine["notifications"] == {
        **{"email": True, "quiet_from": "22:00", "quiet_until": "07:30", "quiet_days": [1, 7]},
        **{"paused_until": None, "is_discreet": False},
    }
    (room,) = mine["rooms"]
    assert (room["notification_level"], room["push_level"]) == ("nothing", "everything")


def test_what_is_scheduled_is_in_the_export_of_its_author_alone(ana, bruno, den):
    def taken(person):
        return json.loads("".join(exports.person_json(person)))["scheduled"]

    schedule_message(den.membership_of(bruno), "Good morning", timezone.now(), "n")
    assert [(row["room"], row["body"]) for row in taken(bruno)] == [("den", "Good morning")]
    assert taken(ana) == []


def test_what_a_person_saved_is_theirs_too_without_rooms_that_they_left(said, bruno, den, lobby):
    moment = timezone.now()
    seen = post_message(lobby, bruno, "seen", "n")
    remind_of(seen, bruno, moment)
    save_message(said[0], bruno)
    end_membership(den.membership_of(bruno))
    saved = json.loads("".join(exports.person_json(bruno)))["saved"]
    assert [(each["room"], each["id"], each["remind_at"]) for each in saved] == [
        ("lobby", seen.pk, moment.isoformat()),
        (None, said[0].pk, None),
    ]


@pytest.mark.parametrize("kind", ["html", "json", "csv"])
def test_who_does_not_own_a_room_does_not_take_it(said, bruno, eve, client_of, client, kind):
    path = f"/rooms/den/export/{kind}/"
    assert client_of(bruno).get(path).status_code == 403
    assert client_of(eve).get(path).status_code == 404
    assert client.get(path).status_code == 302


def test_an_owner_who_left_takes_nothing(said, ana, den, client_of):
    end_membership(den.membership_of(ana))
    assert client_of(ana).get("/rooms/den/export/json/").status_code == 404


def test_exports_are_few(ana, client_of, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "export", rate_limits.Limit(1, 3600))
    client = client_of(ana)
    assert [client.get("/profile/export/").status_code for _ in range(2)] == [200, 429]


def test_a_room_is_read_in_pieces(said, den, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(exports, "MESSAGES_AT_A_TIME", 1)
    with django_assert_num_queries(1 + 3 + 1):  # its people, each piece, and the end
        assert len(json.loads("".join(exports.room_json(den)))["messages"]) == 3


def test_the_pages_lead_to_the_exports(lobby, ana, bruno, client_of, page):
    links = page(client_of(ana).get("/rooms/lobby/settings/")).select("a[download]")
    assert [link["href"] for link in links] == [
        f"/rooms/lobby/export/{kind}/" for kind in ("html", "json", "csv", "zip")
    ]
    links = page(client_of(bruno).get("/profile/")).select("a[download]")
    assert [link["href"] for link in links] == ["/profile/export/", "/profile/export/zip/"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["html", "json", "csv"])
async def test_an_export_under_way_ends_with_the_right_to_take_it(
    den, ana, bruno, client_of, kind, monkeypatch
):
    """A message posted after a demotion is not in the file, however slow the download is."""
    monkeypatch.setattr(exports, "MESSAGES_AT_A_TIME", 2)
    membership = await in_database(den.membership_of)(bruno)
    await in_database(change_role)(membership, Membership.Role.OWNER)
    for number in range(4):
        await in_database(post_message)(den, ana, f"before {number}", f"{number}")
    client = await in_database(client_of)(bruno)
    response = await in_database(client.get)(f"/rooms/den/export/{kind}/")
    pieces = aiter(response.streaming_content)
    taken = await anext(pieces)
    await in_database(change_role)(membership, Membership.Role.MEMBER)
    await in_database(post_message)(den, ana, "the secret", "secret")
    taken += b"".join([piece async for piece in pieces])
    assert (response.status_code, b"secret" in taken) == (200, False)


@pytest.mark.django_db(transaction=True)
def test_what_a_preview_says_is_in_the_exports_as_text(den, ana, bruno, taken):
    with_preview(den, bruno, title="<script>pwned()</script>", picture=drawn())
    [message] = json.loads(taken(ana, "/rooms/den/export/json/"))["messages"]
    assert message["preview"] == {
        "url": URL,
        "title": "<script>pwned()</script>",
        "description": "Up and down.",
        "site": "Lisbon",
    }
    html = BeautifulSoup(taken(ana, "/rooms/den/export/html/"), "html.parser")
    [link] = html.select("article blockquote a")
    assert (link["href"], link.text.strip()) == (URL, "<script>pwned()</script>")
    assert not html.select("script, img")
    rows = list(
        csv.DictReader(StringIO(taken(ana, "/rooms/den/export/csv/").removeprefix("\ufeff")))
    )
    assert [row["body"] for row in rows] == [URL]
