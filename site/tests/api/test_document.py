"""The OpenAPI document says what there is: every address, method, scope and answer."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from messaging.message.actions import post_message
from messaging.reactions.actions import add_reaction
from rooms.direct.actions import open_direct_room
from tertulia import __version__
from tertulia.api.document import read_document
from tertulia.operations.problems import CODES, SENTENCES

from ..security.doors import doors, program_doors

NO_TOKEN = {"document"}


def addresses():
    """Yield (name, the path as in the document, {method: view}) of every address of the API."""
    [api] = [entry for entry in get_resolver().url_patterns if str(entry.pattern) == "api/"]
    for entry in api.url_patterns:
        path = re.sub(r"<\w+:(\w+)>", r"{\1}", f"/api/{entry.pattern}").replace("{pk}", "{id}")
        yield entry.name, path, entry.callback.views


def operations():
    """Yield (path, method, operation) of the document."""
    for path, item in read_document()["paths"].items():
        for method in item.keys() - {"parameters"}:
            yield path, method.upper(), item[method]


def test_the_document_is_valid():
    validate(read_document())


def test_everybody_reads_it_and_its_version_is_the_products(db, program_of, bruno):
    told = Client().get("/api/openapi.json")
    assert (told.status_code, told["Content-Type"]) == (200, "application/json")
    assert told.json()["info"]["version"] == __version__
    again = Client().get("/api/openapi.json", headers={"If-None-Match": told["ETag"]})
    assert again.status_code == 304


def test_every_address_is_in_the_document_and_the_other_way_round():
    there = {(path, method) for _name, path, views in addresses() for method in views}
    assert there == {(path, method) for path, method, _operation in operations()}


def test_every_operation_is_in_the_access_matrix():
    listed = {(door.address[0], door.method) for door in [*program_doors(), *doors()]}
    there = {(f"api:{name}", method) for name, _path, views in addresses() for method in views}
    assert there - listed == set()


def test_every_view_asks_for_the_scope_that_the_document_names():
    told = {(path, method): operation["security"] for path, method, operation in operations()}
    for name, path, views in addresses():
        for method, view in views.items():
            scopes = [view.scope] if getattr(view, "scope", "") else []
            expected = [] if name in NO_TOKEN else [{"accessToken": scopes}]
            assert told[path, method] == expected, (method, path)
            assert hasattr(view, "scope") == (name not in NO_TOKEN), (method, path)


def test_every_operation_says_how_it_fails():
    for path, method, operation in operations():
        statuses = operation["responses"].keys()
        if operation["security"]:
            assert {"401", "403", "404", "429", "default"} <= statuses, (method, path)
        if "requestBody" in operation:
            assert {"400", "413", "415", "422"} <= statuses, (method, path)
        assert operation["summary"] and operation["operationId"]


def test_every_parameter_of_an_address_is_in_the_document():
    document = read_document()
    for path, item in document["paths"].items():
        named = set()
        for parameter in item.get("parameters", []):
            named.add(
                document["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]["name"]
            )
        assert named == set(re.findall(r"{(\w+)}", path)), path


def test_nothing_in_the_document_is_left_over():
    text = repr(read_document())
    for kind, parts in read_document()["components"].items():
        if kind != "securitySchemes":
            for name in parts:
                assert f"#/components/{kind}/{name}'" in text, name


def test_every_problem_has_a_sentence():
    assert set(CODES.values()) <= SENTENCES.keys()


def is_as_documented(name, value):
    document = read_document()
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return not list(Draft202012Validator(schema).iter_errors(value))


@pytest.mark.parametrize(
    ("schema", "address"),
    [
        ("Me", "/api/me"),
        ("Room", "/api/rooms/lobby"),
        ("Page", "/api/rooms/lobby/messages"),
        ("Changes", "/api/rooms/lobby/changes"),
        ("Problem", "/api/nothing"),
        ("Problem", "/api/rooms/lobby/messages?limit=0"),
    ],
)
def test_answers_are_as_documented(program_of, ana, bruno, lobby, schema, address):
    open_direct_room(ana, bruno)
    message = post_message(lobby, ana, "Hello", "1")
    add_reaction(message, ana, "👍")
    post_message(lobby, ana, "Yes", "2", reply_to=message.pk)
    assert is_as_documented(schema, program_of(ana).get(address).json())
    assert not is_as_documented(schema, {"nothing": True})
