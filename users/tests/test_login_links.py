"""One-time login links: created by an administrator, used once."""

import pytest

from users import actions
from users.links import actions as link_actions
from users.models import LoginLink, User

NEW = "staple battery"


@pytest.fixture
def login_link(ana, bruno, client_of, page):
    """Return the URL of a login link for Bruno, as Ana's page shows it."""
    response = client_of(ana).post(f"/people/{bruno.pk}/login-link/")
    assert "no-store" in response.headers["Cache-Control"]
    return page(response).select_one("#address")["value"].removeprefix("http://127.0.0.1:8000")


def test_a_login_link_lets_in_once_and_to_a_new_password(login_link, bruno, client, page):
    form = page(client.get(login_link)).select_one("form[method=post]")
    assert "_auth_user_id" not in client.session
    assert client.post(form["action"]).headers["Location"] == "/profile/password/"
    assert client.session["_auth_user_id"] == str(bruno.pk)
    client.post("/profile/password/", {"password1": NEW, "password2": NEW})
    bruno.refresh_from_db()
    assert bruno.check_password(NEW)
    assert client.get("/profile/").status_code == 200
    assert client.get("/profile/password/").status_code == 404


def test_a_login_link_is_used_up(login_link, client):
    client.post(login_link)
    client.post("/accounts/logout/")
    assert client.get(login_link).status_code == 410
    assert client.post(login_link).status_code == 410
    assert "_auth_user_id" not in client.session


def test_a_login_link_lasts_a_day(login_link, client):
    link = LoginLink.objects.get()
    assert (link.expires_at - link.created_at).total_seconds() == pytest.approx(86_400, abs=5)
    LoginLink.objects.update(expires_at="2020-01-01T00:00Z")
    assert client.post(login_link).status_code == 410


def test_a_newer_login_link_replaces_an_older_one(login_link, ana, bruno, client):
    link_actions.issue_login_link(ana, bruno)
    assert client.post(login_link).status_code == 410


def test_a_login_link_starts_a_new_session(login_link, bruno, eve, client_of):
    client = client_of(eve)
    before = client.session.session_key
    client.post(login_link)
    assert client.session["_auth_user_id"] == str(bruno.pk)
    assert client.session.session_key != before


def test_only_the_hash_of_a_login_link_is_stored(login_link):
    token = login_link.split("/")[2]
    stored = [str(value) for value in LoginLink.objects.values().get().values()]
    assert len(token) >= 32 and not any(token in value for value in stored)


def test_nobody_else_chooses_a_password_without_the_old_one(bruno, client_of):
    client = client_of(bruno)
    fields = {"password1": NEW, "password2": NEW}
    assert client.post("/profile/password/", fields).status_code == 404
    assert client.get("/profile/password/").status_code == 404


@pytest.mark.parametrize("end", [actions.deactivate, actions.unmake_administrator])
def test_what_an_administrator_made_ends_with_their_rights(end, ana, bruno, eve, client):
    actions.make_administrator(eve)
    addresses = [f"/enter/{link_actions.issue_login_link(User.objects.get(pk=eve.pk), ana)[1]}/"]
    addresses.append(f"/invitations/{link_actions.create_invitation(eve)[1]}/")
    kept = f"/invitations/{link_actions.create_invitation(ana)[1]}/"
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    end(eve, by=ana)
    assert [client.get(address).status_code for address in addresses] == [410, 410]
    assert client.get(kept).status_code == 200


def test_a_deactivated_person_gets_no_login_link(ana, bruno, client_of):
    actions.deactivate(bruno)
    assert client_of(ana).post(f"/people/{bruno.pk}/login-link/").status_code == 404
