"""Only those who may open a file get it. Everybody else gets 404, whatever form the address has."""

import pytest
from django.test import Client
from django.utils import timezone

from files import stores
from messaging.attachments.queries import can_still_open
from messaging.attachments.snapshots import File
from messaging.message.actions import delete_message
from rooms.actions import archive_room, delete_room, end_membership
from rooms.models import Room
from rooms.moderation.actions import ban_person, mute_member
from users.actions import deactivate
from users.models import Session

from .sent import SMALL, picture, sent, uploaded

NOWHERE = "A" * 22


@pytest.fixture
def photo(den, ana):
    return picture(den, ana)


def forms_of(key, name="photo.png"):
    """Every (method, path, headers) that asks for a file in some way."""
    whole, small = f"/files/{key}/{name}", f"/files/{key}/small"
    known = [f'"{key}"', f'"{key}.small"', "*", f'W/"{key}"']
    yield from ((method, path, {}) for method in ("GET", "HEAD") for path in (whole, small))
    yield from (("GET", path, {"If-None-Match": tag}) for path in (whole, small) for tag in known)
    for asked in ("bytes=0-0", "bytes=-1", "bytes=0-", "bytes=999999-", "bytes=0-0,2-3"):
        yield from (("GET", path, {"Range": asked}) for path in (whole, small))
    yield "GET", whole, {"Range": "bytes=0-1", "If-Range": f'"{key}"'}
    yield "GET", whole, {"If-Match": '"other"'}
    yield "HEAD", whole, {"Range": "bytes=0-1", "If-None-Match": "*"}
    others = [
        "x",
        "a/b/c",
        "small/",
        "SMALL",
        f"{name}/",
        "%2e%2e%2fphoto.png",
        "%F0%9F%98%80",
        "x?y",
    ]
    yield from (("GET", f"/files/{key}/{other}", {}) for other in others)
    yield "GET", whole, {"HX-Request": "true"}
    yield "GET", whole, {"Sec-Purpose": "prefetch"}


def statuses(client, key):
    return {
        client.generic(method, path, headers=headers).status_code
        for method, path, headers in forms_of(key)
    }


def test_a_member_opens_the_file_and_its_small_picture(client_of, photo, bruno):
    client = client_of(bruno)
    assert client.get(f"/files/{photo.blob_id}/photo.png").content.startswith(b"\x89PNG")
    assert client.get(f"/files/{photo.blob_id}/small").content == SMALL
    assert statuses(client, photo.blob_id) == {200, 206, 304, 412, 416}


def test_the_message_leads_to_both(client_of, page, photo, bruno, den):
    shown = page(client_of(bruno).get(den.get_absolute_url()))
    link = shown.select_one(f"#message-{photo.message_id} .files a:has(img)")
    paths = link["href"], link.img["src"]
    assert paths == (f"/files/{photo.blob_id}/photo.png", f"/files/{photo.blob_id}/small")


def test_others_find_nothing_by_any_form_of_the_address(client_of, photo, stranger):
    client = client_of(stranger)
    assert statuses(client, photo.blob_id) == {404}
    answers = [client.get(f"/files/{key}/photo.png") for key in (photo.blob_id, NOWHERE)]
    assert answers[0].content == answers[1].content


def test_a_banned_person_finds_nothing_in_an_open_room(client_of, lobby, ana, eve):
    photo = picture(lobby, ana)
    assert client_of(eve).get(f"/files/{photo.blob_id}/x").status_code == 200  # anyone may look in
    ban_person(lobby, eve, ana)
    assert statuses(client_of(eve), photo.blob_id) == {404}


def test_a_visitor_is_led_to_the_login_whether_there_is_a_file_or_not(photo):
    for _method, path, headers in forms_of(photo.blob_id):
        if headers:
            continue
        answers = [
            Client().get(path.replace(photo.blob_id, key)) for key in (photo.blob_id, NOWHERE)
        ]
        assert [answer.status_code for answer in answers] == [302, 302]
        places = [answer["Location"] for answer in answers]
        assert places[0] == places[1].replace(NOWHERE, photo.blob_id)
        assert places[0].startswith("/accounts/login/?next=/files/")


def test_no_visitor_learns_of_a_file_by_a_header(photo):
    found = set()
    for method, path, headers in forms_of(photo.blob_id):
        found.add(Client().generic(method, path, headers=headers).status_code)
    assert found <= {302, 204, 403}  # 204 leads htmx to the login, 403 a prefetch nowhere
    assert 302 in found


@pytest.mark.parametrize("change", [str.lower, str.upper, str.swapcase])
def test_a_key_in_other_letters_is_another_key(client_of, photo, bruno, change):
    type(photo.blob).objects.filter(pk=photo.blob_id).update(claimed_at=timezone.now())
    other = change(photo.blob_id)
    if other != photo.blob_id:
        assert statuses(client_of(bruno), other) == {404}


@pytest.mark.parametrize(
    "path",
    ["/files/{}", "/files/{}/", "/files//{}", "/files/x{}/a", "/files/{}%20/a", "/files/{}%2Fa"],
)
def test_malformed_addresses_find_nothing(client_of, photo, bruno, path):
    expected = 200 if path.endswith("%2Fa") else 404  # a client may encode the slash
    assert client_of(bruno).get(path.format(photo.blob_id)).status_code == expected


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_file_is_only_read(client_of, photo, bruno, method):
    for path in ("photo.png", "small"):
        response = client_of(bruno).generic(method, f"/files/{photo.blob_id}/{path}")
        assert response.status_code == 405


@pytest.mark.parametrize("how", ["deactivated", "session", "logout"])
def test_who_is_not_logged_in_any_more_has_no_access_at_once(client_of, photo, ana, bruno, how):
    client = client_of(bruno)
    path = f"/files/{photo.blob_id}/photo.png"
    assert client.get(path).status_code == 200
    match how:
        case "deactivated":
            deactivate(bruno, by=ana)
        case "session":
            Session.objects.all().delete()
        case "logout":
            client.post("/accounts/logout/")
    response = client.get(path, headers={"If-None-Match": "*"})
    assert (response.status_code, response["Location"].partition("?")[0]) == (
        302,
        "/accounts/login/",
    )


def test_when_a_room_is_closed_those_outside_find_nothing(client_of, lobby, ana, bruno, eve):
    photo = picture(lobby, ana)
    Room.objects.filter(pk=lobby.pk).update(kind=Room.Kind.CLOSED)
    assert statuses(client_of(eve), photo.blob_id) == {404}
    assert client_of(bruno).get(f"/files/{photo.blob_id}/small").status_code == 200


def test_the_files_of_an_archived_room_can_be_read(client_of, photo, den, ana, bruno, eve):
    archive_room(den, ana)
    assert statuses(client_of(bruno), photo.blob_id) == {200, 206, 304, 412, 416}
    assert statuses(client_of(eve), photo.blob_id) == {404}


def test_a_muted_member_can_read(client_of, photo, den, ana, bruno):
    mute_member(den.membership_of(bruno), ana, 60)
    assert client_of(bruno).get(f"/files/{photo.blob_id}/small").status_code == 200


def test_the_files_of_a_deleted_room_are_gone(client_of, photo, den, ana, bruno):
    delete_room(den, ana)
    assert statuses(client_of(bruno), photo.blob_id) == {404}
    assert statuses(client_of(ana), photo.blob_id) == {404}


def test_the_files_of_a_deleted_message_are_gone_for_everybody(client_of, photo, ana, bruno):
    delete_message(photo.message, by=ana)
    for person in (ana, bruno):
        assert statuses(client_of(person), photo.blob_id) == {404}


def test_what_was_not_sent_yet_only_its_owner_opens(client_of, den, ana, bruno):
    waiting = uploaded(den, bruno, content=b"a draft")
    path = f"/files/{waiting.blob_id}/note.txt"
    assert client_of(bruno).get(path).content == b"a draft"
    assert statuses(client_of(ana), waiting.blob_id) == {404}
    end_membership(den.membership_of(bruno), by=ana)
    assert client_of(bruno).get(path).status_code == 404


def test_without_a_small_picture_there_is_none(client_of, den, bruno):
    note = sent(den, bruno)
    assert client_of(bruno).get(f"/files/{note.blob_id}/small").status_code == 404


@pytest.mark.parametrize("name", ["small", ".", "..", "a/b", "a?b#c", "a%41", " ", "día.txt", '"'])
def test_the_address_of_a_file_leads_to_it_whatever_its_name(client_of, den, bruno, name):
    photo = picture(den, bruno, name)
    address = File(id=1, key=photo.blob_id, name=name, kind="picture", size=1).address
    assert client_of(bruno).get(address).content.startswith(b"\x89PNG")
    assert address.rpartition("/")[2] not in {"", "small", ".", ".."}


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_load_it(client_of, photo, bruno, site):
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    for path in ("photo.png", "small"):
        response = client_of(bruno).get(f"/files/{photo.blob_id}/{path}", headers=headers)
        assert response.status_code == 403


def test_it_takes_two_queries_and_none_that_writes(
    client_of, photo, bruno, django_assert_num_queries
):
    client = client_of(bruno)
    client.get("/")
    for path in ("photo.png", "small"):
        with django_assert_num_queries(2) as queries:  # session and user, file
            client.get(f"/files/{photo.blob_id}/{path}")
        assert all(query["sql"].startswith("SELECT") for query in queries)


def test_nothing_is_read_from_the_store_for_who_may_not_open_it(client_of, photo, eve, monkeypatch):
    def fail(name):
        raise AssertionError

    monkeypatch.setattr(stores, "store_named", fail)
    assert statuses(client_of(eve), photo.blob_id) == {404}


@pytest.mark.parametrize(
    "change", ["nothing", "removal", "deactivation", "session", "password", "deletion"]
)
def test_a_long_download_goes_on_only_with_access(client_of, photo, den, ana, bruno, change):
    client = client_of(bruno)
    visit = bruno.pk, client.session.stored_key, bruno.get_session_auth_hash()
    match change:
        case "removal":
            end_membership(den.membership_of(bruno), by=ana)
        case "deactivation":
            deactivate(bruno, by=ana)
        case "session":
            Session.objects.all().delete()
        case "password":
            bruno.set_password("another one")
            bruno.save(update_fields=["password"])
        case "deletion":
            delete_message(photo.message, by=ana)
    assert can_still_open(photo.pk, visit) is (change == "nothing")
