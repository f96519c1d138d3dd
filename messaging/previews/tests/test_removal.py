"""Removing a preview: who may, and that it stays removed."""

import pytest
from django.core.exceptions import PermissionDenied

from messaging.message.actions import delete_message, edit_message
from messaging.models import Message, Preview
from messaging.previews.actions import remove_preview
from messaging.previews.tasks import fetch_preview
from rooms.actions import archive_room, change_role
from rooms.direct.actions import open_direct_room
from rooms.models import Membership, Room
from rooms.moderation.actions import mute_member
from rooms.previews.actions import choose_previews
from users.audit import AuditEntry

from .conftest import page as page_of
from .conftest import preview_of

MODERATOR = Membership.Role.MODERATOR


@pytest.fixture
def message(shown, site, lobby, bruno):
    """A message of Bruno with a preview."""
    assert shown(f"{site.url}/", lobby, bruno)
    return lobby.messages.get()


def test_an_author_removes_it_and_the_link_stays(client_of, message, bruno, page):
    client, path = client_of(bruno), f"/messages/{message.pk}/preview/"
    form = page(client.get(path)).select_one("main form")
    assert (form["method"], form["action"]) == ("post", path)
    response = client.post(path)
    assert (response.status_code, response["Location"]) == (303, f"/messages/{message.pk}/")
    assert preview_of(message) is None
    assert "bread.example" in Message.objects.get(pk=message.pk).body_html
    assert client.get(path).status_code == 404 and client.post(path).status_code == 303
    assert not AuditEntry.objects.exists()


def test_htmx_gets_the_message_as_it_is_then(client_of, message, bruno, page):
    headers = {"HX-Request": "true"}
    response = client_of(bruno).post(f"/messages/{message.pk}/preview/", headers=headers)
    shown = page(response)
    assert shown.select_one(f"#message-{message.pk}") and not shown.select(".preview")


def test_a_moderator_removes_anothers_and_the_log_says_so(client_of, message, lobby, ana, bruno):
    client_of(ana).post(f"/messages/{message.pk}/preview/")
    assert preview_of(message) is None
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.person) == ("preview_removed", ana, bruno)
    assert (entry.room_number, entry.detail) == (lobby.pk, "#1")
    assert "removed the preview of a link" in client_of(ana).get("/rooms/lobby/log/").text


def test_it_stays_removed_whatever_the_text_becomes(message, site, work, bruno, say, lobby):
    remove_preview(message, bruno)
    fetch_preview.enqueue(message.pk)
    edit_message(message, f"{site.url}/another")
    edit_message(message, "nothing")
    edit_message(message, f"{site.url}/")
    work()
    assert preview_of(message) is None
    other = say(lobby, bruno, f"{site.url}/")
    work()
    assert preview_of(other)["title"] == "Bread"


def test_what_was_removed_is_not_kept(message, ana):
    remove_preview(message, ana)
    row = Preview.objects.get()
    assert (row.is_removed, row.url, row.title, row.picture) == (True, "", "", None)
    assert not Preview.objects.visible_to(ana).exists()
    delete_message(message)
    assert not Preview.objects.exists()


def test_it_is_done_once(message, ana, bruno):
    assert [remove_preview(message, bruno), remove_preview(message, ana)] == [True, False]
    assert not AuditEntry.objects.exists()


def test_a_removal_while_it_is_fetched_is_not_undone(say, work, site, lobby, ana, bruno):
    message = say(lobby, bruno, f"{site.url}/")
    work()
    site.answer = page_of("Rye")
    edit_message(message, f"{site.url}/rye")
    assert not remove_preview(message, bruno)  # there is none at this moment
    work()
    assert remove_preview(message, bruno)


@pytest.mark.parametrize("state", ["member", "outsider", "muted", "archived", "deleted"])
def test_others_may_not(client_of, message, lobby, ana, bruno, eve, state):
    by = {"member": eve, "outsider": eve}.get(state, bruno)
    match state:
        case "member":
            Membership.objects.create(room=lobby, user=eve)
        case "muted":
            mute_member(lobby.membership_of(bruno), ana, minutes=10)
        case "archived":
            archive_room(lobby, ana)
        case "deleted":
            delete_message(message)
    assert client_of(by).post(f"/messages/{message.pk}/preview/").status_code == 403
    with pytest.raises(PermissionDenied):
        remove_preview(Message.objects.select_related("room").get(pk=message.pk), by)


def test_a_moderator_of_the_room_may_and_one_who_was_may_not(message, lobby, eve):
    Membership.objects.create(room=lobby, user=eve, role=MODERATOR)
    change_role(lobby.membership_of(eve), Membership.Role.MEMBER)
    with pytest.raises(PermissionDenied):
        remove_preview(message, eve)
    change_role(lobby.membership_of(eve), MODERATOR)
    assert remove_preview(message, eve)


def test_in_a_conversation_only_the_author_may(shown, site, ana, bruno):
    room = open_direct_room(ana, bruno)
    choose_previews(room, True, by=ana)
    assert shown(f"{site.url}/", Room.objects.get(pk=room.pk), bruno)
    message = room.messages.get()
    with pytest.raises(PermissionDenied):
        remove_preview(message, ana)
    assert remove_preview(message, bruno) and not AuditEntry.objects.exists()


def test_looking_at_the_page_removes_nothing(client_of, message, bruno):
    client, path = client_of(bruno), f"/messages/{message.pk}/preview/"
    assert [client.get(path).status_code, client.head(path).status_code] == [200, 200]
    assert preview_of(message)
