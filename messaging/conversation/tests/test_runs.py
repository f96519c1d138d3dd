"""What is rendered once for many readers shows each of them their own controls, and nothing old."""

import pytest

from core.conditional import drawn
from messaging.conversation import runs
from messaging.message.actions import edit_message
from messaging.message.rendering import forget
from rooms.actions import change_role, join_room
from rooms.models import Membership
from rooms.moderation.actions import mute_member
from users.actions import save_profile
from users.models import User

from .browsers import ROOM, Browser

LYNX = "Lynx/2.9"
READERS = ("ana", "bruno", "eve", "mod", "muted", "late", "tokyo")


@pytest.fixture
def readers(ana, bruno, eve, lobby, say):
    """The owner, authors, a moderator, a muted member, one with news, and one far away."""
    people = {"ana": ana, "bruno": bruno, "eve": eve}
    for name in READERS[3:]:
        people[name] = User.objects.create_user(name, f"{name}@example.com")
    for person in people.values():
        join_room(lobby, person)
    for author in (ana, bruno, eve, ana):
        say(lobby, author, f"hello from {author.username}")
    of = {each.user.username: each for each in Membership.objects.filter(room=lobby)}
    change_role(of["mod"], "moderator", ana)
    mute_member(of["muted"], ana, 60)
    save_profile(people["tokyo"], time_zone="Asia/Tokyo")
    Membership.objects.exclude(user=people["late"]).update(last_read_position=4, own_unread=0)
    return people


@pytest.fixture
def rendered(monkeypatch):
    """The runs that are rendered from now on."""
    render, seen = runs._rendered, []
    monkeypatch.setattr(runs, "_rendered", lambda *given: seen.append(given) or render(*given))
    return seen


def page_of(client, agent=""):
    drawn.pages.clear()
    status, html = Browser(client, agent).get(ROOM)
    assert status == 200
    return html


@pytest.mark.parametrize("agent", ["", LYNX])
def test_each_reader_sees_what_they_would_alone(readers, client_of, agent):
    clients = {name: client_of(person) for name, person in readers.items()}

    def seen_by(name):
        Membership.objects.filter(user=readers["late"]).update(last_read_position=0)
        return page_of(clients[name], agent)

    for step in range(2):
        runs.runs.clear()
        together = {name: seen_by(name) for name in READERS}
        for name in reversed(READERS):
            runs.runs.clear()
            forget()
            assert seen_by(name) == together[name], (step, name)
        edit_message(readers["ana"].messages.latest("position"), "changed", readers["ana"])


def test_who_sees_the_same_shares_it(readers, client_of, rendered, lobby):
    others = [User.objects.create_user(name, f"{name}@example.com") for name in ("zoe", "yan")]
    for other in others:
        join_room(lobby, other)
    Membership.objects.filter(user__in=others).update(last_read_position=4)
    pages = [page_of(client_of(other)) for other in others]
    assert len(rendered) == 1
    assert all("hello from bruno" in page for page in pages)
    page_of(client_of(readers["bruno"]))  # who may edit one of them
    assert len(rendered) == 2


def test_a_designer_sees_each_change(readers, client_of, rendered, settings):
    client = client_of(readers["bruno"])
    page_of(client)
    settings.DEBUG = True
    page_of(client)
    page_of(client)
    assert len(rendered) == 3
