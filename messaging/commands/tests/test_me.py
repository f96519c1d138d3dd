"""/me: one template draws it everywhere, and the text stays as it was typed."""

import pytest
from bs4 import BeautifulSoup

from messaging.message.rendering import render_message
from messaging.message.representation import represent
from messaging.notifications.missed import RoomNews
from messaging.notifications.push.payload import of_room


@pytest.fixture
def waving(send):
    return send("/me waves *hard*").message


def drawn(message):
    body = BeautifulSoup(render_message(message), "html.parser").select_one(".message-body")
    return body, " ".join(body.text.split())


def test_it_is_drawn_with_the_name_of_its_author(waving):
    body, text = drawn(waving)
    assert text == "bruno waves hard"
    assert body.select_one(".message-action bdi").text == "bruno"
    assert body.select_one("em.action em").text == "hard"


def test_the_text_stays_as_typed_for_edits_and_programs(waving, client_of, bruno, page):
    assert (waving.body, represent(waving)["body"]) == ("/me waves *hard*", "/me waves *hard*")
    form = page(client_of(bruno).get(f"/messages/{waving.pk}/edit/"))
    assert form.select_one("textarea").text.strip() == "/me waves *hard*"


@pytest.mark.parametrize(
    ("body", "text"),
    [("/me bows", "bruno bows"), ("Hello", "Hello"), (" /me bows", "/me bows")],
)
def test_an_edit_makes_it_an_action_or_a_text(client_of, bruno, waving, body, text):
    client_of(bruno).post(f"/messages/{waving.pk}/edit/", {"body": body})
    waving.refresh_from_db()
    assert drawn(waving)[1] == text


def test_a_new_name_is_shown_at_once(waving, bruno):
    bruno.display_name = "Bruno B."
    bruno.save(update_fields=["display_name"])
    waving.author = bruno
    assert drawn(waving)[1] == "Bruno B. waves hard"


def test_a_reply_to_it_says_who_did_it(send, waving, client_of, ana, page):
    send("Hi!", user=ana, reply_to=str(waving.pk))
    line = page(client_of(ana).get("/rooms/lobby/")).select_one(".message-reply").text
    assert " ".join(line.split()) == "↩ bruno waves hard"


def test_pages_and_transcripts_draw_it_alike(client_of, ana, waving, page):
    for address in ("/rooms/lobby/", "/rooms/lobby/transcript/"):
        answer = client_of(ana).get(address, follow=True)
        [body] = page(answer).select(".message-body")
        assert " ".join(body.text.split()) == "bruno waves hard"


def test_pushes_and_mails_have_it_in_words(waving, ana, lobby):
    waving.room = lobby
    push = of_room(ana, RoomNews(lobby, "Lobby", [waving], 0), waving).decode()
    assert "bruno waves *hard*" in push


def test_what_was_posted_before_is_no_action(say, lobby, bruno):
    message = say(lobby, bruno, "/me waves")
    message.body_html = "<p>/me waves</p>"
    assert (drawn(message)[1], message.text) == ("/me waves", "/me waves")


def test_marks_of_blocks_are_text_in_it(send):
    message = send("/me says\n> no\n# and <b>").message
    assert message.body_html == '<em class="action">says<br>\n&gt; no<br>\n# and &lt;b&gt;</em>'


def test_without_anything_to_do_it_is_refused(send, refused):
    assert refused(send("/me")) == "Write what you do after /me."


def test_people_are_called_in_it(send, ana):
    assert send("/me waves to @ana").message.mentioned == str(ana.pk)
