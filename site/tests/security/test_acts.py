"""Acts on messages, such as reactions: who may do them, by which door, what a frame can hold."""

import json

import pytest
from django.db import connection
from django.test import Client

from core.threads import in_database
from messaging.acts import ACTS
from messaging.conftest import arrive, awake  # noqa: F401
from messaging.message.actions import delete_message, post_message
from messaging.models import Message
from rooms.actions import archive_room

pytestmark = pytest.mark.django_db(transaction=True)

# What follows the message's id in the name of a button, and the address that it posts to.
REST = {"react": "👍", "unreact": "👍"}
PATHS = {
    **{"react": "reactions", "unreact": "reactions"},
    **{"pin": "pin", "unpin": "pin"},
    **{"save": "save", "unsave": "save"},
}
PRIVATE = {"save", "unsave"}  # acts that concern nobody else: for everybody who can read
FOR_MODERATORS = {"pin", "unpin"}
UNDONE_BY = {"unreact": "react", "unpin": "pin", "unsave": "save"}
ALL = sorted(ACTS)


def button(act, message, rest=None):
    return f"{act}:{message.pk}:{REST.get(act, '') if rest is None else rest}"


def path(act, message):
    return f"{message.get_absolute_url()}{PATHS[act]}/"


def rows():
    """Every row about messages and rooms, and what people have scheduled or saved."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("messaging_", "rooms_room")) and "search" not in table:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                found[table] = sorted(map(repr, cursor.fetchall()))
    return found


@pytest.fixture
def said(lobby, ana):
    return post_message(lobby, ana, "Lunch at one?", "n1")


@pytest.fixture
def done(town):
    """Return a function: what has to be undone is done by Ana and Bruno first."""

    def do(act, message):
        for name in ("ana", "bruno"):
            if act in UNDONE_BY:
                first = UNDONE_BY[act]
                town.browsers[name].post(path(first, message), {button(first, message): ""})

    return do


def answers(town, act, message, name, **options):
    """Return the statuses of the form, by its button and as htmx sends it."""
    browser, data = town.browsers[name], {button(act, message): "x"}
    plain = browser.post(path(act, message), data, **options)
    htmx = browser.post(path(act, message), data, headers={"HX-Request": "true"}, **options)
    return {plain.status_code, htmx.status_code}


def assert_nobody_acts(town, act, message, names):
    """Check that no attempt of these people changes anything: one town serves them all."""
    before = rows()
    for name in names:
        assert answers(town, act, message, name) <= {302, 403, 404}, name
        assert rows() == before, name


@pytest.mark.parametrize("act", ALL)
def test_who_may_not_act_changes_nothing_by_form(town, done, act):
    message = Message.objects.get(pk=town.things["den.message"])
    done(act, message)
    names = {"mia", "eve", "rui", "bea", "dan", "nobody"}
    assert_nobody_acts(town, act, message, names - {"mia"} if act in PRIVATE else names)


@pytest.mark.parametrize("act", sorted(set(ALL) - PRIVATE))
def test_who_may_not_act_in_an_open_room_changes_nothing_by_form(town, done, act):
    message = Message.objects.get(pk=town.things["lobby.message"])
    done(act, message)
    names = {"eve", "rui", "bea", "dan", "mia", "bruno"}
    assert_nobody_acts(town, act, message, names if act in FOR_MODERATORS else names - {"bruno"})


@pytest.mark.parametrize("act", sorted(set(ALL) - PRIVATE))
def test_nobody_acts_in_an_archived_room(town, done, act):
    message = Message.objects.get(pk=town.things["den.message"])
    done(act, message)
    archive_room(town.rooms["den"])
    before = rows()
    assert answers(town, act, message, "ana") == {403}
    assert rows() == before


@pytest.mark.parametrize("act", ALL)
def test_nobody_acts_on_a_deleted_message(town, done, act):
    message = Message.objects.select_related("room").get(pk=town.things["den.message"])
    done(act, message)
    delete_message(message)
    before = rows()
    statuses = answers(town, act, message, "ana")
    if act not in PRIVATE:
        assert statuses <= {403, 404}
    assert act == "unsave" or rows() == before


@pytest.mark.parametrize("act", ALL)
def test_an_act_twice_changes_nothing_more(town, done, act):
    message = Message.objects.get(pk=town.things["den.message"])
    done(act, message)
    assert answers(town, act, message, "ana") <= {200, 303}
    before = rows()
    assert answers(town, act, message, "ana") <= {200, 303}
    assert rows() == before


@pytest.mark.parametrize("act", ALL)
def test_a_form_without_the_token_of_its_own_session_changes_nothing(town, done, act):
    message = Message.objects.get(pk=town.things["den.message"])
    done(act, message)
    page = town.browsers["bruno"].get("/rooms/den/")
    theirs = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    client = Client(enforce_csrf_checks=True)
    client.cookies.update(town.browsers["ana"].cookies)
    client.get("/rooms/den/")
    before = rows()
    for token in ({}, {"csrfmiddlewaretoken": theirs}, {"csrfmiddlewaretoken": "x" * 64}):
        data = {button(act, message): "x", **token}
        assert client.post(path(act, message), data).status_code == 403
    assert rows() == before


@pytest.mark.parametrize("act", ALL)
def test_the_name_of_a_button_in_an_address_changes_nothing(town, done, act):
    message = Message.objects.get(pk=town.things["den.message"])
    done(act, message)
    before, ana = rows(), town.browsers["ana"]
    for data in ({button(act, message): "x"}, {button(act, message): "x", "back": "//evil.test"}):
        for method in (ana.get, ana.head):
            assert method(path(act, message), data).status_code == 200
            assert rows() == before


@pytest.mark.parametrize("act", ALL)
def test_an_act_leads_back_to_this_site_only(town, act):
    message = Message.objects.get(pk=town.things["den.message"])
    for back in ("https://evil.test/", "//evil.test/", "/\\evil.test/", "javascript:alert(1)"):
        data = {button(act, message): "x", "back": back}
        response = town.browsers["ana"].post(path(act, message), data)
        assert response["Location"].startswith(message.get_absolute_url())


NAMES = [
    "{act}:{pk}",
    "{act}:{pk}:" + "x" * 50_000,
    "{act}:{pk}:\0",
    "{act}:{pk}:\u202e",
    "{act}:{pk}:\n👍",
    "{act}:{pk}:<img src=x onerror=alert(1)>",
    "{act}:{pk}:%s%n",
    "{act}:{pk}:NaN",
    "{act}:0:👍",
    "{act}:999999999999999999:👍",
    "{act}:9223372036854775808:👍",
    "{act}:-1:👍",
    "{act}:٧:👍",
    "{act}::",
    ":{pk}:",
    "__init__:{pk}:👍",
    "{act}_:{pk}:👍",
]
VALUES = ["", "x", None, 3, 1e400, True, [], ["x"], {}, {"a": {"b": []}}]


@pytest.mark.parametrize("act", ALL)
async def test_no_frame_brings_a_socket_down(arrive, lobby, said, ana, bruno, act):  # noqa: F811
    socket = await arrive(ana, lobby)
    for name in NAMES:
        await frame(socket, {name.format(act=act, pk=said.pk): "x"})
    for value in VALUES:
        await frame(socket, {button(act, said, "\ud83d"): value})
    await frame(socket, {button(act, said, "\ud83d"): "x"})
    await frame(socket, {f"{act}:{n}:": "x" for n in range(2_000)})
    await socket.post("still here")
    assert socket.code is None


async def frame(socket, fields):
    await socket.send_frame(json.dumps({"headers": {}, "body": fields}))


@pytest.mark.parametrize("act", ALL)
def test_no_name_of_a_button_brings_a_form_down(town, act):
    message = Message.objects.get(pk=town.things["den.message"])
    client = Client(raise_request_exception=False)
    client.cookies.update(town.browsers["ana"].cookies)
    for name in [*NAMES, "{act}:{pk}:\ufffe"]:
        fields = {name.format(act=act, pk=message.pk)[:9_000]: "x"}
        assert client.post(path(act, message), fields).status_code < 500
    several = {button(act, message): ["x", "y"], "react:1:👍": "x", "unpin:2:": "x", "save:3:": "x"}
    assert client.post(path(act, message), several).status_code < 500


@pytest.mark.parametrize("act", ALL)
async def test_who_only_reads_along_does_nothing_by_socket(arrive, town, lobby, act):  # noqa: F811
    message = await Message.objects.aget(pk=town.things["lobby.message"])
    before = await in_database(rows)()
    socket = await arrive(town.people["eve"], lobby)
    await socket.send(**{button(act, message): "x"})
    await socket.until(lambda page: "act-errors" in page.taken[-1])
    assert await in_database(rows)() == before
