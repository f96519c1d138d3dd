"""After a logout the browser deletes what it stored (Clear-Site-Data)."""

import pytest

from conftest import PASSWORD
from users.links.actions import issue_login_link
from users.models import Session

FORGET = '"cache", "storage"'


def test_logging_out_has_the_browser_forget_its_person(client_of, lobby, bruno):
    client = client_of(bruno)
    assert "Clear-Site-Data" not in client.get("/rooms/lobby/").headers
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == FORGET
    assert "Clear-Site-Data" not in client.get("/accounts/login/").headers


@pytest.mark.parametrize("address", ["/", "/accounts/login/", "/rooms/lobby/"])
@pytest.mark.parametrize("end", ["deleted", "expired", "deactivated", "new password"])
def test_so_has_the_next_page_of_a_session_that_ended(client_of, lobby, bruno, address, end):
    client = client_of(bruno)
    match end:
        case "deleted":
            Session.objects.all().delete()
        case "expired":
            Session.objects.update(expire_date="2001-01-01T00:00Z")
        case "deactivated":
            type(bruno).objects.filter(pk=bruno.pk).update(is_active=False)
        case "new password":
            bruno.set_password("another one")
            bruno.save(update_fields=["password"])
    assert client.get(address)["Clear-Site-Data"] == FORGET


def test_so_has_a_login_in_the_place_of_another_person(client_of, lobby, ana, bruno):
    _link, secret = issue_login_link(ana, bruno)
    response = client_of(ana).post(f"/enter/{secret}/")
    assert (response.status_code, response["Clear-Site-Data"]) == (302, FORGET)


def test_so_has_every_login(lobby, bruno, client):
    login = {"login": "bruno", "password": PASSWORD}
    assert client.post("/accounts/login/", login)["Clear-Site-Data"] == '"storage"'
    assert "Clear-Site-Data" not in client.get("/rooms/lobby/").headers
