"""Beside each name is a picture or an initial: one template, and no query more."""

import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from messaging.message.actions import post_message
from messaging.message.rendering import render_message
from messaging.models import Message
from rooms import broadcasts
from rooms.models import Presence
from rooms.moderation.actions import ban_person
from rooms.presence.leases import record
from users.actions import save_profile
from users.avatars.actions import remove_avatar, store_avatar
from users.models import User

from .servers import ROOT

HOSTILE = [
    '"><img src=x onerror=alert(1)>',
    "<b>&amp;",
    "'{{ 7|add:7 }}",
    "\u202eevil",
    "javascript:1",
]


@pytest.fixture
def message(lobby, bruno):
    return post_message(lobby, bruno, "Hello", "n1")


PLACES = {
    "messages": ("bruno", "/rooms/lobby/"),
    "the form to edit": ("bruno", "/messages/{message}/edit/"),
    "search": ("ana", "/search/?q=Hello"),
    "members": ("ana", "/rooms/lobby/people/"),
    "people": ("ana", "/people/"),
    "a person": ("ana", "/people/bruno/"),
    "finding": ("ana", "/switch/?q=bruno"),
    "the foot of the rooms": ("bruno", "/people/ana/"),
    "the profile": ("bruno", "/profile/"),
    "a new conversation": ("ana", "/conversations/new/"),
    "without scripts": ("ana", "/rooms/lobby/?reading=plain"),
    "a transcript": ("ana", "/rooms/lobby/transcript/"),
}


@pytest.mark.parametrize(("reader", "path"), PLACES.values(), ids=PLACES)
def test_every_place_of_a_person_shows_the_picture(
    ana, bruno, message, client_of, page, avatar_of, reader, path
):
    path = path.format(message=message.pk)
    client = client_of({"ana": ana, "bruno": bruno}[reader])
    before = page(client.get(path))
    initials = before.select("[data-initial=B]")
    store_avatar(bruno, b"picture")
    after = page(client.get(path))
    pictures = after.select(f"img.avatar[src='{avatar_of(bruno)}'][alt=''][width][height]")
    assert len(pictures) == len(initials) > 0
    assert len(after.select(".avatar")) == len(before.select(".avatar"))
    assert not after.select("[data-initial=B]")


def test_no_other_template_draws_an_avatar():
    drawing = re.compile(r"data-initial=|class=\"avatar\"|avatar_id")
    facts = re.compile(r"{% remembered .*?%}")
    files = {
        str(path.relative_to(ROOT / "templates"))
        for path in (ROOT / "templates").rglob("*.html")
        if drawing.search(facts.sub("", path.read_text()))
    }
    asking = {  # whether there is one
        "rooms/bots/_picture.html",
        "users/avatars/_own_avatar.html",
        "users/_person_controls.html",
    }
    assert files - asking == {"users/_avatar.html"}


def test_a_ban_shows_it_too(ana, bruno, lobby, client_of, page, avatar_of):
    store_avatar(bruno, b"picture")
    ban_person(lobby, bruno, ana)
    shown = page(client_of(ana).get("/rooms/lobby/bans/"))
    assert shown.select(f"li img[src='{avatar_of(bruno)}']")


def test_a_fragment_shows_a_new_picture_and_never_the_old_one(bruno, message, avatar_of):
    seen = []
    for act in (None, b"one", b"two"):
        if act:
            store_avatar(bruno, act)
        html = render_message(Message.objects.for_display().get(pk=message.pk))
        seen.append(BeautifulSoup(html, "html.parser").select_one(".avatar").get("src"))
        assert seen[-1] == avatar_of(bruno)
    assert len(set(seen)) == 3
    remove_avatar(User.objects.get(pk=bruno.pk), by=bruno)
    assert "data-initial" in render_message(Message.objects.for_display().get(pk=message.pk))


@pytest.mark.parametrize(("reader", "path"), PLACES.values(), ids=PLACES)
def test_pictures_cost_no_query(ana, bruno, message, client_of, reader, path):
    client, path = client_of({"ana": ana, "bruno": bruno}[reader]), path.format(message=message.pk)
    client.get(path)  # marks messages as read
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts.append(len(queries))
        for person in (ana, bruno):
            store_avatar(person, b"picture")
    assert counts[0] == counts[1]


def test_a_fragment_is_drawn_without_a_query(bruno, message, django_assert_num_queries):
    store_avatar(bruno, b"picture")
    drawn = Message.objects.for_display().get(pk=message.pk)
    with django_assert_num_queries(0):
        assert "<img" in render_message(drawn)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text_beside_a_picture_and_without(bruno, name):
    for key in (None, "A" * 22):
        bruno.display_name, bruno.avatar_id = name, key
        html = render_to_string("users/_avatar.html", {"person": bruno})
        [element] = BeautifulSoup(html, "html.parser").find_all(True)
        assert set(element.attrs) <= {
            *("class", "src", "alt", "width", "height", "loading", "decoding"),
            *("data-initial", "aria-hidden"),
        }


@pytest.fixture
def here(bruno, lobby):
    """Bruno has the lobby open."""
    record([Presence(room=lobby, user=bruno, connection="c", process="p", session_key="")], [])


ACTS = {
    "a picture": lambda person: store_avatar(person, b"picture"),
    "none": lambda person: remove_avatar(person, by=person),
    "a name": lambda person: save_profile(person, display_name="Bruno M"),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_the_lists_of_who_is_here_are_drawn_again(
    act, bruno, lobby, here, monkeypatch, django_capture_on_commit_callbacks
):
    store_avatar(bruno, b"picture")
    events = []
    monkeypatch.setattr(broadcasts, "publish", lambda *event: events.append(event))
    with django_capture_on_commit_callbacks(execute=True):
        act(bruno)
    group = broadcasts.room_group(lobby.pk)
    assert events == [(group, {"type": "presence.changed", "room": lobby.pk})]
