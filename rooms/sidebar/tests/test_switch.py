"""The switcher finds rooms and people by a part of their names."""

import pytest

from core import rate_limits
from messaging.message.actions import post_message
from rooms.actions import archive_room, create_room, open_direct_room
from rooms.models import Room
from users.models import User


@pytest.fixture
def found(client_of, bruno, page):
    """Return a function that searches as Bruno: the names below each heading of the page."""

    def search(words, **headers):
        soup = page(client_of(bruno).get("/switch/", {"q": words}, headers=headers))
        lists = soup.select("#main section" if soup.select("#main") else "section")
        return {
            each.h2.get_text(strip=True): [name.get_text() for name in each.select("li a > bdi")]
            for each in lists
        }

    return search


def test_without_words_it_lists_ones_own_rooms(found, lobby, den):
    assert found("") == {"Your rooms": ["Den", "Lobby"]}


def test_it_finds_rooms_one_is_in_other_open_rooms_and_people(found, ana, lobby, den):
    create_room(ana, "Anatomy")
    create_room(ana, "Analysis", kind=Room.Kind.CLOSED)
    assert found("an") == {"Other rooms": ["Anatomy"], "People": ["ana"]}
    assert found("LOB") == {"Your rooms": ["Lobby"]}


def test_accents_and_case_do_not_matter(found, ana, lobby):
    create_room(ana, "Ágora pública")
    assert found("agora")["Other rooms"] == ["Ágora pública"]
    assert found("PÚBLICA ag")["Other rooms"] == ["Ágora pública"]


def test_a_direct_conversation_is_found_by_the_other_persons_name(found, ana, bruno, lobby):
    post_message(open_direct_room(ana, bruno), ana, "Hello", "1")
    assert found("ana") == {"Your rooms": ["ana"], "People": ["ana"]}


def test_names_that_begin_with_the_words_come_first(found, ana, lobby):
    for name in ("A lobby", "Lobbying"):
        create_room(ana, name)
    assert found("lobby")["Other rooms"] == ["Lobbying", "A lobby"]


def test_hidden_archived_and_deactivated_ones_are_not_found(found, ana, eve, lobby):
    create_room(ana, "Secret", kind=Room.Kind.CLOSED)
    archive_room(create_room(ana, "Secretariat"))
    User.objects.filter(pk=eve.pk).update(is_active=False, display_name="Secretary")
    assert found("secret") == {}


def test_what_was_not_found_can_be_created(client_of, bruno, lobby, page):
    soup = page(client_of(bruno).get("/switch/", {"q": "tea & cake"}))
    link = soup.select_one("#main .found a")
    assert link["href"] == "/rooms/new/?name=tea%20%26%20cake"
    new = page(client_of(bruno).get(link["href"]))
    assert new.select_one("#main [name=name]")["value"] == "tea & cake"


def test_a_script_gets_people_and_other_rooms_only(client_of, bruno, lobby, ana, page):
    create_room(ana, "Lobster")
    soup = page(client_of(bruno).get("/switch/", {"q": "lob"}, headers={"HX-Request": "true"}))
    assert soup.select("html, form") == []
    assert [name.get_text() for name in soup.select("li bdi")] == ["Lobster"]


@pytest.mark.parametrize("words", ["x" * 61, "\u202e"])
def test_words_that_no_name_has_are_refused_with_a_sentence(client_of, bruno, lobby, words, page):
    response = client_of(bruno).get("/switch/", {"q": words})
    assert response.status_code == 422
    assert page(response).select_one("#main .field-errors").get_text(strip=True)


def test_searching_too_often_is_429(client_of, bruno, lobby, monkeypatch):
    monkeypatch.setattr(rate_limits, "take_often", lambda name, person: 7)
    client = client_of(bruno)
    assert client.get("/switch/", {"q": "x"})["Retry-After"] == "7"
    assert client.get("/rooms/", {"q": "x"}).status_code == 429
    assert client.head("/switch/", {"q": "x"}).status_code == 200


@pytest.mark.parametrize("count", [1, 5])
def test_it_runs_the_same_queries_however_much_is_found(
    client_of, ana, bruno, lobby, count, django_assert_num_queries
):
    for n in range(count):
        create_room(ana, f"Lobby {n}")
        User.objects.create_user(f"lobby{n}", f"lobby{n}@example.com")
    client = client_of(bruno)
    client.get("/switch/", {"q": "lobby"})
    with django_assert_num_queries(6):
        client.get("/switch/", {"q": "lobby"})


def test_the_keys_have_a_page_and_a_fragment(client_of, bruno, lobby, page):
    client = client_of(bruno)
    assert len(page(client.get("/help/keys/")).select("#main kbd")) >= 6
    assert page(client.get("/help/keys/", headers={"HX-Request": "true"})).select("html") == []
