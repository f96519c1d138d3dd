"""Django's admin shows messages, and deletes them as the room does."""

import pytest

from messaging.message.actions import post_message
from messaging.models import Message
from rooms.actions import open_direct_room


@pytest.fixture
def message(lobby, bruno):
    return post_message(lobby, bruno, "Something **rude**", "1")


def test_eve_finds_no_admin(client_of, message, eve):
    assert client_of(eve).get("/admin/messaging/message/").status_code == 302


def test_direct_rooms_are_not_read(client_of, message, ana, bruno, page):
    post_message(open_direct_room(ana, bruno), bruno, "Between us", "2")
    soup = page(client_of(ana).get("/admin/messaging/message/"))
    assert [cell.get_text() for cell in soup.select(".field-excerpt")] == ["Something **rude**"]


def test_what_was_said_cannot_be_written_over(client_of, message, ana):
    path = f"/admin/messaging/message/{message.pk}/change/"
    assert client_of(ana).get(path).status_code == 200
    assert client_of(ana).post(path, {"body": "Nice"}).status_code == 403
    assert Message.objects.get().body == "Something **rude**"


@pytest.mark.parametrize("several", [False, True])
def test_deleting_leaves_the_tombstone_that_pages_learn_of(client_of, message, ana, several):
    path, data = f"/admin/messaging/message/{message.pk}/delete/", {"post": "yes"}
    if several:
        path = "/admin/messaging/message/"
        data |= {"action": "delete_selected", "_selected_action": message.pk}
    client_of(ana).post(path, data)
    left = Message.objects.get()
    assert (left.body, left.is_deleted, left.revision) == ("", True, 2)
