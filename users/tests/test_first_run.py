"""/setup/: the first visit to a fresh installation."""

import pytest
from django.urls import reverse

from rooms.models import Membership, Room
from users.models import User, Workspace

PASSWORD = "correct horse"


@pytest.fixture
def filled(account):
    return account("ana") | {"workspace": "Casa", "signup": "invite"}


@pytest.mark.django_db
def test_every_address_leads_to_the_first_run(client):
    for path in ["/", "/accounts/login/", "/accounts/signup/", "/rooms/lobby/", "/admin/"]:
        assert client.get(path).headers["Location"] == "/setup/"


@pytest.mark.django_db
def test_the_form_has_the_fields_of_the_contract(client, page):
    form = page(client.get("/setup/")).select_one("form[method=post][action='/setup/']")
    names = {control["name"] for control in form.select("[name]")}
    assert names >= {"workspace", "username", "email", "password1", "password2", "signup"}
    assert {radio["value"] for radio in form.select("[name=signup]")} == {"open", "invite"}
    assert form.select_one("button").text == "Start"


@pytest.mark.django_db
def test_it_makes_workspace_administrator_and_a_first_room(client, filled):
    response = client.post("/setup/", filled)
    room = Room.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, f"/rooms/{room.slug}/")
    assert (Workspace.current().name, Workspace.current().signup) == ("Casa", "invite")
    membership = Membership.objects.get()
    assert (membership.room, membership.role, room.kind) == (room, "owner", "open")
    assert (membership.user.username, membership.user.is_administrator) == ("ana", True)
    assert room.joins_newcomers


@pytest.mark.django_db
def test_the_administrator_is_logged_in_with_a_new_session(client, filled):
    client.session["before"] = 1
    before = client.session.session_key
    client.post("/setup/", filled)
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)
    assert client.session.session_key != before


@pytest.mark.django_db
def test_language_and_time_zone_can_be_chosen(client, filled):
    client.post("/setup/", filled | {"language": "es", "time_zone": "Europe/Madrid"})
    workspace = Workspace.current()
    assert (workspace.language, workspace.time_zone) == ("es", "Europe/Madrid")


@pytest.mark.django_db
def test_the_language_defaults_to_the_browsers(client, filled):
    client.post("/setup/", filled, headers={"accept-language": "pt-BR,pt;q=0.9"})
    workspace = Workspace.current()
    assert (workspace.language, workspace.time_zone) == ("pt-br", "UTC")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "entered"),
    [
        ("workspace", "\u200b \u3164"),
        ("username", "two words"),
        ("email", "nowhere"),
        ("password1", "12345678"),
        ("password2", "something else"),
        ("signup", "sometimes"),
        ("time_zone", "../../etc/passwd"),
    ],
)
def test_invalid_values_are_refused_beside_their_field(client, filled, errors, field, entered):
    response = client.post("/setup/", filled | {field: entered})
    assert response.status_code == 422
    assert field in errors(response)
    assert not Workspace.objects.exists() and not User.objects.exists()


@pytest.mark.django_db
def test_a_refused_form_keeps_what_was_typed_but_no_password(client, filled, page):
    form = page(client.post("/setup/", filled | {"email": "nowhere"}))
    assert form.select_one("[name=workspace]")["value"] == "Casa"
    assert form.select_one("[name=username]")["value"] == "ana"
    assert not form.select_one("[name=password1]").get("value")


def test_afterwards_there_is_no_first_run(client, ana, filled):
    assert client.get("/setup/").status_code == 404
    assert client.post("/setup/", filled | {"username": "eve"}).status_code == 404
    assert list(User.objects.all()) == [ana]


def test_a_race_of_two_ends_with_one(client, ana, filled, monkeypatch):
    monkeypatch.setattr(Workspace, "current", classmethod(lambda workspace: None))
    response = client.post("/setup/", filled | {"username": "eve", "email": "eve@example.com"})
    assert response.status_code == 404
    assert list(User.objects.all()) == [ana]
    assert not Room.objects.exists()


@pytest.mark.django_db
def test_setup_without_a_token_is_refused(filled, page):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post(reverse("setup"), filled)
    assert response.status_code == 403
    assert not Workspace.objects.exists()
