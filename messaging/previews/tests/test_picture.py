"""Only those who see a preview get its picture. Everybody else gets 404 at every address of it."""

import pytest
from django.test import Client

from files import stores
from messaging.message.actions import change_message, delete_message
from rooms.actions import archive_room, delete_room
from rooms.models import Room
from users.actions import deactivate

from .shown import WEBP, drawn, with_preview

NOWHERE = "A" * 22


@pytest.fixture
def tram(den, bruno):
    """A message in a closed room whose preview has a picture."""
    return with_preview(den, bruno, picture=drawn())


def path_of(message, key=None):
    key = key or message.extras["preview"]["picture"]["key"]
    return f"/messages/{message.pk}/preview/{key}.webp"


def forms_of(path, key):
    """Every (method, path, headers) that asks for the picture in some way."""
    yield "GET", path, {}
    yield "HEAD", path, {}
    for tag in (f'"{key}"', "*", f'W/"{key}"'):
        yield "GET", path, {"If-None-Match": tag}
        yield "HEAD", path, {"If-None-Match": tag}
    for asked in ("bytes=0-0", "bytes=-1", "bytes=0-", "bytes=999999-", "bytes=0-0,2-3"):
        yield "GET", path, {"Range": asked}
    yield "GET", path, {"Range": "bytes=0-1", "If-Range": f'"{key}"'}
    yield "GET", path, {"If-Match": '"other"'}
    yield "GET", path, {"HX-Request": "true"}


def statuses(client, message, key=None):
    path = path_of(message, key)
    forms = forms_of(path, key or path.rpartition("/")[2].removesuffix(".webp"))
    return {client.generic(*form[:2], headers=form[2]).status_code for form in forms}


def test_a_member_loads_it_and_a_browser_keeps_it_for_this_login_only(client_of, tram, ana):
    answer = client_of(ana).get(path_of(tram))
    assert (answer.content, answer["Content-Type"]) == (WEBP, "image/webp")
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "Cookie" in answer["Vary"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert statuses(client_of(ana), tram) == {200, 206, 304, 412, 416}


def test_others_find_nothing_by_any_form_of_the_address(client_of, tram, stranger):
    client = client_of(stranger)
    assert statuses(client, tram) == {404}
    answers = [client.get(path_of(tram, key)) for key in (None, NOWHERE)]
    assert answers[0].content == answers[1].content


def test_a_visitor_is_led_to_the_login_whether_there_is_a_picture_or_not(tram):
    answers = [Client().get(path_of(tram, key)) for key in (None, NOWHERE)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert all("/accounts/login/" in answer["Location"] for answer in answers)


def test_the_key_opens_it_only_at_the_message_that_shows_it(client_of, tram, den, lobby, bruno):
    key = tram.extras["preview"]["picture"]["key"]
    plain = with_preview(lobby, bruno, nonce="plain")
    other = with_preview(den, bruno, nonce="other", picture=drawn())
    client = client_of(bruno)
    assert statuses(client, plain, key) == statuses(client, other, key) == {404}
    assert statuses(client, tram, NOWHERE) == {404}
    assert client.get(f"/files/{key}/preview.webp").status_code == 404
    assert client.get(f"/files/{key}/small").status_code == 404


@pytest.mark.parametrize("wrong", [str.upper, str.lower, str.swapcase, lambda key: key[:-1], repr])
def test_a_key_that_is_not_exactly_it_finds_nothing(client_of, tram, bruno, wrong):
    key = tram.extras["preview"]["picture"]["key"]
    if wrong(key) != key:
        assert statuses(client_of(bruno), tram, wrong(key)) == {404}


@pytest.mark.parametrize("pk", ["0", "-1", str(2**63), str(10**30), "１", "x", "1.5"])
def test_an_address_without_a_message_finds_nothing(client_of, tram, bruno, pk):
    key = tram.extras["preview"]["picture"]["key"]
    assert client_of(bruno).get(f"/messages/{pk}/preview/{key}.webp").status_code == 404


@pytest.mark.parametrize("change", ["message deleted", "preview removed", "room deleted"])
def test_it_is_gone_at_once_for_everybody(client_of, tram, den, ana, bruno, change):
    path = path_of(tram)
    key = path.rpartition("/")[2].removesuffix(".webp")
    match change:
        case "message deleted":
            delete_message(tram, by=bruno)
        case "preview removed":
            change_message(tram, extras={"preview": None})
        case "room deleted":
            delete_room(den, ana)
    for person in (ana, bruno):
        assert statuses(client_of(person), tram, key) == {404}


@pytest.mark.parametrize("how", ["deactivated", "logout"])
def test_who_is_not_logged_in_any_more_has_no_access_at_once(client_of, tram, ana, bruno, how):
    client = client_of(bruno)
    assert client.get(path_of(tram)).status_code == 200
    if how == "deactivated":
        deactivate(bruno, by=ana)
    else:
        client.post("/accounts/logout/")
    answer = client.get(path_of(tram), headers={"If-None-Match": "*"})
    assert (answer.status_code, "/accounts/login/" in answer["Location"]) == (302, True)


def test_when_a_room_is_closed_those_outside_find_nothing(client_of, lobby, ana, eve):
    tram = with_preview(lobby, ana, picture=drawn())
    assert client_of(eve).get(path_of(tram)).status_code == 200  # anyone may look in
    Room.objects.filter(pk=lobby.pk).update(kind=Room.Kind.CLOSED)
    assert statuses(client_of(eve), tram) == {404}


def test_it_is_shown_in_an_archived_room(client_of, tram, den, ana, bruno):
    archive_room(den, ana)
    assert client_of(bruno).get(path_of(tram)).content == WEBP


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_load_it(client_of, tram, bruno, site):
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    assert client_of(bruno).get(path_of(tram), headers=headers).status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_it_is_only_read(client_of, tram, bruno, method):
    assert client_of(bruno).generic(method, path_of(tram)).status_code == 405


def test_it_takes_three_queries_and_none_that_writes(
    client_of, tram, bruno, django_assert_num_queries
):
    client = client_of(bruno)
    client.get("/")
    with django_assert_num_queries(3) as queries:  # session and user, message, picture
        client.get(path_of(tram))
    assert all(query["sql"].startswith("SELECT") for query in queries)


def test_nothing_is_read_from_the_store_for_who_may_not_see_it(client_of, tram, eve, monkeypatch):
    def fail(name):
        raise AssertionError

    monkeypatch.setattr(stores, "store_named", fail)
    assert statuses(client_of(eve), tram) == {404}
