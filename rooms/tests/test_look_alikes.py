"""No new room looks like another, and a refusal does not reveal a hidden room."""

import pytest

from rooms.actions import NameRefused, change_room, create_room, join_or_create_room
from rooms.models import Room

ALIKE = ["Lоbby", "LОBBY", "Iobby", "1obby", "L0BBY", "ｌоbby", "lobbу"]


@pytest.mark.parametrize("name", ALIKE)
def test_a_room_that_looks_like_another_is_not_made(lobby, eve, name):
    with pytest.raises(NameRefused) as refusal:
        join_or_create_room(eve, name)
    assert refusal.value.code == "alike" and Room.objects.count() == 1


@pytest.mark.parametrize("name", ALIKE)
def test_a_room_is_not_renamed_to_look_like_another(lobby, den, ana, name):
    with pytest.raises(NameRefused):
        change_room(den, ana, name=name)
    den.refresh_from_db()
    assert den.name == "Den"


def test_a_room_may_be_renamed_to_what_it_looks_like(lobby, ana):
    change_room(lobby, ana, name="L0bby")
    assert Room.objects.get().name == "L0bby"


def test_the_exact_name_still_joins(lobby, eve):
    assert join_or_create_room(eve, "ＬＯＢＢＹ") == (lobby, False)


@pytest.mark.parametrize("name", ["Den", "Dеn"])
def test_a_closed_room_answers_alike_to_its_name_and_to_its_look(den, eve, name):
    with pytest.raises(NameRefused) as refusal:
        join_or_create_room(eve, name)
    assert refusal.value.code == "taken"


def test_the_page_says_why_and_keeps_the_name(lobby, eve, client_of, page):
    response = client_of(eve).post("/rooms/", {"name": "Lоbby"})
    form = page(response)
    assert response.status_code == 422 and form.select_one("[name=name]")["value"] == "Lоbby"
    assert "looks like another room's name" in form.select_one(".field-errors").text


def test_ordinary_names_do_not_conflict(ana):
    for name in ["Music", "Musik", "Plan 1", "Plan 2", "Сад", "Cad's", "読書", "Team A", "Team B"]:
        assert join_or_create_room(ana, name)[1]


def test_direct_rooms_look_like_none(ana, bruno, eve):
    from rooms.actions import open_direct_room

    open_direct_room(ana, bruno)
    open_direct_room(ana, eve)
    assert create_room(ana, "ana, bruno").name == "ana, bruno"
