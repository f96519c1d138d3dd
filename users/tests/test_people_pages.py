"""The list of people for every member, and links to people who were renamed."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.text import search_key
from rooms.actions import create_room, join_room
from rooms.models import Presence, Room
from users.actions import correct_person
from users.forms import refuse_username
from users.models import User

PATH = "/people/"


@pytest.fixture
def names(eve, client_of, page):
    """Return a function that returns the usernames that Eve's search finds, in order."""

    def found(words="", **more):
        rows = page(client_of(eve).get(PATH, {"q": words, **more})).select("#main .list-row")
        return [row.select_one(".list-help").text.removeprefix("@") for row in rows]

    return found


def rename(person, by, **changes):
    correct_person(person, by=by, **changes)


def here(person, room, seconds=60):
    expires_at = timezone.now() + timedelta(seconds=seconds)
    Presence.objects.create(
        room=room, user=person, connection=f"c{person.pk}", process="p", expires_at=expires_at
    )


def test_every_member_sees_everybody_without_addresses(ana, bruno, eve, client_of, page, names):
    assert names() == ["ana", "bruno", "eve"]
    response = client_of(eve).get(PATH)
    assert "@example.com" not in response.text
    assert not page(response).select("#main [href*='#person-controls'], #main .tabs")


def test_it_is_searched_whatever_the_case_and_accents(ana, bruno, eve, names):
    rename(bruno, ana, display_name="José Łukasz Ångström")
    for words in ("jose", "JOSÉ", "josé", "lukasz", "angstrom jose", "@bruno", "Ｊosé"):
        assert names(words) == ["bruno"], words
    assert names("jose ana") == []


def test_members_do_not_find_addresses(ana, bruno, eve, names):
    assert names("bruno@example") == names("example.com") == []


@pytest.mark.parametrize(
    ("typed", "key"),
    [("がぎ", "がぎ"), ("ÆØ", "aeo"), ("ﬁ", "fi"), ("İstanbul", "istanbul"), ("हिन्दी", "हिन्दी")],
)
def test_marks_that_make_another_letter_stay(typed, key):
    assert search_key(typed) == key


def test_deactivated_people_are_not_listed(ana, bruno, eve, names):
    User.objects.filter(pk=bruno.pk).update(is_active=False)
    assert names() == names(deactivated="1") == ["ana", "eve"]


def test_administrators_list_those_who_are_deactivated(ana, bruno, eve, client_of, page):
    User.objects.filter(pk=bruno.pk).update(is_active=False)
    rows = page(client_of(ana).get(PATH, {"deactivated": "1"})).select("#main .list-row")
    assert [row["data-person"] for row in rows] == [str(bruno.pk)]


def test_who_is_here_is_said_in_words(ana, bruno, eve, lobby, client_of, page):
    here(bruno, lobby)
    here(ana, lobby, seconds=-1)
    rows = page(client_of(eve).get(PATH)).select("#main .list-row")
    shown = {row["data-person"] for row in rows if "here now" in row.text}
    assert shown == {str(bruno.pk)}
    assert "here now" in client_of(eve).get("/people/bruno/").text


@pytest.mark.parametrize("count", [1, 50])
def test_the_list_costs_the_same_for_one_as_for_fifty(
    eve, client_of, count, django_assert_num_queries
):
    User.objects.bulk_create(
        User(username=f"p{n}", username_key=f"p{n}", email=f"p{n}@example.com")
        for n in range(count)
    )
    client = client_of(eve)
    client.get(PATH)
    with django_assert_num_queries(6):
        client.get(PATH)


def test_fifty_people_are_on_a_page(eve, client_of, page):
    for n in range(60):
        User.objects.create_user(f"person{n:02}", f"person{n:02}@example.com")
    first = page(client_of(eve).get(PATH))
    assert len(first.select("#main .list-row")) == 50
    assert first.select_one("a[rel=next]")["href"] == "?page=2"


@pytest.mark.parametrize("words", ["%", "_", "x" * 101, "<script>", "' OR 1=1", "\\", "a\x00"])
def test_bad_searches_are_answered(eve, client_of, page, words):
    response = client_of(eve).get(PATH, {"q": words, "page": "-1"})
    assert response.status_code in {200, 400}
    assert not page(response).select("#main script")


def test_the_page_of_a_person_lists_the_rooms_that_both_are_in(
    ana, bruno, eve, den, lobby, client_of, page
):
    def shared(reader, person):
        document = page(client_of(reader).get(f"/people/{person.username}/"))
        return [link.text for link in document.select("#shared-rooms a")]

    assert shared(ana, bruno) == ["Den", "Lobby"]
    assert shared(eve, bruno) == []
    join_room(lobby, eve)
    create_room(bruno, "Secret", kind=Room.Kind.CLOSED)
    assert shared(eve, bruno) == ["Lobby"]


def test_a_link_with_a_former_name_leads_to_the_person(ana, bruno, client_of):
    rename(bruno, ana, username="bru")
    response = client_of(ana).get("/people/Bruno/")
    assert response["Location"] == "/people/bru/"
    rename(bruno, ana, username="bruno")
    assert client_of(ana).get("/people/bruno/").status_code == 200
    assert client_of(ana).get("/people/bru/")["Location"] == "/people/bruno/"


def test_nobody_else_takes_a_former_name(ana, bruno, eve):
    rename(bruno, ana, username="bru")
    with pytest.raises(ValidationError):
        refuse_username("Bruno")
    with pytest.raises(ValidationError):
        refuse_username("bruno", besides=eve)
    refuse_username("bruno", besides=bruno)


def test_a_mention_leads_to_the_person_after_a_renaming(ana, bruno, lobby, client_of, page):
    from messaging.message.actions import post_message

    post_message(lobby, ana, "Ask @bruno", "1")
    rename(bruno, ana, username="bru")
    document = page(client_of(ana).get(lobby.get_absolute_url()))
    address = document.select_one("a.mention")["href"]
    response = client_of(ana).get(address, follow=True)
    assert page(response).select_one("#main .card")["data-person"] == str(bruno.pk)
