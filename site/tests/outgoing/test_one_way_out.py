"""No module but `core.http` opens a connection to the outside, with the exceptions listed here."""

import ast

from core.http import client
from core.http.network import INTERNET
from tests.test_house import modules

# Modules that can open connections.
OPENING = {"aiohttp", "ftplib", "http.client", "http.server", "httpx", "imaplib", "obstore"}
OPENING |= {"pycurl", "requests", "smtplib", "socket", "socketserver", "ssl", "telnetlib"}
OPENING |= {"urllib.request", "urllib3", "websockets.client", "xmlrpc.client"}
OPENING_CALLS = {"create_connection", "create_datagram_endpoint", "open_connection"}
OPENING_CALLS |= {"open_unix_connection", "urlopen", "urlretrieve", "get_requests_session"}
# What is configured by who runs the site, and not chosen by strangers. Mail is sent by Django,
# PostgreSQL and Redis are reached by their drivers, and the provider of single sign-on by allauth.
EXCEPTIONS = {
    "core.http.client": {"http.client", "socket", "urllib3"},
    "core.http.line": {"socket"},
    "core.http.network": {"socket", "ssl"},
    "core.http.targets": {"socket"},  # inet_aton
    "files.stores.bucket": {"obstore"},  # S3: FILES_URL
    "tertulia.accounts.adapters": {"smtplib"},  # its exceptions
    "tertulia.accounts.urls": {"requests"},  # its exceptions, which allauth raises
    "tertulia.background.worker": {"smtplib"},  # its exceptions
    "tertulia.config.email_url": {"smtplib"},  # its exceptions
    "tertulia.server.intake": {"socket"},  # accepts
    "tertulia.server.processes": {"socket"},  # accepts
}


def is_in(name, package):
    return name == package or name.startswith(f"{package}.")


def opening_in(tree):
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                imported = {alias.name for alias in names}
            case ast.ImportFrom(module=str(module), level=0, names=names):
                imported = {module, *(f"{module}.{alias.name}" for alias in names)}
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in OPENING_CALLS:
                found.add(name)
                continue
            case _:
                continue
        found |= {
            each for each in OPENING for name in imported if f"{name}.".startswith(f"{each}.")
        }
    return found


def test_only_the_guarded_client_opens_connections():
    found = {name: opening_in(tree) for name, tree in modules().items()}
    assert {name: what for name, what in found.items() if what} == EXCEPTIONS


def test_what_the_test_above_looks_for():
    lines = ["import urllib.request", "from urllib import request", "import socket as s"]
    lines += [
        "from urllib3.util import Retry",
        "loop.create_connection()",
        "from http import client",
    ]
    assert [bool(opening_in(ast.parse(line))) for line in lines] == [True] * len(lines)
    assert not opening_in(ast.parse("from urllib.parse import quote; from http import HTTPStatus"))


def test_nothing_in_the_product_changes_the_network_of_the_client():
    """Only a test can, by replacing `client.network` in its own process."""
    for name, tree in modules().items():
        if not name.startswith("core.http"):
            assert "core.http.network" not in ast.unparse(tree), name
            assert "client.network" not in ast.unparse(tree), name
    assigned = [
        node
        for node in ast.walk(modules()["core.http.client"])
        if isinstance(node, ast.Name) and node.id == "network" and isinstance(node.ctx, ast.Store)
    ]
    assert len(assigned) == 1
    assert INTERNET.trust().verify_mode.name == "CERT_REQUIRED" and INTERNET.trust().check_hostname


def test_tests_cannot_reach_the_internet_by_accident(outside):
    assert client.network is outside.network
