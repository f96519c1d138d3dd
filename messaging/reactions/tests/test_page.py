"""The page of one message's reactions: who reacted, and choosing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging.message import actions
from messaging.models import Message, Reaction
from messaging.reactions.actions import add_reaction
from messaging.reactions.views import MOST_NAMES
from users import languages

from .crowd import crowd


def thank(message, people, emoji="🙏"):
    """Add a reaction of each of `people` and of the author of the message."""
    Reaction.objects.bulk_create(
        Reaction(message=message, user=person, emoji=emoji) for person in people
    )
    add_reaction(message, message.author, emoji)


@pytest.fixture
def visit(client_of, page, said):
    """Return a function: the page of the reactions for somebody, searchable."""

    def look(person, **query):
        return page(client_of(person).get(f"/messages/{said.pk}/reactions/", query))

    return look


def names(soup):
    return [item.text for item in soup.select(".reactions-people li")]


def test_it_lists_who_reacted_by_emoji_in_the_order_of_first_use(visit, said, ana, bruno):
    add_reaction(said, bruno, "🎉")
    add_reaction(said, ana, "👍")
    add_reaction(said, ana, "🎉")
    soup = visit(bruno)
    headings = [" ".join(heading.text.split()) for heading in soup.select("h3")]
    assert headings == ["🎉 party popper: 2 people", "👍 thumbs up: 1 person"]
    assert names(soup) == ["bruno", "ana", "ana"]


def test_all_names_of_a_thousand_are_there(visit, said):
    people = crowd(said.room, 1000)
    thank(said, people)
    listed = []
    for number in range(1, 7):
        listed += names(visit(said.author, page=number))
        assert len(listed) == min(number * MOST_NAMES, 1001)
    assert listed == [f"Person {number:04}" for number in range(1000)] + ["ana"]


def test_a_thousand_reactors_cost_no_query_more(client_of, said, bruno, lobby):
    def queries(path):
        client = client_of(bruno)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    paths = [f"/messages/{said.pk}/reactions/", lobby.get_absolute_url()]
    add_reaction(said, bruno, "🙏")
    few = [queries(path) for path in paths]
    thank(said, crowd(lobby, 1000))
    assert [queries(path) for path in paths] == few


def test_a_renamed_person_is_nowhere_by_the_old_name(client_of, visit, said, ana, bruno):
    bruno.display_name = "Bartholomew"
    bruno.save(update_fields=["display_name"])
    add_reaction(said, bruno, "🎉")
    bruno.display_name = "Bruna"
    bruno.save(update_fields=["display_name"])
    room = client_of(ana).get(said.room.get_absolute_url())
    assert "Bartholomew" not in str(Message.objects.get().extras) + room.content.decode()
    assert names(visit(ana)) == ["Bruna"]


def test_six_are_offered_and_ones_own_is_taken_back(visit, said, bruno):
    add_reaction(said, bruno, "🎉")
    buttons = visit(bruno).select(".reactions-quick input[type=submit]")
    assert [button["name"].partition(":")[0] for button in buttons] == [
        *("react", "react", "react", "unreact", "react", "react")
    ]
    assert [button["aria-label"] for button in buttons][3:4] == ["party popper"]


def test_a_search_gives_buttons(visit, said, bruno):
    found = visit(bruno, q="heart").select(f"#found-{said.pk} input[type=submit]")
    assert found[0]["name"] == f"react:{said.pk}:❤"
    assert found[0]["value"] == "❤️ red heart"


def test_the_search_is_in_the_readers_language(visit, said, bruno):
    bruno.language = "pt-br"
    bruno.save(update_fields=["language"])
    languages.forget()
    found = visit(bruno, q="fogo").select(f"#found-{said.pk} input[type=submit]")
    assert found[0]["value"] == "🔥 fogo"


@pytest.mark.parametrize("words", ["a" * 61, "❤" * 200])
def test_words_that_are_too_long_are_refused_and_kept(client_of, page, said, bruno, words):
    response = client_of(bruno).get(f"/messages/{said.pk}/reactions/", {"q": words})
    soup = page(response)
    assert response.status_code == 422
    assert soup.select_one(".field-errors").text.strip()
    assert soup.select_one("[name=q]")["value"] == words


def test_a_get_with_the_name_of_a_button_changes_nothing(visit, said, bruno, stored):
    """The first of the two steps in w3m: the page offers what was pressed."""
    soup = visit(bruno, **{f"react:{said.pk}:🎉": "🎉 1"})
    first = soup.select_one("form[method=post] input[type=submit]")
    assert first["name"] == f"react:{said.pk}:🎉"
    assert first["value"] == "🎉 React"
    assert stored() == []


def test_a_press_leads_back_to_the_message(press, said, bruno, lobby):
    response = press(bruno, f"react:{said.pk}:🎉")
    assert (response.status_code, response["Location"]) == (303, f"/messages/{said.pk}/")


def test_htmx_gets_the_message(press, said, bruno, page):
    response = press(bruno, f"react:{said.pk}:🎉", headers={"HX-Request": "true"})
    [article] = page(response).find_all(recursive=False)
    assert article["id"] == f"message-{said.pk}"
    assert article.select_one(".reactions .by-me")["aria-label"] == "party popper: 1 person"


def test_htmx_gets_a_panel_in_place_of_the_message(client_of, page, said, bruno):
    headers = {"HX-Request": "true"}
    path = f"/messages/{said.pk}/reactions/"
    [article] = page(client_of(bruno).get(path, headers=headers)).find_all(recursive=False)
    found = page(client_of(bruno).get(path, {"q": "heart"}, headers=headers))
    assert article["id"] == f"message-{said.pk}"
    assert len(article.select(".reactions-quick input[type=submit]")) == 6
    assert [part["id"] for part in found.find_all(recursive=False)] == [f"found-{said.pk}"]


def test_who_only_reads_sees_who_reacted_and_no_buttons(visit, said, bruno, eve):
    add_reaction(said, bruno, "🎉")
    soup = visit(eve)
    assert names(soup) == ["bruno"]
    assert soup.select("form[method=post] input[type=submit][name^=react]") == []


def test_the_61st_in_a_minute_waits(press, said, bruno):
    statuses = [press(bruno, f"react:{said.pk}:👍").status_code for _ in range(60)]
    refused = press(bruno, f"unreact:{said.pk}:👍")
    assert set(statuses) == {303}
    assert (refused.status_code, "Retry-After" in refused) == (429, True)


def test_a_deleted_message_has_no_page(client_of, said, ana, bruno):
    actions.delete_message(said, by=ana)
    path = f"/messages/{said.pk}/reactions/"
    assert [client_of(bruno).get(path).status_code] == [403]
