"""Rate limits: the error is beside the field and the text is kept, for every way of sending."""

import pytest
from django.core.cache import cache
from django.utils.html import escape

from core import rate_limits
from core.threads import in_database
from messaging.live.post_queue import Send, post_all
from messaging.message import actions, throttle
from messaging.message.forms import MessageForm
from messaging.models import Message
from rooms.actions import archive_room, end_membership, join_room
from rooms.models import Membership, Room
from rooms.moderation.actions import ban_person, mute_member

NOT_FOUND, TOO_FAST = 4404, 1008
TOO_OFTEN = "You're doing that too fast. Please wait 60 seconds."


@pytest.fixture
def used_up(db, monkeypatch):
    """Return a function that uses up a limit of a user."""
    cache.clear()

    def use_up(name, person):
        monkeypatch.setitem(rate_limits.LIMITS, name, rate_limits.Limit(1, 60))
        rate_limits.forget()
        while not (rate_limits.take_often if name == "post" else rate_limits.take)(name, person):
            pass

    return use_up


@pytest.fixture
def slow(lobby):
    """The lobby in slow mode."""
    Room.objects.filter(pk=lobby.pk).update(slow_seconds=60)
    lobby.refresh_from_db()
    return lobby


def post_by_form(client, room, body, nonce):
    return client.post(f"{room.get_absolute_url()}messages/", {"body": body, "nonce": nonce})


def post_by_frame(client, room, body, nonce):
    return client.post(f"{room.get_absolute_url()}compose/", {"body": body, "nonce": nonce})


def post_by_socket(person, room, body, nonce):
    """Post as a socket does; return the push that answers it."""
    return post_all([Send(person.pk, room.pk, {"body": body, "nonce": nonce})])[0]


BY_PAGE = pytest.mark.parametrize("post", [post_by_form, post_by_frame])


# Posting


def test_switched_off_nothing_is_limited(client_of, lobby, bruno, used_up, settings):
    used_up("post", bruno)
    settings.RATE_LIMITS = False
    assert post_by_form(client_of(bruno), lobby, "hi", "a").status_code == 303


@BY_PAGE
def test_too_many_messages_are_refused_beside_the_text_which_is_kept(
    client_of, lobby, bruno, used_up, page, post
):
    used_up("post", bruno)
    response = post(client_of(bruno), lobby, "typed with love", "a")
    form = page(response).select_one("#compose")
    assert (response.status_code, response["Retry-After"]) == (429, "60")
    assert form.select_one("#compose-errors").get_text(strip=True) == TOO_OFTEN
    assert form.select_one("textarea").get_text().strip() == "typed with love"
    assert form.select_one("#nonce")["value"] == "a"
    assert Message.objects.count() == 0


def test_by_socket_the_same_sentence_is_said(lobby, ana, bruno, used_up, page):
    used_up("post", bruno)
    push = post_by_socket(bruno, lobby, "hi", "a")
    assert escape(TOO_OFTEN) in push and 'id="compose-errors"' in push
    assert 'data-sent="b"' in post_by_socket(ana, lobby, "hi", "b")
    assert Message.objects.get().author == ana


def test_what_is_stored_already_is_acknowledged_however_fast(lobby, bruno, used_up):
    actions.post_message(lobby, bruno, "hi", "a")
    used_up("post", bruno)
    assert 'data-sent="a"' in post_by_socket(bruno, lobby, "hi", "a")
    assert Message.objects.count() == 1


async def test_ws_flood_is_answered_before_it_is_closed(arrive, lobby, ana):
    socket = await arrive(ana, lobby)
    for _ in range(90):
        await socket.send(typing="1")
    await socket.until(lambda page: page.refusal)
    assert (socket.page.refusal, socket.code) == (
        "You&#x27;re doing that too fast. Please wait a few seconds.",
        None,
    )
    for _ in range(90):
        await socket.send(typing="1")
    assert await socket.closed() == TOO_FAST


# Slow mode


@BY_PAGE
def test_slow_mode_says_how_long_and_keeps_the_text(client_of, slow, bruno, page, post):
    client = client_of(bruno)
    assert post(client, slow, "one", "a").status_code == 303
    response = post(client, slow, "two", "b")
    soup = page(response)
    sentence = soup.select_one("#compose-errors").get_text(strip=True)
    assert (response.status_code, sentence[:21]) == (429, "Slow mode is on. You ")
    assert soup.select_one("textarea").get_text().strip() == "two"
    assert 55 <= int(response["Retry-After"]) <= 60
    assert list(Message.objects.values_list("body", flat=True)) == ["one"]


def test_slow_mode_holds_by_socket_across_the_doors(client_of, slow, bruno):
    assert post_by_form(client_of(bruno), slow, "one", "a").status_code == 303
    assert "Slow mode is on." in post_by_socket(bruno, slow, "two", "b")
    assert 'data-sent="a"' in post_by_socket(bruno, slow, "one", "a")


@pytest.mark.parametrize("role", ["moderator", "owner"])
def test_slow_mode_is_not_for_those_who_set_it(slow, bruno, role):
    slow.memberships.filter(user=bruno).update(role=role)
    pushes = [post_by_socket(bruno, slow, text, text) for text in ("one", "two")]
    assert ["data-sent" in push for push in pushes] == [True, True]


def test_in_slow_mode_each_waits_for_themselves(slow, bruno, eve):
    join_room(slow, eve)
    pushes = [post_by_socket(person, slow, "hi", "a") for person in (bruno, eve)]
    assert ["data-sent" in push for push in pushes] == [True, True]


def test_leaving_and_coming_back_does_not_shorten_another_rooms_wait(slow, den, bruno):
    post_by_socket(bruno, slow, "one", "a")
    assert 'data-sent="b"' in post_by_socket(bruno, den, "two", "b")


# Muted, banned, removed


def test_a_muted_member_writes_by_no_door(client_of, lobby, ana, bruno, page):
    message = actions.post_message(lobby, bruno, "before", "a")
    mute_member(lobby.membership_of(bruno), ana, 10)
    client = client_of(bruno)
    frame = post_by_frame(client, lobby, "kept", "b")
    assert post_by_form(client, lobby, "hi", "b").status_code == 403
    assert client.post(f"/messages/{message.pk}/edit/", {"body": "x"}).status_code == 403
    assert frame.status_code == 403
    assert page(frame).select_one("textarea[readonly]").get_text() == "kept"
    assert "A moderator has muted you" in post_by_socket(bruno, lobby, "hi", "b")
    assert Message.objects.get().body == "before"


async def test_a_ban_ends_delivery_to_a_member_and_to_who_reads_along(
    arrive, lobby, ana, bruno, eve
):
    sockets = [await arrive(person, lobby) for person in (bruno, eve)]
    for person, socket in zip((bruno, eve), sockets, strict=True):
        await in_database(ban_person)(lobby, person, ana)
        assert await socket.closed() == NOT_FOUND
    await in_database(actions.post_message)(lobby, ana, "now among us", "a")
    again = await arrive(bruno, lobby)
    assert await again.closed() == NOT_FOUND
    assert [socket.page.texts for socket in (*sockets, again)] == [[], [], []]


def test_a_banned_members_frame_that_is_on_its_way_stores_nothing(lobby, ana, bruno):
    ban_person(lobby, bruno, ana)
    assert "not a member" in post_by_socket(bruno, lobby, "hi", "a")
    assert Message.objects.count() == 0


def test_the_removed_and_the_archived_are_not_counted(lobby, ana, bruno, monkeypatch):
    monkeypatch.setattr(throttle, "lets", lambda composer, membership: 1 / 0)
    end_membership(lobby.membership_of(bruno))
    assert "not a member" in post_by_socket(bruno, lobby, "hi", "a")
    archive_room(lobby)
    assert "archived" in post_by_socket(ana, lobby, "hi", "a")


# The other acts


def edit(client, room):
    message = Message.objects.create(
        room=room, author=room.memberships.first().user, body="x", position=1, revision=1, nonce="e"
    )
    return client.post(f"/messages/{message.pk}/edit/", {"body": "typed"})


def invite(client, room):
    return client.post(f"/rooms/{room.slug}/people/", {"username": "eve"})


def invitation(client, room):
    return client.post("/invitations/", {"note": "typed"})


def report(client, room):
    author = Membership.objects.exclude(user__username="ana").first().user
    message = actions.post_message(room, author, "bad", "r")
    return client.post(f"/messages/{message.pk}/report/", {"reason": "typed"})


def settings_of(client, room):
    return client.post(f"/rooms/{room.slug}/settings/", {"name": "typed", "kind": "open"})


def create(client, room):
    return client.post("/rooms/", {"name": "typed"})


@pytest.mark.parametrize(
    ("limit", "act", "field"),
    [
        ("edit", edit, "[data-editing] textarea"),
        ("invite", invite, "#id_username"),
        ("invitation", invitation, "#id_note"),
        ("report", report, "#id_reason"),
        ("room settings", settings_of, "#id_name"),
        ("room name", create, "#id_name"),
    ],
)
def test_an_act_too_many_is_refused_beside_its_field_with_the_text_kept(
    client_of, lobby, ana, eve, used_up, page, limit, act, field
):
    used_up(limit, ana)
    response = act(client_of(ana), lobby)
    control = page(response).select_one(field)
    errors = page(response).select_one(f"#{control['aria-describedby'].split()[-1]}")
    assert (response.status_code, response["Retry-After"]) == (429, "60")
    assert errors.get_text(strip=True) == TOO_OFTEN
    assert (control.get("value") or control.get_text().strip()) in ("typed", "eve")


def join(client, room, other):
    return client.post(f"/rooms/{room.slug}/join/")


def talk(client, room, other):
    return client.post(f"/people/{other.pk}/talk/")


def delete(client, room, other):
    return client.post("/messages/1/delete/")


@pytest.mark.parametrize(("limit", "act"), [("join", join), ("talk", talk), ("delete", delete)])
def test_an_act_without_a_field_is_refused_with_a_page(
    client_of, lobby, ana, eve, used_up, page, limit, act
):
    used_up(limit, eve)
    response = act(client_of(eve), lobby, ana)
    assert (response.status_code, response["Retry-After"]) == (429, "60")
    assert page(response).select_one("h1").get_text() == "Too many tries"
    assert not lobby.memberships.filter(user=eve).exists()


def test_a_form_that_may_be_posted_stays_as_it_is(lobby, bruno):
    form = MessageForm({"body": "hi", "nonce": "a"})
    assert form.is_valid() and throttle.lets(form, lobby.membership_of(bruno))
    assert form.errors == {}
