"""Tests the access matrix in doors.py: every user at every URL and socket."""

import asyncio
import re

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from core.threads import in_database
from messaging.conftest import Socket, awake  # noqa: F401
from rooms.tokens.actions import make_token

from .doors import ADMINISTERED, PEOPLE, SOCKETS, doors, program_doors, rows_of

LOGINS = {"/accounts/login/": "log", "/admin/login/": "adm"}
# The parts that differ between two renderings of a page: tokens, nonces, the requested URL.
CHANGING = re.compile(rb'nonce="[^"]*"|value="[^"]{64}"|/rooms/[-\w]+/|next=[^"]*')


def addresses(resolver, route="", namespace=""):
    """Yield (name or None, route) of every URL pattern."""
    for entry in resolver.url_patterns:
        below = route + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            inner = f"{entry.namespace}:" if entry.namespace else ""
            yield from addresses(entry, below, namespace + inner)
        else:
            yield entry.name and namespace + entry.name, below


def test_every_address_of_the_product_is_in_the_table():
    listed = {door.address[0] for door in [*doors(), *program_doors()]}
    routes = {resolve(address).route for address in listed if address.startswith("/")}
    models = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    assert models == set(ADMINISTERED)
    unnamed = {route for name, route in addresses(get_resolver()) if name is None}
    named = {name for name, _route in addresses(get_resolver()) if name}
    forgotten = "add its lines to tests/access.txt of its package, or to security/doors.py"
    assert named - listed == set(), forgotten
    assert {route for route in unnamed - routes if not route.startswith("admin/")} == set()
    assert {name for name in listed if not name.startswith("/")} - named == set()


def address_of(door, things):
    name, *words = door.address
    if name.startswith("/"):
        return name
    return reverse(name, args=[word[1:] if word[0] == "=" else things[word] for word in words])


def ask(browser, door, address, **options):
    """Return the outcome of a request by `browser`, and roll back its effects."""
    client = Client(raise_request_exception=False, **options)
    client.cookies.update(browser.cookies)
    with transaction.atomic():
        response = getattr(client, door.method.lower())(address)
        transaction.set_rollback(True)
    return response


def answer_of(response):
    """Return a response in the notation of the table."""
    leads_to = response.headers.get("Location", "").partition("?")[0]
    return LOGINS.get(leads_to, str(response.status_code))


def test_everybody_is_answered_at_every_door_what_the_table_says(town, settings):
    settings.LOCAL = False
    cases, faults = 0, []
    for door in doors():
        address = address_of(door, town.things)
        for name, expected in zip(PEOPLE, door.answers, strict=True):
            answer = answer_of(ask(town.browsers[name], door, address))
            cases += 1
            if answer != expected and not (expected == "any" and answer < "500"):
                faults.append(
                    f"{door.method} {address}: {name} is answered {answer}, not {expected}"
                )
    print(f"{cases} cases at {len(doors()) / 2:.0f} addresses")
    assert faults == []
    assert cases > 3_500


def test_every_program_is_answered_what_the_table_says(town):
    """A token may do what its person may."""
    faults, tried = [], 0
    headers = {name: {"Authorization": f"Bearer {secret}"} for name, secret in secrets(town)}
    for door in program_doors():
        address = address_of(door, town.things)
        for name, expected in zip(PEOPLE, door.answers, strict=True):
            client = Client(headers=headers.get(name))
            with transaction.atomic():
                told = client.generic(door.method, address, "{}", content_type="application/json")
                transaction.set_rollback(True)
            tried += 1
            if str(told.status_code) != expected:
                answer = f"{told.status_code}, not {expected}"
                faults.append(f"{door.method} {address}: {name} gets {answer}")
    assert faults == []
    assert tried > 300


def test_a_session_opens_no_door_of_programs(town):
    opened = set()
    for door in program_doors():
        client = Client()
        client.cookies.update(town.browsers["ana"].cookies)
        told = client.generic(door.method, address_of(door, town.things), "{}")
        opened.add((told.status_code, told["WWW-Authenticate"]))
    assert opened == {(401, 'Bearer error="invalid_token"')}


def test_a_room_that_a_program_may_not_see_is_answered_like_one_that_is_not_there(town):
    secret = dict(secrets(town))["eve"]
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    told = set()
    for door in program_doors():
        if door.address[1:2] == ("den",):
            address = address_of(door, town.things)
            for place in (address, address.replace("/den", "/nowhere")):
                told.add(client.generic(door.method, place, "{}").content)
    assert len(told) == 1


def secrets(town):
    """Yield (name, secret of a token) of everybody; Dan's was made while he was active."""
    for name, person in town.people.items():
        type(person).objects.filter(pk=person.pk).update(is_active=True)
        yield name, make_token(person, "all", ["read", "write", "manage"])[1]
        type(person).objects.filter(pk=person.pk).update(is_active=name != "dan")


def test_a_room_that_one_may_not_see_is_answered_like_one_that_is_not_there(town):
    in_den = [door for door in doors() if door.address[1:2] == ("den",) and door.method == "GET"]
    told = {}
    for door in in_den:
        secret = address_of(door, town.things)
        pages = [
            ask(town.browsers["eve"], door, address)
            for address in (secret, secret.replace("/den/", "/nowhere/"))
        ]
        told[secret] = {(page.status_code, CHANGING.sub(b"", page.content)) for page in pages}
    assert [address for address, answers in told.items() if len(answers) > 1] == []
    assert len(told) > 15


def test_nobody_who_comes_by_an_address_ends_at_a_bare_refusal_of_the_method(town):
    shut = set()
    for door in doors():
        address = address_of(door, town.things)
        for name in ("ana", "bruno") if not address.startswith(("/api/", "/hooks/")) else ():
            client = Client(raise_request_exception=False)
            client.cookies.update(town.browsers[name].cookies)
            if door.method == "GET" and client.get(address).status_code == 405:
                assert b"<h1" in client.get(address).content, address
                page = client.get(address, headers={"Accept": "text/html"}, follow=True)
                assert page.status_code != 405, address
                shut.add(door.address[0])
    assert {"messaging:post", "rooms:join", "rooms:talk", "users:deactivate"} <= shut


def test_no_form_is_taken_without_its_token(town):
    taken = set()
    for door in doors():
        if door.method == "POST":
            address = address_of(door, town.things)
            for name in ("ana", "nobody"):
                response = ask(town.browsers[name], door, address, enforce_csrf_checks=True)
                is_for_programs = address.startswith("/api/") and response.status_code in (401, 405)
                is_refused = response.status_code == 403 or is_for_programs
                if not is_refused and answer_of(response) not in LOGINS.values():
                    taken.add((door.address[0], response.status_code))
    # A mail provider's server posts to these with the URL only (RFC 8058).
    names = ("messaging:stop_notifications", "messaging:stop_notifications_old_address")
    mailed = {(name, status) for name in names for status in (200, 404)}
    assert taken == mailed | {("messaging:incoming_webhook", 404)}  # programs post to it


def test_looking_changes_nothing(town):
    written = set()

    def note(execute, sql, params, many, context):
        found = re.match(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', sql)
        if found:
            written.add((door.address[0], found[1]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        for door in doors():
            if door.method == "GET":
                ask(town.browsers["ana"], door, address_of(door, town.things))
    assert written == {
        # Showing messages marks them as read.
        ("messaging:room", "rooms_membership"),
        ("messaging:live", "rooms_membership"),
        # The rate limit of exports.
        ("export_room", "tertulia_cache"),
        ("export_person", "tertulia_cache"),
        ("export_person_zip", "tertulia_cache"),
    }


SHOWN = 'class="typist" data-author="{}"'


@pytest.mark.parametrize("slug", ["lobby", "den"])
async def test_everybody_may_do_at_a_socket_what_the_table_says(slug, awake, town):  # noqa: F811
    table = {name: answer for name, room, *answer in rows_of(SOCKETS) if room == slug}
    room, opened = town.rooms[slug], {}
    for name in PEOPLE:
        browser = None if name == "nobody" else town.browsers[name]
        opened[name] = Socket(browser, f"/ws/rooms/{slug}/")
        assert await opened[name].open()  # refused by a close code that browsers do not retry
    found = {name: await tried(opened[name]) for name in PEOPLE}
    await asyncio.sleep(1.2)  # read positions are stored once a second
    for name in PEOPLE:
        if found[name][0] == "open":
            membership = await in_database(room.membership_of)(town.people[name])
            noted = membership is not None and membership.last_read_position > 0
            found[name].append("noted" if noted else "-")
    assert found == {name: answer[:4] for name, answer in table.items()}
    await opened["ana"].until(lambda page: SHOWN.format(town.people["bruno"].pk) in page.taken[-1])
    await asyncio.sleep(1.2)  # two ticks, in which typing would be shown to others
    typists = re.findall(SHOWN.format(r"(\d+)"), await everything_of(opened["ana"]))
    shown = {name for name, answer in table.items() if answer[-1] == "shown"}
    assert {int(pk) for pk in typists} == {town.people[name].pk for name in shown}
    for socket in opened.values():
        await socket.leave()


async def tried(socket):
    """Return the outcome of a user's frames in the table's notation, except for typing."""
    await socket.send(cursor=0)
    await socket.send(seen=1)
    await socket.send(body="Let me in", nonce="n")
    await socket.until(lambda page: page.acknowledged or page.refusal or socket.code)
    if socket.code:
        assert "".join(socket.page.taken) == ""
        return [str(socket.code)]
    await socket.send(typing=1)
    posted = "stored" if socket.page.acknowledged else "refused"
    caught_up = "caught-up" if 1 in socket.page.positions else "-"
    return ["open", posted, caught_up]


async def everything_of(socket):
    await socket.post("The end")
    return "".join(socket.page.taken)
