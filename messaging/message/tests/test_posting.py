"""Posting, editing and deleting with forms, as each of the cast."""

import pytest

from messaging.live.post_queue import Send, post_all
from messaging.message import actions
from messaging.message.models import BODY_LIMIT
from messaging.models import Message


@pytest.fixture
def said(lobby, ana):
    return actions.post_message(lobby, ana, "Hello", "n1")


def test_posting_leads_back_to_the_room(client_of, lobby, bruno):
    response = client_of(bruno).post(
        f"{lobby.get_absolute_url()}messages/", {"body": " hi ", "nonce": "a"}
    )
    assert (response.status_code, response["Location"]) == (
        303,
        f"{lobby.get_absolute_url()}#compose",
    )
    assert list(Message.objects.values_list("body", "position")) == [("hi", 1)]


def test_a_nonce_that_is_repeated_is_stored_once(client_of, lobby, bruno, ana):
    url = f"{lobby.get_absolute_url()}messages/"
    for client in (client_of(bruno), client_of(bruno), client_of(ana)):
        client.post(url, {"body": "hi", "nonce": "same"})
    assert list(Message.objects.values_list("author__username", "position")) == [
        ("bruno", 1),
        ("ana", 2),
    ]


@pytest.mark.parametrize(
    "body", ["", "   \n", "\u200b\u200d\u2060", "a\x00b", "x" * (BODY_LIMIT + 1)]
)
def test_a_refused_text_stays_in_the_form_with_the_reason(client_of, lobby, bruno, body, page):
    response = client_of(bruno).post(
        f"{lobby.get_absolute_url()}messages/", {"body": body, "nonce": "a"}
    )
    form = page(response).select_one("#compose")
    assert response.status_code == 422
    assert form.select_one("#compose-errors").get_text(strip=True) != ""
    assert form.select_one("textarea").get_text().strip() == body.strip()
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    "body", [">", "- ", "[](https://example.com)", "\u3164", "**\u200b**", "\u2800", "> \n>", "* *"]
)
def test_a_text_that_shows_nothing_is_refused_by_form_and_by_socket(
    client_of, lobby, bruno, body, page
):
    fields = {"body": body, "nonce": "a"}
    response = client_of(bruno).post(f"{lobby.get_absolute_url()}messages/", fields)
    [answer] = post_all([Send(bruno.pk, lobby.pk, fields)])
    reason = "Write something first."
    assert response.status_code == 422
    assert page(response).select_one("#compose-errors").get_text(strip=True) == reason
    assert (reason in answer, Message.objects.count()) == (True, 0)


def test_an_edit_to_nothing_is_refused(client_of, said, ana):
    response = client_of(ana).post(f"/messages/{said.pk}/edit/", {"body": "> \u3164"})
    said.refresh_from_db()
    assert (response.status_code, said.body) == (422, "Hello")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" hi ", "hi"),
        ("\r\n\n hi \n\n", "hi"),
        ("    def f():\r\n        return 1\n ", "    def f():\n        return 1"),
        (" \n  a\n b", "  a\n b"),
    ],
)
def test_the_blanks_of_several_lines_are_kept(client_of, lobby, bruno, typed, kept):
    url = f"{lobby.get_absolute_url()}messages/"
    client_of(bruno).post(url, {"body": typed, "nonce": "a"})
    assert Message.objects.get().body == kept


def test_fields_that_are_not_asked_for_are_ignored(client_of, lobby, bruno, ana):
    client_of(bruno).post(
        f"{lobby.get_absolute_url()}messages/",
        {"body": "hi", "nonce": "a", "author": ana.pk, "position": 9, "created_at": "2001-01-01"},
    )
    message = Message.objects.get()
    assert (message.author, message.position, message.created_at.year > 2001) == (bruno, 1, True)


def test_an_outsider_reads_an_open_room_and_may_not_write(client_of, lobby, eve, page):
    client = client_of(eve)
    room = page(client.get(lobby.get_absolute_url()))
    response = client.post(f"{lobby.get_absolute_url()}messages/", {"body": "hi", "nonce": "a"})
    assert room.select("#compose") == []
    assert response.status_code == 403
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    "path", ["", "messages/", "live/", "people/", "settings/", "join/", "leave/"]
)
def test_a_closed_room_does_not_exist_for_an_outsider(client_of, den, eve, path):
    url = f"{den.get_absolute_url()}{path}"
    assert {client_of(eve).get(url).status_code, client_of(eve).post(url).status_code} <= {404, 405}


def test_an_author_edits_in_place(client_of, said, ana, page):
    client = client_of(ana)
    url = f"/messages/{said.pk}/edit/"
    form = page(client.get(url, headers={"HX-Request": "true"}))
    assert form.select_one(f"#message-{said.pk} textarea").text.strip() == "Hello"
    answer = page(client.post(url, {"body": "Bye"}, headers={"HX-Request": "true"}))
    assert answer.select_one(f"#message-{said.pk} .message-body").get_text(strip=True) == "Bye"
    assert len(answer.select("[data-edited]")) == 1


def test_without_htmx_editing_is_a_page_that_leads_back(client_of, said, ana, page):
    client = client_of(ana)
    url = f"/messages/{said.pk}/edit/"
    assert page(client.get(url)).select_one("main form[method=post]")["action"] == url
    response = client.post(url, {"body": "Bye"})
    assert (response.status_code, response["Location"]) == (303, f"/messages/{said.pk}/")


def test_a_refused_edit_keeps_the_text(client_of, said, ana, page):
    response = client_of(ana).post(f"/messages/{said.pk}/edit/", {"body": " "})
    assert response.status_code == 422
    assert len(page(response).select("[role=alert]")) == 1


def test_deleting_leaves_a_tombstone_without_the_text(client_of, said, ana, lobby, page):
    client_of(ana).post(f"/messages/{said.pk}/delete/")
    said.refresh_from_db()
    room = client_of(ana).get(lobby.get_absolute_url())
    assert (said.body, said.body_html, said.is_deleted) == ("", "", True)
    assert b"Hello" not in room.content
    assert len(page(room).select(f"#message-{said.pk}[data-deleted]")) == 1


def test_getting_the_question_deletes_nothing(client_of, said, ana):
    client_of(ana).get(f"/messages/{said.pk}/delete/")
    said.refresh_from_db()
    assert not said.is_deleted


def test_a_moderator_deletes_but_does_not_edit_anothers_message(client_of, lobby, ana, bruno):
    message = actions.post_message(lobby, bruno, "mine", "b1")
    client = client_of(ana)
    assert client.post(f"/messages/{message.pk}/edit/", {"body": "x"}).status_code == 403
    assert client.post(f"/messages/{message.pk}/delete/").status_code == 303


@pytest.mark.parametrize("verb", ["edit", "delete"])
def test_a_member_changes_nobody_elses_message(client_of, said, bruno, verb):
    assert client_of(bruno).post(f"/messages/{said.pk}/{verb}/", {"body": "x"}).status_code == 403
    said.refresh_from_db()
    assert said.body == "Hello"


@pytest.mark.parametrize("verb", ["", "edit/", "delete/"])
def test_a_message_of_a_closed_room_does_not_exist_for_an_outsider(client_of, den, ana, eve, verb):
    message = actions.post_message(den, ana, "secret", "s1")
    assert client_of(eve).get(f"/messages/{message.pk}/{verb}").status_code == 404


def test_a_removed_author_may_not_edit_any_more(client_of, lobby, bruno):
    message = actions.post_message(lobby, bruno, "mine", "b1")
    lobby.memberships.filter(user=bruno).delete()
    assert client_of(bruno).post(f"/messages/{message.pk}/edit/", {"body": "x"}).status_code == 403


def test_an_archived_room_takes_nothing(client_of, said, lobby, ana):
    lobby.archived_at = said.created_at
    lobby.save()
    client = client_of(ana)
    answers = [
        client.post(f"{lobby.get_absolute_url()}messages/", {"body": "hi", "nonce": "z"}),
        client.post(f"/messages/{said.pk}/edit/", {"body": "hi"}),
        client.post(f"/messages/{said.pk}/delete/"),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_a_permalink_leads_into_the_conversation(client_of, said, lobby, ana):
    response = client_of(ana).get(f"/messages/{said.pk}/")
    assert response["Location"] == f"{lobby.get_absolute_url()}?around=1#message-{said.pk}"
