"""A preview is a change of its message, not news: when it comes, stays and goes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging.message.actions import (
    change_message,
    delete_message,
    edit_message,
    post_message,
)
from messaging.message.representation import represent
from messaging.models import FetchedLink, Message, Preview
from messaging.pins.actions import pin_message
from messaging.previews import tasks
from messaging.previews.fetching import fetch
from messaging.reports.actions import report_message
from rooms.actions import archive_room, change_room, delete_room
from rooms.direct.actions import open_direct_room
from rooms.models import Room
from rooms.previews.actions import choose_previews
from tertulia.models import KeptTask
from users.actions import save_workspace
from users.models import User

from .conftest import page, preview_of


def queued():
    return KeptTask.objects.filter(path="messaging.previews.tasks.fetch_preview").count()


def test_a_post_with_a_link_stores_one_row_more_and_one_without_nothing(lobby, ana, say):
    def post(body):
        with CaptureQueriesContext(connection) as queries:
            say(lobby, ana, body)
        return len(queries)

    post("to begin")
    plain = post("a plain text")
    assert post("@here, [no] #link: README.md, ana@bread.example") >= plain and queued() == 0
    assert (post("https://bread.example/"), queued()) == (plain + 1, 1)


def test_without_previews_a_post_with_a_link_costs_nothing_more(
    lobby, den, ana, say, django_capture_on_commit_callbacks
):
    say(den, ana, "https://bread.example/")
    with django_capture_on_commit_callbacks(execute=True):
        save_workspace(by=ana, link_previews=False)
    say(lobby, ana, "https://bread.example/")
    assert queued() == 0


def test_it_is_neither_an_edit_nor_news(shown, site, lobby, ana, bruno):
    card = shown(f"{site.url}/")
    message = lobby.messages.get()
    assert (message.edited_at, message.position, message.extras) == (None, 1, {"preview": card})
    assert message.revision == Room.objects.get(pk=lobby.pk).revision == 2
    assert lobby.memberships.with_unread().get(user=bruno).unread == 1
    assert lobby.memberships.with_unread().get(user=ana).unread == 0
    assert not message.versions.exists() and represent(message)["edited_at"] is None


def test_nothing_comes_a_second_time_if_the_task_does(shown, site, lobby, say, work):
    shown(f"{site.url}/")
    revision = Room.objects.get(pk=lobby.pk).revision
    tasks.fetch_preview.enqueue(lobby.messages.get().pk)
    work()
    assert Room.objects.get(pk=lobby.pk).revision == revision and len(site.asked) == 1


@pytest.mark.parametrize("where", ["den", "talk"])
def test_in_private_rooms_only_where_it_was_chosen(shown, site, den, ana, bruno, where):
    room = den if where == "den" else open_direct_room(ana, bruno)
    assert shown(f"{site.url}/", room) is None and not site.asked
    if where == "den":
        change_room(den, ana, link_previews=True)
    else:
        choose_previews(room, True, by=bruno)
    assert shown(f"{site.url}/ again", Room.objects.get(pk=room.pk))["title"] == "Bread"


MEANWHILE = {
    "nothing": lambda message, ana: None,
    "off": lambda message, ana: save_workspace(by=ana, link_previews=False),
    "off in the room": lambda message, ana: change_room(message.room, ana, link_previews=False),
    "private": lambda message, ana: change_room(message.room, ana, kind="closed"),
    "archived": lambda message, ana: archive_room(message.room, ana),
    "room gone": lambda message, ana: delete_room(message.room, ana),
    "deleted": lambda message, ana: delete_message(message),
    "edited": lambda message, ana: edit_message(message, "no link"),
    "another link": lambda message, ana: edit_message(message, "https://nobody.example/"),
}


@pytest.mark.parametrize("name", MEANWHILE)
@pytest.mark.parametrize("when", ["before the task", "during the request"])
def test_what_changed_meanwhile_counts(say, work, site, lobby, ana, bruno, monkeypatch, name, when):
    message = say(lobby, bruno, f"{site.url}/")

    def happen():
        MEANWHILE[name](Message.objects.get(pk=message.pk), ana)

    def fetch_meanwhile(url):
        happen()
        return fetch(url)

    if when == "before the task":
        happen()
    else:
        monkeypatch.setattr(tasks, "fetch", fetch_meanwhile)
    work()
    is_there = name == "nothing"
    assert Preview.objects.exists() is is_there
    assert Message.objects.filter(extras__has_key="preview").exists() is is_there
    assert len(site.asked) == (is_there or when == "during the request")


def test_a_link_of_somebody_who_was_deactivated_is_not_fetched(say, work, site, lobby, bruno):
    say(lobby, bruno, f"{site.url}/")
    User.objects.filter(pk=bruno.pk).update(is_active=False)
    work()
    assert not site.asked


def test_an_edit_without_the_link_takes_the_preview_away_at_once(shown, site, lobby):
    shown(f"{site.url}/")
    message = lobby.messages.get()
    before = Room.objects.get(pk=lobby.pk).revision
    edit_message(message, "no link")
    assert preview_of(message) is None and not Preview.objects.exists()
    assert Room.objects.get(pk=lobby.pk).revision == before + 1


def test_an_edit_to_another_link_brings_another_preview(shown, site, lobby, work):
    shown(f"{site.url}/a")
    message = lobby.messages.get()
    site.answer = page("Rye")
    edit_message(message, f"{site.url}/b")
    assert preview_of(message) is None
    work()
    assert preview_of(message) == {"url": f"{site.url}/b", "title": "Rye"}
    assert Preview.objects.get().url == f"{site.url}/b"


def test_an_edit_around_the_link_leaves_the_preview_alone(shown, site, lobby, work):
    card = shown(f"look {site.url}/a")
    message = lobby.messages.get()
    edit_message(message, f"**Look:** {site.url}/a!")
    assert preview_of(message) == card
    assert work() == 0 and len(site.asked) == 1


@pytest.mark.parametrize("body", ["`{}`", "<{}>", "> {}", "[bread]({})"])
def test_a_link_that_is_not_bare_has_none_and_takes_away_that_of_a_bare_one(
    shown, site, lobby, work, body
):
    assert shown(body.format(f"{site.url}/")) is None and not site.asked
    shown(f"{site.url}/")
    message = lobby.messages.last()
    edit_message(message, body.format(f"{site.url}/"))
    assert preview_of(message) is None


def test_a_link_to_this_site_is_never_fetched(say, shown, outside, den, ana):
    own = outside.site("testserver", answer=page("Den"))
    secret = say(den, ana, "secret")
    for host in ("testserver", "TestServer."):
        assert shown(f"https://{host}/messages/{secret.pk}/") is None
    assert not own.connections and not outside.looked_up


def test_deleting_a_message_deletes_its_preview(shown, site, lobby):
    shown(f"{site.url}/")
    message = lobby.messages.get()
    delete_message(message)
    assert not Preview.objects.exists()
    assert Message.objects.get(pk=message.pk).extras == {}


def test_what_else_a_message_holds_stays(say, work, site, lobby, ana, bruno):
    first = say(lobby, bruno, "hello")
    message = say(lobby, bruno, f"{site.url}/")
    pin_message(message, ana)
    report_message(message, ana, "Rude")
    change_message(message, extras={"reactions": [["👍", 1, [ana.pk]]]})
    work()
    assert set(Message.objects.get(pk=message.pk).extras) == {"pin", "preview", "reactions"}
    assert preview_of(first) is None


def test_a_reply_does_not_show_the_preview_of_what_it_answers(shown, site, lobby, ana):
    shown(f"{site.url}/")
    message = lobby.messages.get()
    answer = post_message(lobby, ana, "nice", "reply", reply_to=message.pk)
    assert "preview" not in answer.extras and "Bread" not in str(answer.reply)


@pytest.mark.parametrize("off", ["workspace", "room"])
def test_turning_previews_off_leaves_those_that_are_there(shown, site, lobby, ana, off):
    card = shown(f"{site.url}/")
    if off == "workspace":
        save_workspace(by=ana, link_previews=False)
    else:
        change_room(lobby, ana, link_previews=False)
    assert preview_of(lobby.messages.get()) == card


def test_fifty_messages_with_one_link_make_one_request(say, work, site, lobby, ana):
    for number in range(50):
        say(lobby, ana, f"{site.url.upper()}/#{number} for the {number}th time")
    work()
    titles = [message.extras["preview"]["title"] for message in lobby.messages.all()]
    assert titles == ["Bread"] * 50 and len(site.asked) == 1
    assert FetchedLink.objects.get().url == f"{site.url}/"


def test_the_case_of_a_path_counts(say, work, site, lobby, ana):
    for path in ("/a", "/A", "/a?b"):
        say(lobby, ana, f"{site.url}{path}")
    work()
    assert [asked.path for asked in site.asked] == ["/a", "/A", "/a?b"]


@pytest.mark.parametrize(
    "link",
    [
        *("http://127.0.0.1/", "http://0x7f.1/", "http://2130706433/", "http://[::1]/"),
        *("http://[::ffff:127.0.0.1]/", "http://localhost/", "http://10.1.2.3/", "http://0/"),
        *("https://bread.example:8443/", "http://bread.example:25/", "https://a:b@bread.example/"),
        *("http://169.254.169.254/latest/", "http://two.example/", "http://inside.example/"),
        *("ftp://bread.example/", "http://①②⑦.⓪.⓪.①/", f"https://bread.example/{'x' * 2_000}"),
    ],
)
def test_what_must_not_be_called_is_not(shown, site, outside, link):
    outside.names |= {"two.example": ["93.184.0.9", "10.0.0.1"], "inside.example": ["127.0.0.1"]}
    assert shown(link) is None
    assert not outside.connected
