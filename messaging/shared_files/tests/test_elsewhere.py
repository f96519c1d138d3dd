"""Messages of files alone, wherever messages are quoted: nowhere an empty line."""

import pytest
from django.utils import timezone

from messaging.later.actions import save_message
from messaging.message.actions import delete_message, post_message
from messaging.notifications.mail import render_mail
from messaging.notifications.missed import RoomNews
from messaging.notifications.models import NotificationClaim
from messaging.pins.actions import pin_message
from messaging.shared_files.actions import describe_pictures, remove_file


@pytest.fixture
def answer(lobby, ana):
    """Return a function that answers a message as Ana and returns the reply."""
    return lambda message: post_message(lobby, ana, "Nice", f"to {message.pk}", reply_to=message.pk)


def excerpt(reply):
    reply.refresh_from_db()
    return reply.reply.excerpt


def test_a_reply_quotes_the_names_of_files_without_a_text(answer, share, lobby, bruno):
    assert excerpt(answer(share(lobby, bruno, "a.pdf", "b.txt"))) == "a.pdf, b.txt"
    assert excerpt(answer(share(lobby, bruno, "a.pdf", body="The *plan*"))) == "The plan"


def test_a_reply_quotes_what_a_picture_shows(answer, share, lobby, bruno):
    message = share(lobby, bruno, "a.jpg")
    reply = answer(message)
    describe_pictures(message, {message.files[0].id: "A cat"}, bruno)
    assert excerpt(reply) == "A cat"


def test_what_was_removed_or_deleted_is_quoted_no_more(answer, share, lobby, bruno):
    message = share(lobby, bruno, "secret.pdf", "b.txt")
    reply = answer(message)
    remove_file(message, message.files[0].id, bruno)
    assert excerpt(reply) == "b.txt"
    delete_message(message)
    assert excerpt(reply) == "" and "b.txt" not in str(reply.extras)


def test_a_name_that_turns_the_direction_of_text_turns_nothing_in_a_quote(
    answer, share, lobby, bruno
):
    assert excerpt(answer(share(lobby, bruno, "a\u202egnp.exe"))) == "agnp.exe"


@pytest.mark.parametrize(
    "address", ["pin/", "save/", "reactions/", "unread/", "delete/", "report/", "files/"]
)
def test_the_pages_of_acts_name_the_files(client_of, page, share, lobby, ana, bruno, address):
    message = share(lobby, ana if address != "report/" else bruno, "a.pdf")
    answer = page(client_of(ana).get(f"/messages/{message.pk}/{address}"))
    link = answer.select_one(f"main a[href='{message.files[0].address}']")
    assert link and link.text == "a.pdf"


def test_lists_of_messages_show_the_files(client_of, page, share, lobby, ana, bruno):
    message = share(lobby, bruno, "a.pdf")
    pin_message(message, ana)
    save_message(message, ana)
    client = client_of(ana)
    for address in (f"/rooms/{lobby.slug}/pinned/", "/later/", "/unread/", "/search/?from=bruno"):
        shown = page(client.get(address))
        assert shown.select(f"main .message a[href='{message.files[0].address}']"), address


def test_a_mail_names_the_files(share, lobby, bruno, ana):
    message = share(lobby, bruno, "a.pdf", "b.jpg")
    describe_pictures(message, {message.files[1].id: "A cat"}, bruno)
    news = RoomNews(lobby, "Lobby", [message], 0)
    claim = NotificationClaim(user=ana, claimed_at=timezone.now())
    text = render_mail(ana, [news], claim).body
    assert "\n+ a.pdf (2.0\xa0KB)\n+ A cat (2.0\xa0KB)\n" in text
