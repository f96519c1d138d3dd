"""HEAD, OPTIONS and prefetches change nothing, at any URL."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from messaging.message.actions import post_message
from rooms.models import Membership
from users.models import Session

from .doors import doors
from .test_doors import address_of

PREFETCHES = [
    {"Sec-Purpose": "prefetch"},
    {"Sec-Purpose": "prefetch;prerender"},
    {"Sec-Purpose": "prefetch;anonymous-client-ip"},
    {"Purpose": "prefetch"},
    {"Purpose": "Preview"},
    {"X-Purpose": "preview"},
    {"X-Moz": "prefetch"},
]
VISITORS = ("ana", "bruno", "dan", "nobody")  # Dan's session has ended
WAYS = [("head", {}), ("options", {}), ("trace", {}), ("get", PREFETCHES[1])]
# A page that would change something is not prefetched: it is loaded when a user opens it.
NOT_PREFETCHED = {
    "export_person",  # it is rate limited
    "export_person_zip",
    "export_room",
    "messaging:search",  # a search is rate limited too
}


@pytest.fixture
def visitors(town):
    """{name: a browser} of users with unread messages who were last seen an hour ago."""
    for room in town.rooms.values():
        post_message(room, town.people["clara"], "New", f"{room.slug}-new")
    Session.objects.update(seen_at=timezone.now() - timedelta(hours=1))
    return {name: town.browsers[name] for name in VISITORS}


def state():
    """Return every row of every table."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows[table] = sorted(map(repr, cursor.fetchall()))
    return rows


def looked_at(town):
    """Yield (name, URL) of every page, some with a query string, and of the machines' endpoints."""
    for door in doors():
        if door.method == "GET" and not door.address[0].startswith("admin:{}"):
            yield door.address[0], address_of(door, town.things)
    yield "messaging:room", "/rooms/lobby/?refresh=20"
    yield "messaging:search", "/search/?q=among"
    yield "messaging:live", "/rooms/den/live/?begin"
    yield "healthz", "/healthz"
    yield "metrics", "/metrics"


@pytest.mark.parametrize(("method", "headers"), WAYS, ids=str)
def test_looking_changes_nothing_anywhere(town, visitors, method, headers):
    before, changed, tried = state(), [], 0
    for name, address in looked_at(town):
        for person, browser in visitors.items():
            client = Client(headers=headers, raise_request_exception=False)
            client.cookies.update(browser.cookies)
            response = client.generic(method.upper(), address)
            tried += 1
            cookies = set(response.cookies) - {"csrftoken"}
            cookies |= {"Clear-Site-Data"} & set(response.headers)
            if cookies or response.status_code >= 500 or response.streaming:
                changed.append((person, name, response.status_code, cookies))
    assert changed == []
    assert state() == before
    assert tried > 250


def test_the_state_that_is_compared_sees_what_a_get_changes(visitors):
    before = state()
    visitors["bruno"].get("/rooms/den/")
    after = state()
    changed = {table for table in before if before[table] != after[table]}
    assert changed == {"rooms_membership", "users_session"}


def statuses(town, browser, method, headers=()):
    """Return {(name, URL): the status that `browser` gets}."""
    client = Client(headers=dict(headers), raise_request_exception=False)
    client.cookies.update(browser.cookies)
    return {
        (name, address): client.generic(method, address).status_code
        for name, address in looked_at(town)
    }


def test_a_head_is_answered_like_a_get(town, visitors):
    for browser in visitors.values():
        heads = statuses(town, browser, "HEAD")
        gets = statuses(town, browser, "GET")
        different = {place[0] for place in heads if heads[place] != gets[place]}
        assert different == set()


def test_a_prefetch_is_answered_like_a_get_or_refused(town, visitors):
    prefetched = statuses(town, visitors["ana"], "GET", {"Sec-Purpose": "prefetch"})
    gets = statuses(town, visitors["ana"], "GET")
    refused = {place for place in gets if prefetched[place] != gets[place]}
    assert {prefetched[place] for place in refused} == {403}
    assert {name for name, _address in refused if not name.startswith("admin:")} == NOT_PREFETCHED


def test_what_is_shown_once_is_shown_to_who_looks_at_it(bruno, client_of, page):
    client = client_of(bruno)
    client.post("/profile/sessions/end-others/")
    assert client.head("/profile/").status_code == 200
    assert client.get("/profile/", headers={"Sec-Purpose": "prefetch"}).status_code == 403
    shown = page(client.get("/profile/")).select_one(".alert")
    assert shown.get_text(strip=True)
    assert not page(client.get("/profile/")).select(".alert")


@pytest.mark.parametrize("headers", PREFETCHES)
def test_what_is_prefetched_has_not_been_read(den, ana, bruno, client_of, headers):
    post_message(den, ana, "Hello", "n")
    membership = Membership.objects.get(room=den, user=bruno)
    client = client_of(bruno)
    for address in ("/rooms/den/", "/rooms/den/live/"):
        assert b"Hello" in client.get(address, headers=headers).content
        client.head(address)
        membership.refresh_from_db()
        assert membership.last_read_position == 0
    client.get("/rooms/den/")
    membership.refresh_from_db()
    assert membership.last_read_position == 1


def test_a_passkeys_challenge_is_not_prefetched(ana):
    client = Client()
    asked = client.get(
        "/accounts/2fa/webauthn/login/",
        headers={"accept": "application/json", "Sec-Purpose": "prefetch"},
    )
    assert (asked.status_code, list(client.session.keys())) == (403, [])


def test_a_limited_page_is_not_had_for_nothing_by_prefetching_it(bruno, client_of):
    client = client_of(bruno)
    for address in ("/search/?q=a", "/profile/export/"):
        assert client.get(address, headers={"Purpose": "prefetch"}).status_code == 403
        assert client.head(address).status_code == 200


def test_a_session_that_ended_is_forgotten_when_somebody_looks(visitors):
    dan, told = visitors["dan"], []
    for method, headers in [("HEAD", {}), ("GET", PREFETCHES[0]), ("GET", {})]:
        response = dan.generic(method, "/", headers=headers)
        told.append(("Clear-Site-Data" in response.headers, "sessionid" in response.cookies))
    assert told == [(False, False), (False, False), (True, True)]
