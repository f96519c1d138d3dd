"""The address of an avatar: who gets the bytes, and how they are kept."""

import pytest
from django.test import Client

from files import stores

ELSEWHERE = "/avatars/{}/AAAAAAAAAAAAAAAAAAAAAA.webp"


@pytest.fixture
def address(bruno, picture, upload, avatar_of):
    upload(bruno, picture())
    return avatar_of(bruno)


def test_a_visitor_learns_nothing_of_who_exists(bruno, address):
    """Case 55."""
    answers = set()
    asked = [address, ELSEWHERE.format(bruno.pk), ELSEWHERE.format(987654)]
    for path in asked:
        for headers in ({}, {"If-None-Match": "*"}, {"Range": "bytes=0-3"}):
            for ask in (Client().get, Client().head):
                response = ask(path, headers=headers)
                place, _, query = response.get("Location", "").partition("?")
                answers.add((response.status_code, place, query.replace(path, "")))
    assert answers == {(302, "/accounts/login/", "next=")}


def test_anybody_who_is_logged_in_gets_it_with_strict_headers(eve, address, client_of):
    response = client_of(eve).get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert {"private", "immutable"} <= set(response["Cache-Control"].split(", "))
    assert "Cookie" in response["Vary"]
    assert "Set-Cookie" not in response and not response.cookies


def test_a_browser_that_has_it_is_told_so(eve, address, client_of):
    client = client_of(eve)
    tag = client.get(address)["ETag"]
    for given in (tag, f'"other", W/{tag}', "*"):
        response = client.get(address, headers={"If-None-Match": given})
        assert (response.status_code, response.content) == (304, b""), given
        assert response["ETag"] == tag and "immutable" in response["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_has_the_headers_alone(eve, address, client_of):
    whole, head = client_of(eve).get(address), client_of(eve).head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == whole["ETag"]


def test_a_wrong_address_is_no_avatar(ana, bruno, eve, address, client_of):
    client, key = client_of(eve), address.rpartition("/")[2]
    wrong = [
        ELSEWHERE.format(bruno.pk),
        f"/avatars/{ana.pk}/{key}",
        f"/avatars/{2**70}/{key}",
        address.swapcase().replace("/AVATARS/", "/avatars/").replace(".WEBP", ".webp"),
        address.replace(".webp", ".svg"),
    ]
    for path in wrong:
        for headers in ({}, {"If-None-Match": "*"}):
            assert client.get(path, headers=headers).status_code == 404, path


def test_another_site_cannot_show_it(eve, address, client_of):
    embedded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}
    assert client_of(eve).get(address, headers=embedded).status_code == 403


def test_a_store_that_is_away_is_no_failure(eve, address, client_of, monkeypatch):
    def away(*range_of_bytes):
        raise stores.Unavailable("away")

    monkeypatch.setattr(type(stores.database()), "read", away)
    response = client_of(eve).get(address)
    assert response.status_code == 503
    assert "immutable" not in response.get("Cache-Control", "")


def test_after_a_logout_it_is_not_sent(eve, address, client_of):
    client = client_of(eve)
    tag = client.get(address)["ETag"]
    client.post("/accounts/logout/")
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 302
