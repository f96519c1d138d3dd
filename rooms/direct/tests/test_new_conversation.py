"""The form that opens a conversation: searched, ticked and typed names, without scripts."""

import pytest

from rooms.models import Room
from users.models import User

PATH = "/conversations/new/"


def ticked(document):
    return {int(box["value"]) for box in document.select("input[name=people][checked]")}


def found(document):
    return [row.select_one("bdi").text for row in document.select("#found .list-row")]


def test_ticked_people_get_their_conversation(client_of, ana, bruno, carmen):
    response = client_of(ana).post(PATH, {"people": [bruno.pk, carmen.pk]})
    room = Room.objects.get()
    assert response["Location"] == room.get_absolute_url()
    assert set(room.members.all()) == {ana, bruno, carmen}


def test_names_are_typed_as_well_and_oneself_is_ignored(client_of, ana, bruno, carmen):
    client_of(ana).post(PATH, {"people": [bruno.pk, ana.pk], "q": "@Carmen, ANA,"})
    assert set(Room.objects.get().members.all()) == {ana, bruno, carmen}


def test_a_display_name_with_a_comma_is_one_name(client_of, ana, bruno, davi):
    davi.display_name = "Davi, the cook"
    davi.save(update_fields=["display_name"])
    client_of(ana).post(PATH, {"q": "davi, the cook"})
    assert set(Room.objects.get().members.all()) == {ana, davi}


def test_a_search_keeps_who_is_chosen(client_of, ana, bruno, carmen, davi, page):
    client = client_of(ana)
    first = page(client.post(PATH, {"people": [bruno.pk], "q": "CÁR", "find": "1"}))
    assert (ticked(first), found(first)) == ({bruno.pk}, ["carmen"])
    assert first.select_one("[name=q]").get("value", "") == ""
    second = page(client.post(PATH, {"people": [bruno.pk, carmen.pk], "q": "dav", "find": "1"}))
    assert (ticked(second), found(second)) == ({bruno.pk, carmen.pk}, ["davi"])
    assert not Room.objects.exists()


def test_oneself_alone_is_notes(client_of, ana):
    client_of(ana).post(PATH, {"people": [ana.pk]})
    assert Room.objects.get().is_notes


def test_a_get_request_opens_nothing(client_of, ana, bruno):
    response = client_of(ana).get(PATH, {"people": bruno.pk, "q": "ana"})
    assert response.status_code == 200
    assert client_of(ana).head(PATH, {"people": bruno.pk}).status_code == 200
    assert not Room.objects.exists()


def test_deactivated_people_are_neither_listed_nor_talked_to(client_of, ana, bruno, eve, page):
    User.objects.filter(pk=eve.pk).update(is_active=False)
    client = client_of(ana)
    assert "eve" not in found(page(client.get(PATH)))
    for data in ({"people": [bruno.pk, eve.pk]}, {"people": [bruno.pk], "q": "eve"}):
        response = client.post(PATH, data)
        assert response.status_code == 422
        assert bruno.pk in ticked(page(response))
        assert "eve is deactivated" in page(response).select_one(".alert-error").text
    assert not Room.objects.exists()


def test_nine_others_are_too_many_and_stay_chosen(client_of, ana, make_people, page):
    people = make_people(*(f"person{n}" for n in range(9)))
    keys = [person.pk for person in people]
    response = client_of(ana).post(PATH, {"people": [*keys, ana.pk]})
    assert response.status_code == 422
    assert ticked(page(response)) == {*keys, ana.pk}
    assert "at most 8" in page(response).select_one(".alert-error").text
    assert client_of(ana).post(PATH, {"people": [*keys[:8], ana.pk]}).status_code == 302


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"q": "nobody"},
        {"q": " , ,"},
        {"people": ["x"]},
        {"people": ["-1", "²"]},
        {"people": [2**63]},
        {"people": ["9" * 400]},
        {"people": ["999999"]},
        {"q": "x" * 301},
        {"q": "a\x00b"},
        {"q": "<b>x</b>"},
    ],
)
def test_bad_input_is_answered_beside_the_form(client_of, ana, bruno, data, page):
    response = client_of(ana).post(PATH, data)
    assert response.status_code in {400, 422}
    assert not page(response).select("#main b")
    assert not Room.objects.exists()


def test_typed_names_are_kept_when_refused(client_of, ana, bruno, page):
    response = client_of(ana).post(PATH, {"q": "bruno, nobody"})
    document = page(response)
    assert document.select_one("[name=q]")["value"] == "bruno, nobody"
    assert "“nobody”" in document.select_one(".field-errors").text


def test_too_many_conversations_have_to_wait(client_of, ana, bruno, settings, monkeypatch, page):
    from core import rate_limits

    monkeypatch.setitem(rate_limits.LIMITS, "talk", rate_limits.Limit(2, 3600))
    client = client_of(ana)
    statuses = [client.post(PATH, {"people": [bruno.pk]}).status_code for _ in range(3)]
    assert statuses == [302, 302, 429]


@pytest.mark.parametrize("count", [1, 50])
def test_the_page_costs_no_query_each(
    client_of, ana, lobby, crowd, count, django_assert_num_queries
):
    crowd(lobby, count)
    client = client_of(ana)
    client.get(PATH)
    with django_assert_num_queries(3):
        client.get(PATH)
