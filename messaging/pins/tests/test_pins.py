"""Pinning and unpinning: who may, how many, and what it is not (news, an edit)."""

import pytest
from django.core.exceptions import PermissionDenied

from messaging.message.actions import delete_message, edit_message
from messaging.message.representation import represent
from messaging.models import Message, Pin
from messaging.pins.actions import TooManyPins, pin_message, unpin_message
from messaging.pins.models import MAX_PINS
from rooms.actions import archive_room, change_role
from rooms.direct.actions import open_direct_room
from rooms.models import Membership, Room
from rooms.moderation.actions import mute_member
from users.audit import AuditEntry

MODERATOR = Membership.Role.MODERATOR


@pytest.fixture
def said(lobby, bruno, say):
    return say(lobby, bruno, "Dinner is on **Thursday**")


def pins_of(room):
    """Return the number of pins that the room knows, and the bodies of the pinned messages."""
    room = Room.objects.get(pk=room.pk)
    pinned = Pin.objects.filter(room=room).order_by("pk")
    return room.pins, [pin.message.body for pin in pinned]


def test_a_moderator_pins_and_unpins(client_of, lobby, said, bruno):
    change_role(lobby.membership_of(bruno), MODERATOR)
    client, path = client_of(bruno), f"/messages/{said.pk}/pin/"
    response = client.post(path, {f"pin:{said.pk}:": "Pin"})
    assert (response.status_code, response["Location"]) == (303, f"/messages/{said.pk}/")
    assert pins_of(lobby) == (1, [said.body])
    client.post(path, {f"unpin:{said.pk}:": "Unpin"})
    assert pins_of(lobby) == (0, [])


def test_each_act_is_done_once_however_often_it_is_asked_for(lobby, said, ana):
    assert [pin_message(said, ana), pin_message(said, ana)] == [True, False]
    revision = Room.objects.get(pk=lobby.pk).revision
    assert not pin_message(said, ana)
    assert Room.objects.get(pk=lobby.pk).revision == revision
    assert [unpin_message(said, ana), unpin_message(said, ana)] == [True, False]
    assert pins_of(lobby) == (0, [])


def test_the_message_holds_who_pinned_it_by_id_and_when(said, ana):
    pin_message(said, ana)
    pin = Pin.objects.get()
    assert (pin.pinned_by, pin.room_id) == (ana, said.room_id)
    stored = Message.objects.get(pk=said.pk)
    assert stored.extras == {"pin": {"by": ana.pk, "at": pin.pinned_at.isoformat()}}
    unpin_message(said, ana)
    assert Message.objects.get(pk=said.pk).extras == {}


def test_in_a_direct_conversation_everybody_pins(client_of, ana, bruno, say):
    room = open_direct_room(ana, bruno)
    said = say(room, ana, "The key is under the mat")
    for user in (bruno, ana):
        client_of(user).post(f"/messages/{said.pk}/pin/", {f"pin:{said.pk}:": ""})
        assert pins_of(room) == (1, [said.body])
        client_of(user).post(f"/messages/{said.pk}/pin/", {f"unpin:{said.pk}:": ""})
        assert pins_of(room) == (0, [])
    assert not AuditEntry.objects.exists()


def test_who_may_not_pin(client_of, lobby, den, said, say, ana, bruno, eve):
    secret = say(den, ana, "secret")
    deleted = delete_message(say(lobby, ana, "gone"), ana)
    asked = [(bruno, said), (eve, said), (eve, secret), (ana, deleted)]
    for user, message, status in zip(*zip(*asked, strict=True), [403, 403, 404, 404], strict=True):
        client, path = client_of(user), f"/messages/{message.pk}/pin/"
        assert client.get(path).status_code == status
        assert client.post(path, {f"pin:{message.pk}:": ""}).status_code == status
    assert client_of(ana).post("/messages/999999/pin/").status_code == 404
    assert not Pin.objects.exists()


@pytest.mark.parametrize("act", [pin_message, unpin_message])
@pytest.mark.parametrize("decision", ["demoted", "gone", "archived", "deleted", "deactivated"])
def test_what_was_decided_since_the_page_was_read_counts(lobby, said, ana, bruno, act, decision):
    change_role(lobby.membership_of(bruno), MODERATOR)
    stale = Message.objects.select_related("room", "author").get(pk=said.pk)
    if act == unpin_message:
        pin_message(said, ana)
    before = pins_of(lobby)
    match decision:
        case "demoted":
            change_role(lobby.membership_of(bruno), "member")
        case "gone":
            lobby.membership_of(bruno).delete()
        case "archived":
            archive_room(Room.objects.get(pk=lobby.pk))
        case "deleted":
            before = (0, [])
            delete_message(said, ana)
        case "deactivated":
            type(bruno).objects.filter(pk=bruno.pk).update(is_active=False)
    with pytest.raises(PermissionDenied):
        act(stale, bruno)
    assert pins_of(lobby) == before


def test_in_an_archived_room_nobody_pins_and_the_pins_stay(client_of, lobby, said, ana, page):
    pin_message(said, ana)
    archive_room(lobby)
    client = client_of(ana)
    assert client.post(f"/messages/{said.pk}/pin/", {f"unpin:{said.pk}:": ""}).status_code == 403
    soup = page(client.get("/rooms/lobby/pinned/"))
    assert [len(soup.select(found)) for found in (".found", ".found form")] == [1, 0]


def test_a_muted_member_of_a_room_is_no_moderator(client_of, lobby, said, bruno):
    mute_member(lobby.membership_of(bruno), None, 10)
    assert client_of(bruno).get(f"/messages/{said.pk}/pin/").status_code == 403


def test_the_fifty_first_is_refused_with_a_sentence(client_of, lobby, ana, say, page):
    for n in range(MAX_PINS):
        pin_message(say(lobby, ana, f"number {n}"), ana)
    last = say(lobby, ana, "one more")
    response = client_of(ana).post(f"/messages/{last.pk}/pin/", {f"pin:{last.pk}:": "Pin"})
    assert response.status_code == 422
    sentence = "50 messages are pinned here, which is the most. Unpin one of them first."
    assert page(response).select_one("#pin [role=alert]").get_text(strip=True) == sentence
    assert page(response).select_one('#pin a[href="/rooms/lobby/pinned/"]')
    with pytest.raises(TooManyPins):
        pin_message(last, ana)
    first = Message.objects.get(body="number 0")
    assert not pin_message(first, ana)  # which is pinned already
    unpin_message(first, ana)
    assert pin_message(last, ana)


@pytest.mark.parametrize("pins", [0, MAX_PINS])
def test_an_iframe_shows_why_it_is_refused_and_leads_back(
    client_of, lobby, said, ana, bruno, page, pins
):
    Room.objects.filter(pk=lobby.pk).update(pins=pins)
    user, status, sentence = (ana, 422, "50 messages") if pins else (bruno, 403, "permission")
    back = f"{lobby.get_absolute_url()}live/"
    headers = {"Sec-Fetch-Dest": "iframe"}
    fields = {f"pin:{said.pk}:": "Pin", "back": back}
    response = client_of(user).post(f"/messages/{said.pk}/pin/", fields, headers=headers)
    assert (response.status_code, response["X-Frame-Options"]) == (status, "SAMEORIGIN")
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    soup = page(response)
    assert sentence in soup.select_one("[role=alert]").get_text()
    assert soup.select_one(f"a[href='{back}'][target=_self]")


def test_a_pinned_message_that_is_deleted_is_no_longer_pinned(client_of, lobby, said, ana, page):
    pin_message(said, ana)
    client = client_of(ana)
    client.post(f"/messages/{said.pk}/delete/")
    assert pins_of(lobby) == (0, [])
    assert page(client.get("/rooms/lobby/")).select("#pins a") == []
    assert page(client.get("/rooms/lobby/pinned/")).select(".found") == []


def test_deleting_a_message_that_is_not_pinned_counts_nothing(lobby, said, ana, say):
    pin_message(said, ana)
    delete_message(say(lobby, ana, "other"), ana)
    assert pins_of(lobby) == (1, [said.body])


def test_editing_keeps_the_pin(lobby, said, ana, bruno):
    pin_message(said, ana)
    edit_message(said, "Dinner is on *Friday*", by=bruno)
    stored = Message.objects.get(pk=said.pk)
    assert stored.extras["pin"]["by"] == ana.pk
    assert pins_of(lobby) == (1, ["Dinner is on *Friday*"])


def test_a_pin_is_no_news_and_no_edit(lobby, said, ana, bruno, mailoutbox):
    before = Room.objects.get(pk=lobby.pk).last_position
    unread = {user: Membership.objects.for_sidebar(user).get().unread for user in (ana, bruno)}
    pin_message(said, ana)
    assert Message.objects.get(pk=said.pk).edited_at is None
    assert Room.objects.get(pk=lobby.pk).last_position == before
    for user, number in unread.items():
        assert Membership.objects.for_sidebar(user).get().unread == number
    assert mailoutbox == []


def test_the_log_says_who_pinned_and_unpinned_whose_message(lobby, said, ana, bruno, say):
    pin_message(said, ana)
    unpin_message(said, ana)
    pin_message(say(lobby, ana, "her own"), ana)
    entries = AuditEntry.objects.order_by("pk").values_list("act", "actor", "person", "detail")
    assert list(entries) == [
        ("message_pinned", ana.pk, bruno.pk, "#1"),
        ("message_unpinned", ana.pk, bruno.pk, "#1"),
        ("message_pinned", ana.pk, None, "#2"),
    ]


def test_an_export_shows_since_when_a_message_is_pinned(said, ana):
    assert "pinned_at" not in represent(said)
    pin_message(said, ana)
    assert represent(said)["pinned_at"] == Pin.objects.get().pinned_at.isoformat()


def test_the_number_of_attempts_is_limited(client_of, said, ana, settings):
    settings.RATE_LIMITS = True
    client, path = client_of(ana), f"/messages/{said.pk}/pin/"
    for _time in range(60):
        assert client.post(path, {f"pin:{said.pk}:": ""}).status_code == 303
    response = client.post(path, {f"unpin:{said.pk}:": ""})
    assert (response.status_code, bool(response["Retry-After"])) == (429, True)
    assert Pin.objects.exists()


def test_looking_at_the_page_changes_nothing(client_of, lobby, said, ana):
    client, path = client_of(ana), f"/messages/{said.pk}/pin/"
    for name in ("pin", "unpin"):
        assert client.get(path, {f"{name}:{said.pk}:": "Pin"}).status_code == 200
        assert client.head(path, {f"{name}:{said.pk}:": "Pin"}).status_code == 200
    assert not Pin.objects.exists()
