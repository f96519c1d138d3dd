"""The addresses of the streams: who gets one, and where it begins."""

import pytest

from core import rate_limits
from messaging.live import connection_limits
from messaging.live.hub import hub

LOBBY = "/api/rooms/lobby/events"


@pytest.fixture
def begun(monkeypatch):
    """What streams of rooms begin with: [(room id, cursor, revision)]."""
    found = []
    monkeypatch.setattr(
        "tertulia.api.events.RoomStream",
        lambda room, token, cursor, revision: found.append((room, cursor, revision)) or Empty(),
    )
    return found


class Empty:
    opening = ""

    async def go_on(self, receive, send):
        pass


@pytest.mark.parametrize("address", [LOBBY, "/api/events"])
def test_a_stream_is_neither_kept_nor_held_back(program_of, bruno, lobby, address):
    response = program_of(bruno, "read").get(address)
    assert (response.status_code, response.streaming) == (200, True)
    assert response["Content-Type"] == "text/event-stream; charset=utf-8"
    assert response["Cache-Control"] == "no-store, no-transform"
    assert response["X-Accel-Buffering"] == "no"
    assert not response.cookies


@pytest.mark.parametrize("address", [LOBBY, "/api/events"])
def test_head_asks_for_no_stream(program_of, bruno, lobby, address):
    response = program_of(bruno).head(address)
    assert (response.status_code, response.streaming) == (200, False)
    assert response["Content-Type"] == "text/event-stream; charset=utf-8"


@pytest.mark.parametrize(
    ("address", "last_id", "cursor"),
    [
        (LOBBY, None, 0),
        (LOBBY, "", 0),
        (LOBBY, "7", 7),
        (f"{LOBBY}?since=3", None, 3),
        (f"{LOBBY}?since=", None, 0),
        (f"{LOBBY}?since=3", "7", 7),
        (f"{LOBBY}?since=abc", "7", 7),
        (LOBBY, str(2**62), 2**62),
    ],
)
def test_it_goes_on_after_the_last_event(program_of, bruno, lobby, begun, address, last_id, cursor):
    headers = {} if last_id is None else {"Last-Event-ID": last_id}
    assert program_of(bruno).get(address, headers=headers).status_code == 200
    assert begun == [(lobby.pk, cursor, 0)]


@pytest.mark.parametrize("last_id", ["abc", "-1", "1.0", "1e3", "٣", " 7 8", str(2**63), "9" * 400])
def test_a_last_event_that_is_no_revision_is_refused(program_of, problem, bruno, lobby, last_id):
    headers = {"Last-Event-ID": last_id.encode().decode("latin-1")}
    told = problem(program_of(bruno).get(LOBBY, headers=headers), 400)
    assert told["code"] == "invalid_cursor"


@pytest.mark.parametrize("since", ["abc", "-1", "1.0", "%D9%A3", str(2**63)])
def test_a_parameter_that_is_no_revision_is_refused(program_of, problem, bruno, lobby, since):
    told = problem(program_of(bruno).get(f"{LOBBY}?since={since}"), 422)
    assert [error["parameter"] for error in told["errors"]] == ["since"]


def test_rooms_that_one_cannot_see_have_no_stream(program_of, problem, eve, bruno, lobby, den):
    problem(program_of(eve).get("/api/rooms/den/events"), 404)
    problem(program_of(bruno, rooms=[lobby]).get("/api/rooms/den/events"), 404)
    problem(program_of(bruno).get("/api/rooms/nowhere/events"), 404)


def test_it_takes_the_right_to_read(program_of, problem, bruno, lobby):
    assert problem(program_of(bruno, "write").get(LOBBY), 403)["code"] == "insufficient_scope"


@pytest.mark.parametrize("address", [LOBBY, "/api/events"])
def test_streams_count_with_the_other_connections(
    program_of, problem, bruno, lobby, settings, monkeypatch, address
):
    settings.RATE_LIMITS = True
    monkeypatch.setattr(hub.registry, "connections_of", lambda person: 30)
    answer = program_of(bruno).get(address)
    problem(answer, 429)
    assert answer["Retry-After"] == "30"


def test_streams_count_with_the_other_connections_of_the_address(
    program_of, problem, bruno, lobby, settings, monkeypatch
):
    settings.RATE_LIMITS = True
    monkeypatch.setattr(rate_limits, "CONNECTIONS_PER_ADDRESS", 1)
    connection_limits.enter("127.0.0.1")
    try:
        problem(program_of(bruno).get(LOBBY), 429)
    finally:
        connection_limits.leave("127.0.0.1")
