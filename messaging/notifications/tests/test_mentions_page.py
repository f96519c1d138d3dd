"""The page of mentions, and how the page of a room highlights them."""

import pytest
from django.urls import reverse

from messaging.message.actions import post_message
from rooms.actions import end_membership, open_direct_room


def test_the_page_of_a_reader_marks_what_calls_them(client_of, lobby, ana, bruno, say, page):
    say(lobby, ana, "@bruno")
    found = page(client_of(bruno).get(lobby.get_absolute_url()))
    (style,) = found.select("head style[nonce]")
    assert f'.message[data-mentions~="{bruno.pk}"]' in style.text
    assert len(found.select(f'.message[data-mentions~="{bruno.pk}"]')) == 1


def texts(found):
    return [body.text.strip() for body in found.select("main .message .message-body")]


def test_the_page_of_mentions_shows_ones_own_newest_first(
    client_of, lobby, den, ana, bruno, eve, say, page
):
    for room, body in ((lobby, "@bruno first"), (den, "@bruno then"), (lobby, "@eve else")):
        say(room, ana, body)
    found = page(client_of(bruno).get("/mentions/"))
    assert texts(found) == ["@bruno then", "@bruno first"]
    assert [bdi.text for bdi in found.select("main li > p bdi")] == ["Den", "Lobby"]


def test_a_mention_leads_to_its_place_in_history(client_of, lobby, ana, bruno, say, page):
    message = say(lobby, ana, "@bruno")
    client = client_of(bruno)
    link = page(client.get("/mentions/")).select_one("main li > p a")
    where = client.get(link["href"])["Location"]
    assert where == f"{lobby.get_absolute_url()}?around=1#message-{message.pk}"


def test_a_direct_room_goes_by_the_others_name_there(client_of, ana, bruno, say, page):
    say(open_direct_room(ana, bruno), ana, "@bruno")
    found = page(client_of(bruno).get("/mentions/"))
    assert found.select_one("main li > p bdi").text == "ana"


def test_who_has_left_sees_no_mention_of_a_closed_room(client_of, den, ana, bruno, say, page):
    say(den, ana, "@bruno")
    end_membership(den.membership_of(bruno), by=ana)
    found = page(client_of(bruno).get("/mentions/"))
    assert (texts(found), len(found.select("main .nothing"))) == ([], 1)


def test_mentions_are_the_readers_own_to_see(client, client_of, lobby, ana, eve, say, page):
    say(lobby, ana, "@bruno")
    assert texts(page(client_of(eve).get("/mentions/"))) == []
    assert client.get("/mentions/")["Location"] == "/accounts/login/?next=/mentions/"


def test_mentions_come_in_pages_and_cost_the_same_for_one_and_many(
    client_of, lobby, ana, bruno, say, page, django_assert_max_num_queries
):
    client = client_of(bruno)
    for count in (1, 33):
        for _ in range(count):
            say(lobby, ana, "@bruno")
        with django_assert_max_num_queries(9):
            found = page(client.get("/mentions/"))
    assert (len(texts(found)), len(found.select("a[rel=next]"))) == (30, 1)
    assert len(texts(page(client.get("/mentions/?page=2")))) == 4


def test_every_page_leads_to_the_mentions(client_of, bruno, page):
    link = page(client_of(bruno).get("/")).select_one(
        f"#sidebar a[href='{reverse('messaging:mentions')}']"
    )
    assert link.text == "Mentions"


@pytest.mark.parametrize("count", [1, 4])
def test_replies_among_the_mentions_cost_the_same_for_one_and_many(
    client_of, lobby, ana, bruno, say, count, django_assert_max_num_queries
):
    for number in range(count):
        asked = say(lobby, bruno, f"Question {number}")
        post_message(lobby, ana, "Answer", f"answer {number}", reply_to=asked.pk)
    client = client_of(bruno)
    client.get("/mentions/")
    with django_assert_max_num_queries(9):
        assert client.get("/mentions/").text.count("Question") == count
