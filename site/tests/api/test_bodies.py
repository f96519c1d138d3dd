"""What a program may send: JSON objects, in UTF-8, not too large and not too deep."""

import pytest

from messaging.message.models import Message

ROOM = "/api/rooms/lobby"
HERE = f"{ROOM}/messages"

BAD = [
    (b"[]", 422),
    (b"{", 400),
    (b"", 415),
    (b"null", 422),
    (b'"text"', 422),
    (b"[" * 100 + b"]" * 100, 400),
    (b'{"body": "x", "more": ' + b"[" * 100 + b"]" * 100 + b"}", 400),
    (b"[" * 60_000, 400),
    (b'{"a":' * 10_000, 400),
    (b'{"body": "%s"}' % (b"x" * 65 * 1024), 413),
    (b'{"body": "x"}' + b" " * 65 * 1024, 413),
    ('{"body": "x"}'.encode("utf-16"), 400),
    (b'\xef\xbb\xbf{"body": "x"}', 400),
    (b'{"body": "\xff"}', 400),
    (b'{"body": 3}', 422),
    (b'{"body": ["x"]}', 422),
    (b'{"body": null}', 422),
    (b'{"body": ""}', 422),
    (b'{"body": "   "}', 422),
    (b"{}", 422),
    (b'{"body": "x", "body": "y"}', 400),
    (b'{"body": NaN}', 400),
    (b'{"body": "x", "more": -Infinity}', 400),
    (b'{"body": "x", "reply_to": %s}' % (b"9" * 5_000), 400),
    (b'{"body": "x", "reply_to": 1e999}', 422),
    (b'{"body": "x", "reply_to": true}', 422),
    (b'{"body": "x", "reply_to": "1"}', 422),
    (b'{"body": "x", "reply_to": -1}', 422),
    (rb'{"body": "\ud800"}', 422),
    (rb'{"body": "a\u0000b"}', 422),
    (rb'{"body": "x", "nonce": "\u0000"}', 422),
    (rb'{"body": "x", "nonce": "\udfff"}', 422),
    (b'{"body": "x", "nonce": "%s"}' % (b"n" * 65), 422),
    (b'{"body": "%s"}' % (b"x" * 8_001), 422),
    (b"body=x", 400),
]


@pytest.mark.parametrize(("content", "status"), BAD, ids=lambda value: str(value)[:40])
def test_a_bad_body_is_a_problem(program_of, problem, bruno, lobby, content, status):
    program = program_of(bruno)
    told = program.generic("POST", HERE, content, content_type="application/json")
    errors = problem(told, status).get("errors", [])
    assert bool(errors) == (status == 422)
    assert not Message.objects.exists()


OTHERS = "text/plain application/x-www-form-urlencoded application/xml application/json-seq"


@pytest.mark.parametrize("content_type", [*OTHERS.split(), "", "multipart/mixed; boundary=x"])
def test_another_kind_of_body_is_unsupported(program_of, problem, bruno, lobby, content_type):
    told = program_of(bruno).generic("POST", HERE, b'{"body": "x"}', content_type=content_type)
    problem(told, 415)
    assert told["Accept"] == "application/json"
    told = program_of(bruno).generic("PUT", f"{ROOM}/read", b"{}", content_type=content_type)
    problem(told, 415)


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
def test_json_says_its_charset(program_of, bruno, lobby, charset):
    kind = f"application/json; charset={charset}"
    told = program_of(bruno).generic("POST", HERE, '{"body": "ñ"}'.encode(), content_type=kind)
    assert (told.status_code, told.json()["body"]) == (201, "ñ")
