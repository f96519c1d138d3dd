"""Drafts are kept for their author alone, and never over a newer text."""

import pytest

from messaging.drafts import actions
from messaging.drafts.forms import MAX_LENGTH
from messaging.models import Draft
from rooms.actions import delete_room, end_membership
from rooms.moderation.actions import mute_member
from users.actions import deactivate, reactivate


@pytest.fixture
def keep(client_of, bruno, lobby):
    """Return a function that keeps a draft of Bruno in the lobby and returns the status."""
    client = client_of(bruno)

    def post(body, draft="", age=0, nonce="page"):
        fields = {"body": body, "draft": draft, "age": str(age), "nonce": nonce}
        return client.post("/rooms/lobby/draft/", fields).status_code

    post.client = client
    return post


@pytest.fixture
def shown(client_of, page):
    """Return a function that opens a room as a user and returns (text, key) of the composer."""

    def open_room(user, path="/rooms/lobby/"):
        form = page(client_of(user).get(path)).select_one("#compose")
        return form.select_one("#body").text, form.select_one("#draft").get("value")

    return open_room


def test_a_draft_is_shown_to_its_author_on_any_device_and_to_nobody_else(keep, shown, ana, bruno):
    assert keep("Half a thought\r\nand more") == 204
    assert shown(bruno) == ("Half a thought\nand more", "page")
    assert shown(bruno, "/rooms/lobby/compose/")[0] == "Half a thought\nand more"
    assert shown(ana) == ("", "")


def test_a_text_that_was_typed_earlier_never_replaces_a_newer_one(keep, shown, bruno):
    assert keep("newer") == 204
    assert keep("older", age=5_000) == 409
    assert keep("", age=5_000) == 409
    assert shown(bruno)[0] == "newer"
    assert keep("newest") == 204
    assert shown(bruno)[0] == "newest"


def test_what_was_sent_is_no_draft_any_more(keep, shown, bruno):
    keep("Hello")
    sent = {"body": "Hello everybody", "nonce": "page.1", "draft": "page"}
    assert keep.client.post("/rooms/lobby/messages/", sent).status_code == 303
    assert shown(bruno) == ("", "")


def test_a_late_save_does_not_bring_back_what_was_sent(keep, shown, bruno, lobby, say):
    say(lobby, bruno, "Hello")
    assert keep("Hel", age=5_000) == 409
    assert keep("And then") == 204
    assert shown(bruno)[0] == "And then"


def test_sending_something_else_leaves_the_draft_of_another_device(keep, shown, bruno):
    keep("A long letter", nonce="phone")
    keep.client.post("/rooms/lobby/messages/", {"body": "ok", "nonce": "desk.1", "draft": ""})
    assert shown(bruno) == ("A long letter", "phone")


def test_a_draft_ends_with_the_membership_and_does_not_come_back(keep, lobby, bruno):
    keep("Half a thought")
    end_membership(lobby.membership_of(bruno))
    assert Draft.objects.count() == 0


def test_a_draft_ends_with_the_room_and_with_the_account(keep, lobby, ana, bruno, shown):
    keep("Half a thought")
    deactivate(bruno, by=ana)
    reactivate(bruno, by=ana)
    assert Draft.objects.count() == 0
    actions.keep_draft(lobby.membership_of(ana), "Mine", "k")
    delete_room(lobby, by=ana)
    assert Draft.objects.count() == 0


def test_who_may_not_write_keeps_nothing(keep, lobby, ana, bruno):
    mute_member(lobby.membership_of(bruno), ana, minutes=60)
    assert (keep("Half a thought"), Draft.objects.count()) == (403, 0)


def test_a_draft_may_be_longer_than_a_message_but_not_endless(keep, shown, bruno):
    assert keep("x" * MAX_LENGTH) == 204
    assert keep("y" * (MAX_LENGTH + 1)) == 422
    assert keep("\0") == 422
    assert shown(bruno)[0] == "x" * MAX_LENGTH


def test_drafts_are_limited(keep, stopped_limits):
    statuses = [keep(f"text {n}") for n in range(80)]
    assert (statuses[0], statuses[-1]) == (204, 429)


@pytest.mark.parametrize("path", ["/rooms/lobby/messages/", "/rooms/lobby/compose/"])
def test_without_scripts_a_button_keeps_the_text_for_later(keep, shown, bruno, lobby, path):
    fields = {"body": "Later", "nonce": "page", "draft": "", "keep": "Keep for later"}
    assert keep.client.post(path, fields).status_code == 303
    assert (shown(bruno)[0], lobby.messages.count()) == ("Later", 0)


@pytest.mark.parametrize("path", ["/rooms/lobby/messages/", "/rooms/lobby/compose/"])
def test_a_text_that_cannot_be_kept_stays_in_the_box_with_the_reason(keep, page, path):
    text = "x" * (MAX_LENGTH + 1)
    response = keep.client.post(path, {"body": text, "nonce": "page", "keep": "1"})
    document = page(response)
    assert response.status_code == 422
    assert document.select_one("#body").text == text
    assert "too long" in document.select_one("#compose-errors").text


def test_a_key_that_is_none_does_not_keep_a_message_from_being_sent(keep, lobby):
    for number, key in enumerate(("\0", "x" * 65, "' OR 1=1", "é")):
        sent = {"body": f"Hello {number}", "nonce": f"page.{number}", "draft": key}
        assert keep.client.post("/rooms/lobby/messages/", sent).status_code == 303
    assert lobby.messages.count() == 4
