"""The page with one day of a room."""

from datetime import UTC, datetime

import pytest

from messaging.conversation import transcript
from messaging.models import Message
from rooms.models import Room

PATH = "/rooms/lobby/transcript/"


@pytest.fixture
def spoken(lobby, ana, bruno):
    """Messages of three days in the lobby, in Madrid: the second day begins at 23:00 UTC."""
    moments = [(18, 9, 0), (20, 23, 30), (21, 8, 0), (22, 22, 59), (22, 23, 0)]
    for position, (day, hour, minute) in enumerate(moments, 1):
        Message.objects.create(
            room=lobby,
            author=(ana, bruno)[position % 2],
            body_html=f"Message {position}",
            position=position,
            revision=position,
            nonce=str(position),
            created_at=datetime(2026, 11, day, hour, minute, tzinfo=UTC),
        )
    Room.objects.filter(pk=lobby.pk).update(last_position=5, revision=5)


@pytest.fixture
def madrid(workspace):
    workspace.time_zone = "Europe/Madrid"
    workspace.save()


def texts(document):
    return [body.text.strip() for body in document.select(".message-body")]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-18", ["Message 1"]),
        ("2026-11-19", []),
        ("2026-11-21", ["Message 2", "Message 3"]),
        ("2026-11-22", ["Message 4"]),
        ("2026-11-23", ["Message 5"]),
        ("2030-01-01", []),
    ],
)
def test_a_day_is_whole_in_the_workspaces_time_zone(
    madrid, spoken, client_of, bruno, page, day, said
):
    assert texts(page(client_of(bruno).get(f"{PATH}?day={day}"))) == said


def test_without_a_day_it_is_the_last_one(madrid, spoken, client_of, bruno, page):
    document = page(client_of(bruno).get(PATH))
    assert document.select_one("[name=day]")["value"] == "2026-11-23"
    assert [a["href"] for a in document.select("[rel=prev]")] == ["?day=2026-11-22"]
    assert not document.select("[rel=next]")


def test_it_holds_nobodys_controls(spoken, client_of, ana, page):
    assert not page(client_of(ana).get(PATH)).select("[data-controls]")


def test_a_room_without_a_word_has_an_empty_day(lobby, client_of, ana, page):
    assert page(client_of(ana).get(PATH)).select_one(".conversation .nothing")


def test_a_very_long_day_comes_in_parts(madrid, spoken, client_of, ana, page, monkeypatch):
    monkeypatch.setattr(transcript, "MOST_MESSAGES", 1)
    client = client_of(ana)
    first = page(client.get(f"{PATH}?day=2026-11-21"))
    [more] = first.select(".pages a[href*=after]")
    assert texts(first) == ["Message 2"]
    assert texts(page(client.get(PATH + more["href"]))) == ["Message 3"]


@pytest.mark.parametrize(
    "query", ["day=yesterday", "day=2026-13-01", "day=0001-01-01", "day=9999-12-31", "after=-1"]
)
def test_a_day_that_is_none_is_refused(lobby, client_of, ana, query):
    assert client_of(ana).get(f"{PATH}?{query}").status_code == 400


def test_an_outsider_finds_no_transcript_of_a_closed_room(den, client_of, eve):
    assert client_of(eve).get("/rooms/den/transcript/").status_code == 404
