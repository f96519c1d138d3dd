"""Each log line is one JSON object and contains no secret from a URL."""

import json
import logging
from contextvars import copy_context

import pytest
from django.test import RequestFactory

from tertulia.config.logging import JsonFormatter, end_request, request_id


@pytest.fixture
def line():
    """Return a function that formats the last record of `caplog`."""
    return lambda record: json.loads(JsonFormatter().format(record))


def finish(request, response):
    request_id.set("abc")
    end_request(request, response, 0.0123)


def record(message, **options):
    return logging.LogRecord("name", logging.ERROR, "file", 1, message, (), None, **options)


def test_a_line_break_in_a_name_forges_no_line(line):
    text = JsonFormatter().format(record('Room "x"\n{"level": "error"}'))
    assert (text.count("\n"), json.loads(text)["message"]) == (0, 'Room "x"\n{"level": "error"}')


def test_a_line_says_its_request(line):
    context = copy_context()
    context.run(request_id.set, "abc")
    assert context.run(line, record("x"))["request"] == "abc"
    assert "request" not in line(record("x"))


@pytest.mark.django_db
def test_an_answer_is_logged_by_its_route(client, ana, caplog, line):
    request = RequestFactory().get("/invitations/secret-of-somebody/")
    response = client.get("/invitations/secret-of-somebody/")
    request.resolver_match = response.resolver_match
    with caplog.at_level(logging.INFO, "tertulia.requests"):
        copy_context().run(finish, request, response)
    logged = line(caplog.records[-1])
    assert (logged["route"], logged["milliseconds"]) == ("/invitations/<token>/", 12.3)
    assert "secret" not in json.dumps(logged)
    assert response["X-Request-ID"] == "abc"
