"""Who a program is: access tokens open the API, and nothing else does."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from users.actions import deactivate
from users.models import Token
from users.tokens.actions import revoke_token
from users.tokens.tokens import new_token


def test_a_program_learns_who_it_is(program_of, bruno, lobby):
    told = program_of(bruno, "read").get("/api/me")
    assert told.json() == {
        "username": "bruno",
        "name": "bruno",
        "bot": False,
        "scopes": ["read"],
        "rooms": None,
        "expires_at": None,
        "limits": {"requests": 600, "seconds": 60},
    }
    assert program_of(bruno, rooms=[lobby]).get("/api/me").json()["rooms"] == ["lobby"]


def tried_with(header):
    return Client().get("/api/me", headers={"Authorization": header} if header else {})


def test_every_way_of_having_no_token_is_answered_the_same(program_of, problem, ana, bruno):
    revoked, expired, gone = (program_of(user) for user in (ana, ana, bruno))
    revoke_token(revoked.token)
    Token.objects.filter(pk=expired.token.pk).update(expires_at=timezone.now())
    deactivate(bruno, by=ana)
    secrets = [program.secret for program in (revoked, expired, gone)]
    headers = ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b", f"Bearer {new_token()}"]
    headers += [f"Bearer {secret}" for secret in secrets] + [revoked.secret, "Bearer ñ"]
    answers = [tried_with(header) for header in headers]
    assert len({answer.content for answer in answers}) == 1
    assert {answer["WWW-Authenticate"] for answer in answers} == {'Bearer error="invalid_token"'}
    assert problem(answers[0], 401)["code"] == "invalid_token"


def test_a_token_that_ends_while_it_is_used_ends_at_once(program_of, problem, bruno):
    program = program_of(bruno, expires_at=timezone.now() + timedelta(hours=1))
    assert program.get("/api/me").status_code == 200
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    problem(program.get("/api/me"), 401)


def test_a_wrong_checksum_costs_no_query(program_of, problem, bruno, django_assert_num_queries):
    secret = program_of(bruno).secret
    wrong = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    with django_assert_num_queries(0):
        problem(tried_with(f"Bearer {wrong}"), 401)


def test_a_session_opens_no_api(client_of, problem, ana):
    client = client_of(ana)
    for method in ("get", "post", "put", "patch", "delete", "head"):
        assert getattr(client, method)("/api/me").status_code in (401, 405)
    told = client.get("/api/me")
    problem(told, 401)
    assert told["Vary"] == "Authorization, Accept-Language"
    assert "no-store" in told["Cache-Control"]


def test_a_token_opens_no_page(program_of, ana, lobby):
    program = program_of(ana)
    for page in ("/", "/rooms/lobby/", "/profile/", "/admin/", "/system/"):
        assert program.get(page).status_code == 302
    assert program.post("/rooms/lobby/messages/", {"body": "x", "nonce": "n"}).status_code == 302
    assert not lobby.messages.exists()


def test_a_token_elsewhere_than_in_the_header_is_none(program_of, problem, bruno):
    secret = program_of(bruno).secret
    problem(Client().get("/api/me", {"access_token": secret}), 401)
    problem(Client().get("/api/me", headers={"Cookie": f"access_token={secret}"}), 401)
    problem(Client().get("/api/me", headers={"X-Access-Token": secret}), 401)


def test_the_scheme_is_read_in_any_case(program_of, bruno):
    assert tried_with(f"bEARER  {program_of(bruno).secret} ").status_code == 200


def test_neither_a_cookie_is_read_nor_one_set(program_of, bruno):
    program = program_of(bruno)
    program.cookies["django_language"] = "es"
    program.cookies["sessionid"] = "x"
    told = program.delete("/api/me", headers={"Accept-Language": "pt-br"})
    assert told["Content-Language"] == "pt-br"
    told = program.get("/api/me")
    assert not told.cookies and "Access-Control-Allow-Origin" not in told


def test_the_use_of_a_token_is_noted_but_not_by_looking(program_of, bruno):
    program = program_of(bruno)
    assert program.head("/api/me").status_code == 200
    assert Token.objects.get().used_at is None
    program.get("/api/me")
    assert Token.objects.get().used_from == "127.0.0.1"


def test_429_says_when(program_of, problem, bruno, stopped_limits):
    program = program_of(bruno)
    answers = [program.get("/api/me") for _ in range(702)]
    statuses = [answer.status_code for answer in answers]
    assert statuses.index(429) == 700  # a burst of a sixth is not counted
    assert problem(answers[-1], 429)["code"] == "too_often"
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    other = program_of(bruno)
    problem(other.get("/api/me"), 429)


@pytest.mark.parametrize("address", ["/api/", "/api/nothing", "/api/me/more", "/api/rooms.json"])
def test_an_unknown_address_is_a_problem(program_of, problem, bruno, address):
    problem(program_of(bruno).get(address), 404)
    problem(Client().post(address), 404)


def test_an_address_may_end_in_a_slash(program_of, bruno):
    assert program_of(bruno).get("/api/me/").json()["username"] == "bruno"


def test_other_methods_are_refused_with_those_there_are(program_of, problem, bruno):
    told = program_of(bruno).delete("/api/me")
    problem(told, 405)
    assert told["Allow"] == "GET, HEAD, OPTIONS"
    assert Client().options("/api/me").headers["Allow"] == told["Allow"]
