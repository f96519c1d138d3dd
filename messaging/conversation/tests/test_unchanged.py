"""A page that has not changed is answered with 304, and no change of what it shows is missed."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.shortcuts import render
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.conditional import drawn
from messaging.conversation import views
from messaging.conversation.runs import runs
from messaging.conversation.views import draw
from messaging.drafts.actions import keep_draft
from messaging.later.actions import remind_of
from messaging.message.actions import delete_message, edit_message
from messaging.message.submit import submit
from messaging.models import Message
from messaging.pins.actions import pin_message
from messaging.reactions.actions import add_reaction
from messaging.scheduled.actions import schedule_message
from rooms.actions import (
    archive_room,
    change_role,
    change_room,
    create_room,
    end_membership,
    join_room,
)
from rooms.direct.actions import open_direct_room
from rooms.models import Membership, Presence, Room
from rooms.moderation.actions import mute_member
from rooms.sidebar.actions import favourite_room, move_to_section, mute_room
from tertulia.design import fallback_loader
from users import languages
from users.account_news import record_and_notify
from users.actions import make_administrator, save_profile, save_workspace
from users.audit import Act
from users.models import User
from users.status.actions import set_status

from .browsers import ROOM, Browser

DAY = timedelta(days=1)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def later(monkeypatch):
    """Return a function that sets the clock forward."""
    now = timezone.now
    return lambda by: monkeypatch.setattr(timezone, "now", lambda: now() + by)


class World:
    """What the changes below need: the cast, the rooms, and the fixtures."""

    def __init__(self, request):
        self.of = request.getfixturevalue

    def __getattr__(self, name):
        return self.of(name)

    @property
    def message(self):
        return Message.objects.get(room=self.lobby, position=1)

    def membership(self, user, room=None):
        return Membership.objects.get(user=user, room=room or self.lobby)


def fail_a_template(w):
    make_administrator(w.bruno, w.ana)
    w.browser.get()
    origin = type("Origin", (), {"name": "x.html"})()
    fallback_loader.note(origin, "It is broken.")


def arrive(w):
    Presence.objects.create(
        room=w.lobby, user=w.eve, connection="e", process="p", expires_at=timezone.now() + DAY
    )


def mention_elsewhere(w):
    w.say(w.den, w.ana, "@bruno, come")


def note_news(w):
    record_and_notify(Act.STATUS_REMOVED, w.ana, w.bruno)


def give_status(w, until=None):
    set_status(w.ana, "🎉", "at sea", until)


def end_status(w):
    give_status(w, timezone.now() + timedelta(hours=1))
    w.browser.get()
    w.later(timedelta(hours=2))


def end_mute(w):
    mute_member(w.membership(w.bruno), w.ana, 60)
    w.browser.get()
    w.later(timedelta(hours=2))


def become_due(w):
    remind_of(w.message, w.bruno, timezone.now() + timedelta(hours=1))
    w.browser.get()
    w.later(timedelta(hours=2))


def schedule(w):
    at = timezone.now() + timedelta(hours=1)
    schedule_message(w.membership(w.bruno), "later", at, "t1-a")


def mark_unread(w):
    Membership.objects.filter(user=w.bruno, room=w.lobby).update(last_read_position=0)


CHANGES = {
    "a post": lambda w: w.say(w.lobby, w.ana, "news"),
    "an own post": lambda w: w.say(w.lobby, w.bruno, "news"),
    "an edit": lambda w: edit_message(w.message, "hello again", w.ana),
    "a deletion": lambda w: delete_message(w.message),
    "a reaction": lambda w: add_reaction(w.message, w.eve, "👍"),
    "a pin": lambda w: pin_message(w.message, w.ana),
    "the topic": lambda w: change_room(w.lobby, w.ana, topic="Talk"),
    "the room's name": lambda w: change_room(w.lobby, w.ana, name="Foyer"),
    "slow mode": lambda w: change_room(w.lobby, w.ana, slow_seconds=30),
    "the archive": lambda w: archive_room(w.lobby, w.ana),
    "the role": lambda w: change_role(w.membership(w.bruno), "moderator", w.ana),
    "an administrator": lambda w: make_administrator(w.bruno, w.ana),
    "a mute": lambda w: mute_member(w.membership(w.bruno), w.ana, 60),
    "the end of a mute": end_mute,
    "a member who joins": lambda w: join_room(w.lobby, User.objects.create_user("zoe", "")),
    "a member who leaves": lambda w: end_membership(w.membership(w.eve)),
    "leaving": lambda w: end_membership(w.membership(w.bruno)),
    "somebody who comes": arrive,
    "somebody who goes": lambda w: Presence.objects.all().delete(),
    "a lease that ends": lambda w: w.later(4 * DAY),
    "a display name": lambda w: save_profile(w.ana, display_name="Ana María"),
    "a username": lambda w: save_profile(w.ana, username="anna"),
    "the own name": lambda w: save_profile(w.bruno, display_name="Bruno P."),
    "an author's name": lambda w: (
        Presence.objects.all().delete(),
        w.browser.get(),
        save_profile(w.ana, display_name="Ana María"),
    ),
    "a status": give_status,
    "the end of a status": end_status,
    "the theme": lambda w: save_profile(w.bruno, theme="newspaper"),
    "light or dark": lambda w: save_profile(w.bruno, mode="dark"),
    "the language": lambda w: (save_profile(w.bruno, language="es"), languages.forget()),
    "the time zone": lambda w: save_profile(w.bruno, time_zone="Asia/Tokyo"),
    "the workspace's name": lambda w: save_workspace(w.ana, name="Plaza"),
    "the workspace's theme": lambda w: save_workspace(w.ana, theme="newspaper"),
    "a new room in the list": lambda w: create_room(w.bruno, "Garden"),
    "a room's name in the list": lambda w: change_room(w.den, w.ana, name="Cave"),
    "a room that is archived": lambda w: archive_room(w.den, w.ana),
    "a direct room": lambda w: w.say(open_direct_room(w.eve, w.bruno), w.eve, "psst"),
    "unread elsewhere": lambda w: w.say(w.den, w.ana, "here"),
    "a call elsewhere": mention_elsewhere,
    "unread here": mark_unread,
    "a favourite": lambda w: favourite_room(w.membership(w.bruno, w.den)),
    "a section": lambda w: move_to_section(w.membership(w.bruno, w.den), "Home"),
    "a muted room": lambda w: mute_room(w.membership(w.bruno, w.den)),
    "a saved message that is due": become_due,
    "a scheduled message": schedule,
    "a note to oneself": lambda w: submit(
        w.membership(w.bruno), {"body": "/remind tomorrow Call", "nonce": "n"}
    ),
    "a draft": lambda w: keep_draft(w.membership(w.bruno), "half a sent", "k1"),
    "an empty draft": lambda w: (
        keep_draft(w.membership(w.bruno), "half a sent", "k1"),
        w.browser.get(),
        keep_draft(w.membership(w.bruno), "", "k1"),
    ),
    "midnight": lambda w: w.later(DAY),
    "news of the account": note_news,
    "an open report": lambda w: (
        change_role(w.membership(w.bruno), "moderator", w.ana),
        w.browser.get(),
        Room.objects.filter(pk=w.lobby.pk).update(open_reports=1),
    ),
    "a broken template": fail_a_template,
    "the cookie for how to read": lambda w: w.browser.client.cookies.load({"reading": "plain"}),
    "another open panel": lambda w: w.browser.client.cookies.load({"about": "open"}),
    "another browser": lambda w: setattr(w.browser, "agent", "Lynx/2.9"),
}


UNCHANGED = {
    "nothing": lambda w: None,
    "a minute": lambda w: w.later(timedelta(minutes=1)),
    "a longer lease": lambda w: Presence.objects.update(expires_at=timezone.now() + 2 * DAY),
    "a second page of who is here": lambda w: Presence.objects.create(
        room=w.lobby, user=w.ana, connection="b", process="p", expires_at=timezone.now() + 3 * DAY
    ),
    "a room of others": lambda w: w.say(create_room(w.ana, "Attic"), w.ana, "quiet here"),
    "what others read": lambda w: Membership.objects.filter(user=w.ana).update(
        last_read_position=0
    ),
    "the favourite of somebody else": lambda w: favourite_room(w.membership(w.ana)),
    "the draft of somebody else": lambda w: keep_draft(w.membership(w.ana), "half", "k2"),
    "a draft elsewhere": lambda w: keep_draft(w.membership(w.bruno, w.den), "half", "k3"),
    "a visit elsewhere": lambda w: w.browser.get("/rooms/den/"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_what_the_page_shows_is_seen(name, browser, request, later):
    CHANGES[name](World(request))
    before = browser.seen
    shown = browser.get()
    assert shown[0] != 304 and shown[1] != before[1]
    drawn.pages.clear()
    runs.clear()
    assert shown == Browser(browser.client, browser.agent).get()


@pytest.mark.parametrize("name", UNCHANGED)
def test_what_the_page_does_not_show_leaves_it_as_it_is(name, browser, request, later):
    UNCHANGED[name](World(request))
    assert browser.get()[0] == 304


def test_a_page_is_drawn_once_while_its_facts_are_the_same(browser, draws):
    pages = [Browser(browser.client, agent).get() for agent in (FIREFOX, FIREFOX, FIREFOX, "w3m")]
    assert [status for status, _html in pages] == [200] * 4
    assert pages[0] == pages[1] == pages[2]
    assert len(draws) == 2


def test_each_request_has_its_own_nonce_and_token(browser, client_of, bruno, draws):
    """They are right: the policy names the nonce, and the form is accepted with the cookie."""
    client = Client(enforce_csrf_checks=True)
    client.cookies = client_of(bruno).cookies
    answers = [client.get(ROOM) for _ in range(3)]
    nonces = [re.findall(r' nonce="([^"]+)"', answer.content.decode()) for answer in answers]
    tokens = [re.findall(r'value="(\w{64})"', answer.content.decode()) for answer in answers]
    forms = [
        re.findall(r'id="nonce" value="([^"]+)"', answer.content.decode()) for answer in answers
    ]
    assert len(draws) == 1
    assert len({nonce for [nonce] in forms}) == 3
    assert all(len({*found}) == 1 for found in nonces + tokens)
    assert len({found[0] for found in nonces}) == len({found[0] for found in tokens}) == 3
    for answer, [nonce, *_], [token, *_] in zip(answers, nonces, tokens, strict=True):
        assert f"'nonce-{nonce}'" in answer["Content-Security-Policy"]
        posted = {"body": "hello", "nonce": token[:20], "csrfmiddlewaretoken": token}
        assert client.post(reverse("messaging:post", args=["lobby"]), posted).status_code == 303
    assert b"\0" not in answers[-1].content


def test_a_page_of_somebody_else_is_drawn_for_them(browser, client_of, bruno, eve, ana, draws):
    for user in (bruno, eve, ana, bruno):  # Bruno's second session is one of its own
        assert Browser(client_of(user), FIREFOX).get()[0] == 200
    assert [request.user for request, _page in draws] == [bruno, eve, ana, bruno]


@pytest.fixture
def draws(monkeypatch):
    """The pages that are drawn from now on."""
    drawn.pages.clear()
    pages = []
    monkeypatch.setattr(views, "draw", lambda *given: pages.append(given) or draw(*given))
    yield pages
    drawn.pages.clear()


def test_drawing_the_page_asks_the_database_nothing_after_its_facts(browser, monkeypatch):
    asked = []

    def counted(*arguments):
        with CaptureQueriesContext(connection) as queries:
            response = render(*arguments)
        asked.append(len(queries))
        return response

    monkeypatch.setattr(views, "render", counted)
    drawn.pages.clear()
    Browser(browser.client).get()
    assert asked == [0]
