"""The line above the composer: what it names, how it comes and goes, and that drafts keep it."""

import re

import pytest

from messaging.drafts.models import Draft
from messaging.message import actions
from rooms.actions import archive_room
from rooms.moderation.actions import mute_member

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize("path", ["", "compose/"])
def test_the_composer_names_what_it_answers(client_of, lunch, bruno, page, path):
    address = lunch.room.get_absolute_url() + path
    line = page(client_of(bruno).get(f"{address}?reply={lunch.pk}")).select_one("form #reply")
    assert line.get_text(" ", strip=True).startswith("Replying to ana : Lunch at one?")
    assert line.select_one("[name=reply_to]")["value"] == str(lunch.pk)
    assert line.a["href"].partition("#")[0] == address


@pytest.mark.parametrize("path", ["", "compose/"])
@pytest.mark.parametrize("asked", ["", "-1", "1e3", "١٢", str(2**64), str(2**60)])
def test_a_wrong_address_shows_the_plain_composer(client_of, lobby, bruno, page, path, asked):
    answer = client_of(bruno).get(f"{lobby.get_absolute_url()}{path}?reply={asked}")
    assert page(answer).select_one("#reply [name=reply_to]")["value"] == ""
    assert page(answer).select_one("#reply").get_text(strip=True) == ""


@pytest.mark.parametrize("path", ["", "compose/"])
def test_the_address_of_another_rooms_message_shows_nothing_of_it(
    client_of, lobby, secret, bruno, page, path
):
    answer = client_of(bruno).get(f"{lobby.get_absolute_url()}{path}?reply={secret.pk}")
    assert page(answer).select_one("#reply").get_text(strip=True) == ""
    assert "safe" not in answer.content.decode()


def test_reply_opens_the_room_with_the_line(client_of, lunch, bruno, page):
    answer = client_of(bruno).get(f"/messages/{lunch.pk}/reply/")
    assert answer["Location"] == f"{lunch.room.get_absolute_url()}?reply={lunch.pk}#compose"


def test_htmx_gets_only_the_line_and_puts_it_above_the_composer(client_of, lunch, bruno, page):
    answer = client_of(bruno).get(f"/messages/{lunch.pk}/reply/", headers=HTMX)
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#reply", "innerHTML")
    [line] = page(answer).find_all(True, recursive=False)
    assert line.select_one("[name=reply_to]")["value"] == str(lunch.pk)


def test_what_is_deleted_cannot_be_chosen(client_of, lunch, bruno):
    actions.delete_message(lunch)
    for headers in ({}, HTMX):
        answer = client_of(bruno).get(f"/messages/{lunch.pk}/reply/", headers=headers)
        assert answer.status_code == 404


def muted(room, bruno, ana):
    mute_member(room.membership_of(bruno), ana, 60)


def archived(room, bruno, ana):
    archive_room(room)


@pytest.mark.parametrize("happens", [muted, archived])
def test_who_cannot_write_cannot_choose_one(client_of, lunch, ana, bruno, happens):
    happens(lunch.room, bruno, ana)
    assert client_of(bruno).get(f"/messages/{lunch.pk}/reply/").status_code == 403


def test_the_frame_of_the_composer_gets_what_the_page_answers(client_of, lunch, bruno, page):
    answer = client_of(bruno).get(f"{lunch.room.get_absolute_url()}?reply={lunch.pk}")
    sources = re.findall(r'src="([^"]*/compose/[^"]*)"', answer.content.decode())
    assert sources == [f"{lunch.room.get_absolute_url()}compose/?reply={lunch.pk}"]


def test_a_page_that_reloads_itself_waits_while_somebody_answers(client_of, lunch, bruno, page):
    address = f"{lunch.room.get_absolute_url()}?refresh=20"
    client = client_of(bruno)
    assert "Refresh" in client.get(address)
    answer = client.get(f"{address}&reply={lunch.pk}")
    assert "Refresh" not in answer and page(answer).select_one("form#compose textarea")


# Drafts.


def test_a_draft_stays_an_answer(client_of, lunch, bruno, page):
    client, address = client_of(bruno), lunch.room.get_absolute_url()
    fields = {"body": "Yes, but", "nonce": "n", "reply_to": lunch.pk}
    assert client.post(f"{address}draft/", fields).status_code == 204
    composer = page(client.get(address)).select_one("#compose")
    assert composer.select_one("textarea").get_text().strip() == "Yes, but"
    assert composer.select_one("[name=reply_to]")["value"] == str(lunch.pk)
    assert "Lunch at one?" in composer.select_one("#reply").get_text()


@pytest.mark.parametrize("path", ["messages/", "compose/"])
def test_keep_for_later_keeps_what_is_answered(client_of, lunch, bruno, path):
    fields = {"body": "Yes, but", "nonce": "n", "reply_to": lunch.pk, "keep": "1"}
    client_of(bruno).post(lunch.room.get_absolute_url() + path, fields)
    draft = Draft.objects.get()
    assert (draft.body, draft.reply_to_id) == ("Yes, but", lunch.pk)


@pytest.mark.parametrize("wrong", ["-1", "1e3", str(2**64), str(2**60)])
def test_a_draft_with_a_wrong_answer_keeps_its_text(client_of, lobby, bruno, wrong):
    fields = {"body": "My words", "nonce": "n", "reply_to": wrong}
    answer = client_of(bruno).post(f"{lobby.get_absolute_url()}draft/", fields)
    draft = Draft.objects.get()
    assert (answer.status_code, draft.body, draft.reply_to_id) == (204, "My words", None)


def test_a_draft_that_answers_another_rooms_message_does_not_show_it(
    client_of, lobby, secret, bruno
):
    fields = {"body": "My words", "nonce": "n", "reply_to": secret.pk}
    client = client_of(bruno)
    client.post(f"{lobby.get_absolute_url()}draft/", fields)
    assert Draft.objects.get().reply_to_id is None
    assert "safe" not in client.get(lobby.get_absolute_url()).content.decode()


def test_a_draft_of_an_answer_to_what_was_deleted_is_a_plain_text(client_of, lunch, bruno, page):
    client, address = client_of(bruno), lunch.room.get_absolute_url()
    client.post(f"{address}draft/", {"body": "Yes", "nonce": "n", "reply_to": lunch.pk})
    actions.delete_message(lunch)
    answer = client.get(address)
    assert page(answer).select_one("#reply [name=reply_to]")["value"] == ""
    assert "Lunch" not in answer.content.decode()
