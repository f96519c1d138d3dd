"""Whatever programs send, the answers are those of the document, on both databases."""

from copy import deepcopy

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tertulia.api.document import read_document

from ..faults.stores import PostgreSQL, started
from ..servers import Server

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# A server with people, rooms, messages and a file; prints the tokens of everybody.
SEED = """
import json
from messaging.message.actions import delete_message, post_message
from rooms.actions import create_room, join_room
from rooms.tokens.actions import make_token
from users.actions import set_up_workspace
from users.bots.actions import make_bot
from users.models import User
ana = set_up_workspace("Casa", "open", "ana", "ana@example.com", "correct horse")
bruno, eve = [
    User.objects.create_user(name, f"{name}@example.com", "correct horse")
    for name in ("bruno", "eve")
]
robot = make_bot(bruno, "robot")
lobby, den = create_room(ana, "Lobby"), create_room(ana, "Den", kind="closed")
for room in (lobby, den):
    join_room(room, bruno)
    join_room(room, robot)
    for number in range(4):
        post_message(room, (ana, bruno)[number % 2], f"**{number}** @ana é", f"{room.pk}-{number}")
delete_message(lobby.messages.first())
holders = {"ana": ana, "bruno": bruno, "eve": eve, "robot": robot}
everything = ["read", "write", "manage"]
tokens = {name: make_token(user, "a test", everything)[1] for name, user in holders.items()}
tokens["read only"] = make_token(ana, "a test", ["read"])[1]
tokens["den only"] = make_token(ana, "a test", everything, rooms=[den])[1]
print("TOKENS", json.dumps(tokens))
"""
HOLDERS = ("ana", "bruno", "eve", "robot", "read only", "den only", "nobody")
# What there is, beside what is made up.
THERE = {
    "slug": ["lobby", "den", "nowhere"],
    "id": [1, 2, 3, 5, 8, 99],
    "emoji": [":tada:", "👍", "a", "👍👍"],
    "usernames": ["bruno", "ana,bruno", "eve,robot", "nobody"],
}
EXAMPLES = 15
ENDLESS = {"streamRoom", "streamRooms"}  # see test_events


def operations_of(document):
    schema = schemathesis.openapi.from_dict(document)
    operations = [found.ok() for found in schema.get_all_operations()]
    return {operation.definition.raw["operationId"]: operation for operation in operations}


OPERATIONS = operations_of(read_document())
KINDS = [
    (name, mode)
    for name in sorted(OPERATIONS.keys() - ENDLESS)
    for mode in GenerationMode
    if (name, mode) != ("readDocument", GenerationMode.NEGATIVE)  # takes nothing
]


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def server(request, static_files, tmp_path_factory):
    options = {}
    store = started(PostgreSQL()) if request.param == "PostgreSQL" else None
    if store:
        options["DATABASE_URL"] = store.__enter__().create("document")
    server = Server(tmp_path_factory.mktemp("document"), **options)
    server.prepare()
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.log.read_text(), server.log.read_text()
    if store:
        store.__exit__(None, None, None)


@pytest.fixture(scope="module")
def tokens(server):
    return server.tell(SEED, "TOKENS") | {"nobody": "tertulia_pat_x"}


@pytest.fixture(scope="module")
def session():
    with requests.Session() as session:
        yield session


@pytest.mark.parametrize(("name", "mode"), KINDS)
def test_every_answer_is_as_documented(server, tokens, session, name, mode):
    compare(server, tokens, session, OPERATIONS[name], mode, HOLDERS)


def test_an_answer_that_is_not_as_documented_is_found(server, tokens, session):
    document = deepcopy(read_document())
    document["components"]["schemas"]["Person"]["required"].append("shoe_size")
    operation = operations_of(document)["listPeople"]
    with pytest.raises(FailureGroup):
        compare(server, tokens, session, operation, GenerationMode.POSITIVE, ["ana"])


def compare(server, tokens, session, operation, mode, holders):
    """Send what is made up and what is there, as these holders of tokens; check the answers."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(mode),
        holder=st.sampled_from(holders),
        there=st.fixed_dictionaries({k: st.none() | st.sampled_from(v) for k, v in THERE.items()}),
    )
    def try_one(case, holder, there):
        for key in (case.path_parameters or {}).keys() & there.keys():
            if there[key] is not None:
                case.path_parameters[key] = there[key]
        headers = {"Authorization": f"Bearer {tokens[holder]}"}
        answer = case.call_and_validate(
            server.url, session, headers, checks=CHECKS, allow_redirects=False
        )
        assert answer.status_code < 300 or answer.status_code in {304, *range(400, 500)}

    try_one()
