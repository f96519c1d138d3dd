"""Invitations, settings of the workspace and Django's admin."""

import pytest

from users.models import Invitation


def test_an_invitation_is_shown_once(ana, client_of, client, page):
    mine = client_of(ana)
    response = mine.post("/invitations/", {"note": "The Silvas", "days": "3", "uses": "2"})
    address = page(response).select_one("#address")["value"]
    assert client.get(address).status_code == 200
    again = mine.get("/invitations/")
    assert not page(again).select("#address") and address not in again.text
    row = page(again).select_one(f"#invitation-{Invitation.objects.get().pk}").text
    assert "The Silvas" in row and "For 2 more people" in row and "by ana" in row


def test_a_revoked_invitation_leaves_the_list(ana, client_of, page):
    client = client_of(ana)
    client.post("/invitations/", {"days": "", "uses": ""})
    form = page(client.get("/invitations/")).select_one(".list-row form")
    answer = page(client.post(form["action"], follow=True))
    assert answer.select_one(".alert-success") and not answer.select(".list-row")
    assert not Invitation.objects.usable().exists()


@pytest.mark.parametrize(
    ("field", "entered"), [("days", "0"), ("days", "-1"), ("uses", "٣x"), ("uses", "9" * 20)]
)
def test_invalid_limits_are_refused(ana, client_of, errors, page, field, entered):
    response = client_of(ana).post("/invitations/", {"note": "Us", field: entered})
    assert (response.status_code, list(errors(response))) == (422, [field])
    assert page(response).select_one("[name=note]")["value"] == "Us"
    assert not Invitation.objects.exists()


def test_the_workspace_is_changed(ana, workspace, client_of, django_capture_on_commit_callbacks):
    fields = {"name": "Nova", "signup": "invite", "language": "es", "time_zone": "Europe/Madrid"}
    client = client_of(ana)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/workspace/", fields)
    workspace.refresh_from_db()
    assert {name: getattr(workspace, name) for name in fields} == fields
    assert client.get("/profile/").headers["Content-Language"] == "es"


def test_a_workspace_needs_a_visible_name(ana, workspace, client_of, errors):
    fields = {"name": "\u200b", "signup": "open", "language": "en", "time_zone": "UTC"}
    response = client_of(ana).post("/workspace/", fields)
    assert (response.status_code, list(errors(response))) == (422, ["name"])


def test_the_admin_shows_what_there_is(ana, bruno, client_of, invite):
    invite()
    client = client_of(ana)
    for path in ["", "users/user/", f"users/user/{bruno.pk}/change/", "users/invitation/"]:
        assert client.get(f"/admin/{path}").status_code == 200


def test_the_admin_keeps_names_apart_too(ana, bruno, client_of):
    fields = {"username": "ＡＮＡ", "email": bruno.email, "display_name": ""}
    response = client_of(ana).post(f"/admin/users/user/{bruno.pk}/change/", fields)
    assert response.context["adminform"].form.errors.keys() == {"username"}
    fields["username"] = "bruno2"
    assert client_of(ana).post(f"/admin/users/user/{bruno.pk}/change/", fields).status_code == 302
    bruno.refresh_from_db()
    assert (bruno.username, bruno.username_key) == ("bruno2", "bruno2")


def test_the_admin_makes_and_unmakes_nobody(ana, bruno, client_of):
    client = client_of(ana)
    fields = {"username": "bruno", "email": bruno.email, "is_administrator": "on", "is_active": ""}
    client.post(f"/admin/users/user/{bruno.pk}/change/", fields)
    bruno.refresh_from_db()
    assert bruno.is_active and not bruno.is_administrator
    assert client.get("/admin/users/user/add/").status_code == 403
    assert client.post(f"/admin/users/user/{bruno.pk}/delete/").status_code == 403
    location = client.get("/admin/password_change/").headers["Location"]
    assert location == "/accounts/password/change/"
