"""Whatever is refused under /api/ is a problem (RFC 9457), whoever refuses it."""

import pytest
from django.test import Client

from tertulia.api import people
from tertulia.operations.refusal_pages import STATUSES, refusal_of


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("/api/me", {"Host": "elsewhere.example"}, 400),
        ("/api/me?q=%00", {}, 400),
        ("/api/me?q=%ff", {}, 400),
        ("/api/%00", {}, 400),
        ("/api/me", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, 403),
        ("/api/me", {"Content-Type": "application/json; charset=utf-16"}, 400),
    ],
)
def test_what_is_no_proper_request_is_a_problem(db, problem, address, headers, status):
    problem(Client(headers=headers).get(address), status)


def test_a_failure_is_a_problem(program_of, problem, bruno, monkeypatch):
    monkeypatch.setattr(people, "person_json", lambda person: 1 / 0)
    program = program_of(bruno)
    program.raise_request_exception = False
    assert problem(program.get("/api/me"), 500)["code"] == "failed"


def test_a_failure_speaks_the_language_of_the_program(program_of, bruno, monkeypatch):
    program = program_of(bruno)
    told = {
        language: program.delete("/api/me", headers={"Accept-Language": language})
        for language in ("en", "es", "pt-br")
    }
    assert {answer["Content-Language"] for answer in told.values()} == set(told)
    assert len({answer.json()["detail"] for answer in told.values()}) == 3


@pytest.mark.parametrize("status", STATUSES)
def test_the_guard_refuses_programs_with_problems(status):
    refusal = refusal_of(status, [(b"accept-language", b"es")], "/api/me")
    headers = dict(refusal.headers)
    assert headers[b"content-type"] == b"application/problem+json"
    assert headers[b"content-language"] == b"es"
    assert (headers[b"x-frame-options"], refusal.status) == (b"DENY", status)
    assert b"content-security-policy" in headers


def test_http_is_refused_where_there_is_https(problem, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert problem(Client().get("/api/me"), 403)["code"] == "https_required"
    problem(Client().get("/api/me", secure=True), 401)
