"""The pages of pins: of a room's, and of one; the header and the mark in the message."""

import pytest

from messaging.message.actions import post_message
from messaging.message.rendering import render_message
from messaging.models import Message, Pin
from messaging.pins.actions import pin_message, unpin_message
from rooms.actions import change_role
from rooms.direct.actions import open_direct_room
from users.models import User


@pytest.fixture
def pinned(lobby, ana, bruno, say):
    """Three messages, pinned in another order than they were posted."""
    said = [say(lobby, bruno, f"message {n}") for n in range(4)]
    for n in (2, 0, 1):
        pin_message(said[n], ana)
    return said


def test_the_page_lists_the_newest_pin_first_and_by_whom(client_of, pinned, bruno, page):
    soup = page(client_of(bruno).get("/rooms/lobby/pinned/"))
    bodies = [body.get_text(strip=True) for body in soup.select(".found .message-body")]
    assert bodies == ["message 1", "message 0", "message 2"]
    found = soup.select_one(".found")
    assert "Pinned by ana" in found.get_text(" ", strip=True)
    assert found.select_one('.pin a[href="/people/ana/"], .pin a[href*="ana"]')
    assert found.select_one("time[datetime]")
    assert found.select_one(f'.pin a[href="/messages/{pinned[1].pk}/"]')


def test_only_who_may_unpin_is_offered_it_and_goes_back_to_the_list(
    client_of, lobby, pinned, ana, bruno, page
):
    assert page(client_of(bruno).get("/rooms/lobby/pinned/")).select(".found form") == []
    client = client_of(ana)
    form = page(client.get("/rooms/lobby/pinned/")).select_one(".found form")
    fields = {field["name"]: field.get("value", "") for field in form.select("[name]")}
    response = client.post(form["action"], fields)
    assert response.status_code == 303
    assert response["Location"].startswith("/rooms/lobby/pinned/")
    assert Pin.objects.count() == 2


def test_the_jump_leads_to_the_message_in_its_place(client_of, lobby, pinned, bruno, page):
    client = client_of(bruno)
    link = page(client.get("/rooms/lobby/pinned/")).select_one(".pin a[href^='/messages/']")
    place = client.get(link["href"])["Location"]
    assert page(client.get(place.partition("#")[0])).select_one(f"#{place.partition('#')[2]}")


def test_the_list_takes_the_same_queries_for_one_and_for_three_and_for_replies(
    client_of, lobby, pinned, ana, django_assert_max_num_queries
):
    for message in pinned[:2]:
        reply = post_message(lobby, ana, "Yes", f"yes {message.pk}", reply_to=message.pk)
        pin_message(reply, ana)
    client = client_of(ana)
    client.get("/rooms/lobby/pinned/")
    with django_assert_max_num_queries(7):
        client.get("/rooms/lobby/pinned/")


def test_strangers_do_not_see_what_is_pinned(client_of, den, ana, eve, say):
    pin_message(say(den, ana, "secret"), ana)
    assert client_of(eve).get("/rooms/den/pinned/").status_code == 404


def test_an_empty_page_says_so(client_of, lobby, ana, bruno, page):
    for user, hint in ((ana, True), (bruno, False)):
        text = page(client_of(user).get("/rooms/lobby/pinned/")).select_one(".nothing").get_text()
        assert "Nothing is pinned here." in text
        assert ("The menu of a message" in text) is hint


def test_the_header_links_to_what_is_pinned(client_of, lobby, pinned, ana, bruno, page):
    def header():
        return page(client_of(bruno).get("/rooms/lobby/")).select_one("#pins")

    assert header().get_text(" ", strip=True) == "3 pinned"
    assert header().a["href"] == "/rooms/lobby/pinned/"
    for message in pinned:
        unpin_message(message, ana)
    assert header().get_text(strip=True) == ""


def test_the_page_of_one_pin_asks_and_says_who_has_pinned_it(client_of, lobby, pinned, ana, page):
    client = client_of(ana)
    soup = page(client.get(f"/messages/{pinned[3].pk}/pin/"))
    assert soup.select_one("#pin button")["name"] == f"pin:{pinned[3].pk}:"
    soup = page(client.get(f"/messages/{pinned[0].pk}/pin/"))
    assert soup.select_one("#pin button")["name"] == f"unpin:{pinned[0].pk}:"
    assert "Pinned by ana" in soup.select_one("#pin").get_text(" ", strip=True)


def test_htmx_gets_the_question_alone_and_the_message_as_it_is_then(client_of, pinned, ana, page):
    client, message = client_of(ana), pinned[3]
    path, htmx = f"/messages/{message.pk}/pin/", {"HX-Request": "true"}
    asked = page(client.get(path, headers=htmx))
    assert asked.select_one("#pin button")
    assert asked.select("body, h1") == []
    answer = client.post(path, {f"pin:{message.pk}:": ""}, headers=htmx)
    assert page(answer).select_one(f"#message-{message.pk} .message-pinned")


def test_a_pinned_message_is_marked_the_same_for_everybody(pinned, ana, page, rf):
    stored = Message.objects.for_display().get(pk=pinned[0].pk)
    html = str(render_message(stored))
    assert "pinned" in html
    assert ana.username not in html
    ana.display_name = "Somebody Else"
    ana.save(update_fields=["display_name"])
    assert User.objects.get(pk=ana.pk).name == "Somebody Else"
    assert str(render_message(stored)) == html


def test_the_menu_has_one_of_the_two_acts(client_of, lobby, pinned, ana, page):
    soup = page(client_of(ana).get("/rooms/lobby/"))
    for message, act in ((pinned[0], "unpin"), (pinned[3], "pin")):
        menu = soup.select_one(f"#message-{message.pk} .menu")
        [button] = menu.select("form.pinner-only button")
        assert button["name"] == f"{act}:{message.pk}:"
        assert (button["form"], button["formmethod"]) == ("act", "post")
        assert button["formaction"] == button.parent["action"] == f"/messages/{message.pk}/pin/"


def test_the_page_offers_it_to_whom_it_is_for(client_of, lobby, ana, bruno, say, page):
    def offered(room, user):
        return bool(page(client_of(user).get(room.get_absolute_url())).select("form.pinner-only"))

    say(lobby, ana, "Hello")
    assert [offered(lobby, user) for user in (ana, bruno)] == [True, False]
    change_role(lobby.membership_of(bruno), "moderator")
    assert offered(lobby, bruno)
    direct = open_direct_room(ana, bruno)
    say(direct, ana, "Hello")
    assert [offered(direct, user) for user in (ana, bruno)] == [True, True]
