"""Absolute links begin with SITE_URL; a Host header cannot change them."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.checks import run_checks
from django.test import Client

from tertulia.config.email_url import site_url
from users.tests.conftest import (  # noqa: F401
    issuer,
    log_in,
    mail_server,
)
from users.tests.issuer import LOGIN

SITE = "https://chat.example"
FOREIGN = re.compile(r":666|CHAT|other\.example|wild|example\./|example\.\n")
HOSTS = ["chat.example:666", "CHAT.example", "chat.example.", "other.example", "a.wild.example:1"]


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE
    settings.ALLOWED_HOSTS = ["chat.example", "other.example", ".wild.example"]


@pytest.fixture(params=HOSTS)
def visitor(request):
    return Client(headers={"host": request.param})


def assert_all_lead_to_the_site(text):
    links = re.findall(r"https?://[^\s\"'<>]+", text)
    assert links and all(link.startswith(f"{SITE}/") for link in links)
    assert not FOREIGN.search(text)


def test_a_reset_link_leads_to_the_site(visitor, bruno, mail_server):  # noqa: F811
    for address in ("bruno@example.com", "nobody@example.com"):
        visitor.post("/accounts/password/reset/", {"email": address})
    assert len(mail_server) == 2
    for mail in mail_server:
        assert_all_lead_to_the_site(mail.body)


def test_no_mail_names_another_host(visitor, bruno, mail_server, log_in):  # noqa: F811
    account = {"username": "clara", "email": "clara@example.com"}
    passwords = {"password1": "correct horse", "password2": "correct horse"}
    visitor.post("/accounts/signup/", account | passwords)
    visitor.cookies.clear()
    for address in ("bruno@example.com", "nobody@example.com"):
        visitor.post("/accounts/login/code/", {"email": address})
        visitor.cookies.clear()
    assert len(mail_server) == 3
    for mail in mail_server:
        assert "chat.example" in mail.body
        assert not FOREIGN.search(str(mail.message()))


def test_an_invitation_and_a_login_link_lead_to_the_site(visitor, ana, bruno, page):
    visitor.force_login(ana)
    for address in ("/invitations/", f"/people/{bruno.pk}/login-link/"):
        shown = page(visitor.post(address, {"days": 7, "uses": 1})).select_one("#address")
        assert shown["value"].startswith(f"{SITE}/")


def test_single_sign_on_comes_back_to_the_site(visitor, ana, issuer, page):  # noqa: F811
    away = page(visitor.post(LOGIN)).select_one("main a")["href"]
    assert parse_qs(urlsplit(away).query)["redirect_uri"] == [f"{SITE}{LOGIN}callback/"]


def test_failed_logins_are_counted_whatever_host_is_named(ana, bruno, log_in):  # noqa: F811
    statuses = [
        log_in(
            Client(headers={"host": f"chat.example:{number}"}, REMOTE_ADDR=f"192.0.2.{number}"),
            "bruno",
            "wrong",
        ).status_code
        for number in range(1, 9)
    ]
    assert statuses == [422] * 5 + [429] * 3


@pytest.mark.parametrize("host", ["*", ".", "..", "*.example.com", "https://*", '["*"]', "'*'"])
def test_a_host_that_is_any_host_stops_the_start(settings, host):
    settings.ALLOWED_HOSTS = ["chat.example", host]
    (error,) = [found for found in run_checks(tags=["security"]) if found.is_serious()]
    assert error.id == "tertulia.E005"
    assert error.msg == f"ALLOWED_HOSTS={host} lets every request name the site's host itself."


def test_a_site_of_many_names_is_warned_that_its_links_take_one(settings):
    settings.ALLOWED_HOSTS = [".wild.example"]
    assert "tertulia.W003" in {found.id for found in run_checks(tags=["security"])}


@pytest.mark.parametrize(
    ("hosts", "has_tls", "is_direct", "address"),
    [
        (["chat.example"], True, False, "https://chat.example"),
        (["chat.example"], False, False, "http://chat.example"),
        (["127.0.0.1"], False, True, "http://127.0.0.1:5000"),
        ([".wild.example", "chat.example"], True, False, "https://chat.example"),
        ([".wild.example"], True, False, "https://wild.example"),
    ],
)
def test_where_nothing_stands_in_front_the_links_name_the_port(
    monkeypatch, hosts, has_tls, is_direct, address
):
    monkeypatch.setenv("PORT", "5000")
    assert site_url(hosts, has_tls, is_direct) == address
