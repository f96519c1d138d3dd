"""Rooms: which ones a token sees, and joining, leaving and changing them."""

import pytest

from messaging.message.actions import post_message
from rooms.actions import archive_room, join_room
from rooms.direct.actions import open_direct_room
from rooms.models import Membership, Room
from users.models import User


def slugs(response):
    return [room["slug"] for room in response.json()["rooms"]]


def test_a_room_is_told_as_its_member_sees_it(program_of, ana, bruno, lobby):
    post_message(lobby, ana, "Hello", "1")
    told = program_of(bruno).get("/api/rooms/lobby").json()
    membership = told.pop("membership")
    assert told.pop("created_at").endswith("+00:00")
    assert told == {
        "slug": "lobby",
        "name": "Lobby",
        "topic": "",
        "kind": "open",
        "archived_at": None,
        "member_count": 2,
        "last_position": 1,
        "revision": 1,
    }
    assert membership.pop("joined_at")
    expected = {"role": "member", "can_post": True, "last_read_position": 0, "unread": 1}
    assert membership == expected


def test_a_program_sees_the_rooms_of_its_person(program_of, ana, bruno, eve, lobby, den):
    direct = open_direct_room(ana, bruno)
    assert slugs(program_of(bruno).get("/api/rooms")) == sorted(["den", "lobby", direct.slug])
    assert slugs(program_of(eve).get("/api/rooms")) == ["lobby"]
    assert program_of(bruno).get(f"/api/rooms/{direct.slug}").json()["name"] == "ana"
    told = program_of(bruno).get("/api/rooms").json()["rooms"]
    assert {room["name"] for room in told} == {"ana", "Den", "Lobby"}


def test_a_token_of_rooms_sees_those_only(program_of, problem, ana, bruno, lobby, den):
    direct = open_direct_room(ana, bruno)
    message = post_message(den, ana, "Secret", "1")
    program = program_of(bruno, rooms=[lobby])
    assert slugs(program.get("/api/rooms")) == ["lobby"]
    reads = ["", "/messages", "/changes", "/membership", "/read"]
    for slug in ("den", direct.slug):
        for address in reads[:3]:
            problem(program.get(f"/api/rooms/{slug}{address}"), 404)
        problem(program.send("put", f"/api/rooms/{slug}/membership"), 404)
        problem(program.send("delete", f"/api/rooms/{slug}/membership"), 404)
        problem(program.send("put", f"/api/rooms/{slug}/read", {"position": 1}), 404)
        problem(program.send("post", f"/api/rooms/{slug}/messages", {"body": "x"}), 404)
        problem(program.send("patch", f"/api/rooms/{slug}", {"topic": "x"}), 404)
    problem(program.get(f"/api/messages/{message.pk}"), 404)
    problem(program.send("patch", f"/api/messages/{message.pk}", {"body": "x"}), 404)
    problem(program.send("delete", f"/api/messages/{message.pk}"), 404)
    problem(program.send("put", f"/api/messages/{message.pk}/reactions/:tada:"), 404)
    problem(program.send("put", "/api/talks/ana"), 404)
    problem(program.send("put", "/api/talks/eve"), 404)


def test_a_token_of_rooms_loses_a_room_with_its_person(program_of, problem, ana, bruno, den):
    program = program_of(bruno, rooms=[den])
    assert program.get("/api/rooms/den").status_code == 200
    Membership.objects.filter(user=bruno, room=den).delete()
    problem(program.get("/api/rooms/den"), 404)
    assert slugs(program.get("/api/rooms")) == []


def test_rooms_come_in_parts(program_of, ana, lobby, den, django_assert_max_num_queries):
    for number in range(5):
        Room.objects.create(name=f"Room {number}")
    program, found, address = program_of(ana), [], "/api/rooms?limit=3"
    while address:
        with django_assert_max_num_queries(5):
            part = program.get(address)
        found += slugs(part)
        link = part.headers.get("Link", "")
        address = link.partition(">")[0].lstrip("<")
        assert link.endswith('; rel="next"') == bool(address)
    assert found == ["den", "lobby", *(f"room-{number}" for number in range(5))]


def test_joining_and_leaving_may_be_repeated(program_of, eve, lobby):
    program = program_of(eve)
    assert program.get("/api/rooms/lobby").json()["membership"] is None
    statuses = [program.send("put", "/api/rooms/lobby/membership").status_code for _ in "ab"]
    assert statuses == [201, 200]
    assert program.get("/api/rooms/lobby").json()["membership"]["role"] == "member"
    statuses = [program.send("delete", "/api/rooms/lobby/membership").status_code for _ in "ab"]
    assert statuses == [204, 204]
    assert lobby.membership_of(eve) is None


def test_what_cannot_be_joined_or_left_is_refused(program_of, problem, ana, bruno, eve, lobby, den):
    problem(program_of(eve).send("put", "/api/rooms/den/membership"), 404)
    direct = open_direct_room(ana, bruno)
    problem(program_of(ana).send("delete", f"/api/rooms/{direct.slug}/membership"), 403)
    archive_room(lobby)
    problem(program_of(eve).send("put", "/api/rooms/lobby/membership"), 403)


def test_owners_change_name_and_topic(program_of, ana, lobby):
    program = program_of(ana)
    told = program.send("patch", "/api/rooms/lobby", {"topic": "What is  for\nlunch", "kind": "x"})
    assert (told.json()["topic"], told.json()["kind"]) == ("What is for lunch", "open")
    told = program.send("patch", "/api/rooms/lobby", {"name": "Hall"}).json()
    assert (told["name"], told["topic"], told["slug"]) == ("Hall", "What is for lunch", "lobby")
    assert program.send("patch", "/api/rooms/lobby").json()["name"] == "Hall"


def test_others_change_nothing(program_of, problem, bruno, lobby, den):
    problem(program_of(bruno).send("patch", "/api/rooms/lobby", {"topic": "x"}), 403)
    lobby.refresh_from_db()
    assert lobby.topic == ""


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "den", "De\u0000n", "Den\u200b", 3, "\ud800"])
def test_a_name_that_cannot_be_used_is_an_error_of_its_field(
    program_of, problem, ana, lobby, den, name
):
    told = problem(program_of(ana).send("patch", "/api/rooms/lobby", {"name": name}), 422)
    assert [error["pointer"] for error in told["errors"]] == ["#/name"]


def test_reading_never_goes_back(program_of, problem, ana, bruno, lobby):
    for number in range(4):
        post_message(lobby, ana, "Hello", str(number))
    program = program_of(bruno)
    read = [
        program.send("put", "/api/rooms/lobby/read", {"position": position}).json()
        for position in (3, 1, 3, 4)
    ]
    assert [each["last_read_position"] for each in read] == [3, 3, 3, 4]
    assert [each["unread"] for each in read] == [1, 1, 1, 0]
    for wrong in (5, -1, 1.5, "1", True, None, 2**70):
        told = program.send("put", "/api/rooms/lobby/read", {"position": wrong})
        assert problem(told, 422)["errors"][0]["pointer"] == "#/position"


def test_who_is_no_member_has_nothing_to_read(program_of, problem, eve, lobby):
    problem(program_of(eve).send("put", "/api/rooms/lobby/read", {"position": 0}), 403)


def test_people_are_told_without_their_mail(program_of, ana, bruno, eve, lobby):
    User.objects.create_user("gone", "gone@example.com", is_active=False)
    told = program_of(bruno).get("/api/people?limit=2")
    assert [person["username"] for person in told.json()["people"]] == ["ana", "bruno"]
    rest = program_of(bruno).get(told["Link"].partition(">")[0].lstrip("<"))
    assert rest.json() == {"people": [{"username": "eve", "name": "eve", "bot": False}]}
    assert "Link" not in rest and b"example.com" not in told.content + rest.content


def test_a_token_of_rooms_sees_the_people_in_them(program_of, ana, bruno, eve, lobby):
    told = program_of(bruno, rooms=[lobby]).get("/api/people").json()["people"]
    assert [person["username"] for person in told] == ["ana", "bruno"]
    told = program_of(eve, rooms=[]).get("/api/people").json()["people"]
    assert [person["username"] for person in told] == ["eve"]


def test_a_talk_is_the_room_of_exactly_these_people(program_of, ana, bruno, eve):
    program = program_of(ana)
    first = program.send("put", "/api/talks/bruno,eve")
    assert (first.status_code, first.json()["kind"]) == (201, "direct")
    assert first.json()["name"] == "bruno, eve"
    again = program.send("put", "/api/talks/Eve, @bruno,ana")
    assert (again.status_code, again.json()["slug"]) == (200, first.json()["slug"])
    assert program.send("put", "/api/talks/bruno").json()["slug"] != first.json()["slug"]
    assert program.send("put", "/api/talks/ana").json()["name"] == "Notes"
    assert program_of(eve).send("put", "/api/talks/ana,bruno").status_code == 200


def test_a_talk_with_the_wrong_people_is_refused(program_of, problem, ana):
    program = program_of(ana)
    for number in range(9):
        User.objects.create_user(f"p{number}", "", is_active=number != 8)
    problem(program.send("put", "/api/talks/nobody"), 404)
    problem(program.send("put", "/api/talks/p1,,nobody"), 404)
    problem(program.send("put", "/api/talks/,"), 404)
    told = problem(program.send("put", "/api/talks/p8"), 422)
    assert told["errors"][0]["parameter"] == "usernames"
    User.objects.update(is_active=True)
    problem(program.send("put", f"/api/talks/{','.join(f'p{n}' for n in range(9))}"), 422)
    assert not Room.objects.filter(kind="direct").exists()


def test_scopes_narrow(program_of, problem, ana, lobby):
    message = post_message(lobby, ana, "Hello", "1")
    here, one = "/api/rooms/lobby", f"/api/messages/{message.pk}"
    needed = {
        "read": [("get", here), ("get", "/api/rooms"), ("get", f"{here}/messages"), ("get", one)],
        "write": [("post", f"{here}/messages"), ("put", f"{here}/read"), ("patch", one)],
        "manage": [
            ("patch", here),
            ("put", f"{here}/membership"),
            ("delete", f"{here}/membership"),
        ],
    }
    needed["manage"].append(("delete", f"{here}/membership"))
    needed["read"] += [("get", f"{here}/changes"), ("get", "/api/people")]
    needed["write"] += [("delete", one), ("put", f"{one}/reactions/👍"), ("put", "/api/talks/ana")]
    for scope, requests in needed.items():
        others = [name for name in needed if name != scope]
        for method, address in requests:
            told = program_of(ana, *others).send(method, address)
            assert problem(told, 403)["code"] == "insufficient_scope"
            assert told["WWW-Authenticate"] == (
                f'Bearer error="insufficient_scope", scope="{scope}"'
            )


def test_a_newcomer_of_a_closed_room_sees_it_from_then_on(program_of, problem, eve, den):
    program = program_of(eve)
    problem(program.get("/api/rooms/den"), 404)
    join_room(den, eve)
    assert program.get("/api/rooms/den").json()["kind"] == "closed"
