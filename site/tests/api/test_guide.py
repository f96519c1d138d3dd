"""The page of the API says what its document says, and every error leads to it."""

import json
import shlex

import pytest

from tertulia.api.document import read_document
from tertulia.operations.problems import SENTENCES

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def guide(client_of, bruno, page):
    return page(client_of(bruno).get("/help/api/"))


def operations():
    for path, item in read_document()["paths"].items():
        for method in METHODS & item.keys():
            yield item[method]["operationId"], method, path, item[method]


def test_every_operation_is_on_the_page_with_a_command(guide):
    for name, method, path, operation in operations():
        [shown] = guide.select(f"#{name}")
        assert (
            shown.select_one(".api-address").get_text(" ", strip=True) == f"{method.upper()} {path}"
        )
        assert shown.h3.text == operation["summary"]
        command = shlex.split(shown.select_one(".api-example").text)
        assert command[0] == "curl"
        [address] = [word for word in command if word.startswith("http")]
        assert "/api/" in address
        assert "{" not in address
        if "-d" in command:
            json.loads(command[command.index("-d") + 1])


def test_every_link_of_the_page_leads_somewhere(guide):
    for link in guide.select("main a[href^='#']"):
        assert len(guide.select(f"[id='{link['href'][1:]}']")) == 1, link


def test_every_error_has_its_place(guide):
    for code in SENTENCES:
        assert len(guide.select(f"#errors #{code}")) == 1


def test_the_type_of_an_error_leads_to_it(guide, program_of, problem, bruno):
    told = problem(program_of(bruno).get("/api/nothing"), 404)
    assert told["type"].endswith("/help/api/#not_found")


def test_every_object_is_on_the_page_with_its_fields(guide):
    for name in read_document()["components"]["schemas"]:
        assert guide.select(f"#{name} .api-fields dt"), name


def test_help_and_the_tokens_lead_to_it(client_of, bruno, page):
    for address in ("/help/", "/profile/tokens/"):
        assert page(client_of(bruno).get(address)).select("main a[href='/help/api/']")
