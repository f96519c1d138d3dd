"""Before its first message a conversation is in nobody's list but on its own page."""

import pytest

from messaging.message.actions import post_message
from rooms import broadcasts
from rooms.direct.actions import open_direct_room
from rooms.models import Membership
from tertulia.data.exports import person_json


@pytest.fixture
def unsent(ana, bruno):
    return open_direct_room(ana, bruno)


def links(document):
    return [link["href"] for link in document.select("#rooms .sidebar-rooms a")]


def test_nobody_has_it_in_their_list(client_of, ana, bruno, unsent, page):
    for person in (ana, bruno):
        for path in ("/", "/people/", "/people/bruno/", "/conversations/new/"):
            assert unsent.slug not in client_of(person).get(path).text
    assert not Membership.objects.for_sidebar(bruno)


def test_its_own_page_shows_it_as_the_current_one(client_of, ana, unsent, page):
    document = page(client_of(ana).get(unsent.get_absolute_url()))
    current = document.select_one("#rooms a[aria-current=page]")
    assert current["href"] == unsent.get_absolute_url()


def test_the_first_message_puts_it_into_both_lists(client_of, ana, bruno, unsent, page):
    post_message(unsent, ana, "hello", "1")
    for person in (ana, bruno):
        assert links(page(client_of(person).get("/"))) == [unsent.get_absolute_url()]


def test_a_pushed_list_has_it_only_for_its_own_page(ana, lobby, unsent):
    memberships = list(Membership.objects.for_sidebar(ana, open_rooms=[unsent.pk]))
    assert unsent.slug in broadcasts.render_rooms(memberships, unsent.pk)
    assert unsent.slug not in broadcasts.render_rooms(memberships, lobby.pk)


def test_a_missing_page_still_has_its_list(client_of, ana, lobby, unsent, page):
    response = client_of(ana).get("/nowhere/at/all/")
    assert response.status_code == 404
    assert unsent.slug not in response.text


def test_nobodys_export_has_it(ana, bruno, unsent):
    assert unsent.slug not in "".join(person_json(bruno))
    post_message(unsent, ana, "hello", "1")
    assert unsent.slug in "".join(person_json(bruno))
