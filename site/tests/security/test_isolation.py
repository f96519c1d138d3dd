"""Other sites may open this site's pages in a window, but not load or embed them."""

import http.client
import itertools

import pytest
from django.test import Client

from users.tests.conftest import issuer, return_from  # noqa: F401
from users.tests.issuer import CALLBACK

from .test_safe_methods import looked_at

EMBEDDED = ["iframe", "frame", "fencedframe", "image", "script", "object", "embed", "style"]
EMBEDDED += ["audio", "video", "track", "font", "manifest", "empty", "worker", "xslt", "json"]
MODES = ["no-cors", "cors", "navigate", "same-origin", "websocket"]
NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


def asked(site, mode, dest):
    return {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}


def statuses(town, browser, method="GET", headers=()):
    client = Client(headers=dict(headers), raise_request_exception=False)
    client.cookies.update(browser.cookies)
    for _name, address in looked_at(town):
        response = client.generic(method, address)
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin", address
        yield address, response.status_code


def test_no_address_is_loaded_by_another_site(town):
    ways = itertools.cycle(itertools.product(["cross-site", "same-site"], MODES, EMBEDDED))
    for name, method in itertools.product(("ana", "nobody"), ("GET", "HEAD", "POST", "OPTIONS")):
        headers = asked(*next(ways))
        found = dict(statuses(town, town.browsers[name], method, headers))
        assert {address for address, status in found.items() if status != 403} == set(), headers
        assert len(found) > 80


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "same-origin"])
def test_every_link_from_elsewhere_works(town, site):
    plain = dict(statuses(town, town.browsers["ana"]))
    headers = {"Sec-Fetch-Site": site, **NAVIGATION}
    followed = dict(statuses(town, town.browsers["ana"], headers=headers))
    assert followed == plain


@pytest.mark.parametrize("dest", EMBEDDED)
@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "bogus", "none, cross-site"])
def test_what_is_embedded_is_refused_in_every_mode(lobby, bruno, client_of, site, dest):
    client = client_of(bruno)
    for address, mode in itertools.product(("/rooms/lobby/", "/rooms/lobby/live/"), MODES):
        assert client.get(address, headers=asked(site, mode, dest)).status_code == 403


@pytest.mark.parametrize("dest", EMBEDDED)
def test_our_own_pages_load_what_they_need(lobby, bruno, client_of, dest):
    for mode in MODES:
        headers = asked("same-origin", mode, dest)
        assert client_of(bruno).get("/rooms/lobby/", headers=headers).status_code == 200


@pytest.mark.parametrize("missing", ["Sec-Fetch-Mode", "Sec-Fetch-Dest"])
def test_a_foreign_page_must_say_that_it_opens_one(lobby, bruno, client_of, missing):
    headers = asked("cross-site", "navigate", "document")
    del headers[missing]
    assert client_of(bruno).get("/rooms/lobby/", headers=headers).status_code == 403


def test_browsers_that_say_nothing_are_served(lobby, bruno, client_of):
    assert client_of(bruno).get("/rooms/lobby/").status_code == 200


def test_a_foreign_form_is_refused_though_it_opens_a_page(lobby, bruno, client_of):
    headers = asked("cross-site", "navigate", "document")
    path = "/rooms/lobby/messages/"
    assert (
        client_of(bruno).post(path, {"body": "x", "nonce": "n"}, headers=headers).status_code == 403
    )


def test_single_sign_on_comes_back(ana, issuer, return_from):  # noqa: F811
    client = Client(headers={"Sec-Fetch-Site": "same-origin"} | NAVIGATION)
    come_back = client.get

    def from_the_provider(path, *arguments, **options):
        headers = {"Sec-Fetch-Site": "cross-site"} if path == CALLBACK else {}
        return come_back(path, *arguments, headers=headers, **options)

    client.get = from_the_provider
    response = return_from(client)
    assert response.headers["Location"] == "/accounts/3rdparty/signup/"


def test_the_policy_is_on_whatever_the_server_answers(server):
    static = "/static/tertulia.css"
    requests = [
        (method, path)
        for method in ("GET", "HEAD", "POST", "OPTIONS", "TRACE", "PUT")
        for path in ("/", "/healthz", "/metrics", "/nowhere/", "/accounts/login/", static, "/%ff")
    ]
    requests.append(("GET", "/static/nothing.css"))
    for method, path in requests:
        headers = {"Range": "bytes=9999999-"} if path == static else {}
        assert policy_of(server, method, path, headers) == "same-origin", (method, path)
    kinds = ["text/plain; charset*=x''y", "x" * 12_000, "text/plain; charset=utf-7"]
    for kind in kinds:
        assert policy_of(server, "POST", "/", {"Content-Type": kind}) == "same-origin", kind


def policy_of(server, method, path, headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        return connection.getresponse().headers["Cross-Origin-Resource-Policy"]
    finally:
        connection.close()


def test_the_policy_is_on_errors_of_our_own(ana, client_of, monkeypatch):
    def fail(*_arguments):
        raise RuntimeError

    monkeypatch.setattr("messaging.search.views.gather", fail)
    client = client_of(ana)
    client.raise_request_exception = False
    response = client.get("/search/?q=a")
    assert response.status_code == 500
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
