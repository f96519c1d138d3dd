"""A deactivated user cannot log in, and learns why after proving who they are."""

import pytest
from django.contrib.auth.hashers import check_password

from rooms.actions import open_direct_room
from users.actions import deactivate, reactivate
from users.models import User

PASSWORD = "correct horse"


@pytest.fixture
def gone(bruno):
    """Bruno, deactivated; his address was confirmed."""
    bruno.emailaddress_set.create(email=bruno.email, verified=True, primary=True)
    deactivate(bruno)
    return bruno


@pytest.mark.parametrize("login", ["bruno", "BRUNO", "bruno@example.com"])
def test_the_right_password_shows_the_reason(client, gone, log_in, page, login):
    response = log_in(client, login, follow=True)
    assert page(response).select_one("h1").text == "Account deactivated"
    assert "_auth_user_id" not in client.session


def test_a_wrong_password_reveals_nothing(client, gone, log_in, page):
    one = page(log_in(client, "bruno", "wrong")).select_one(".field-errors, [role=alert]").text
    other = page(log_in(client, "nobody", "wrong")).select_one(".field-errors, [role=alert]").text
    assert one == other and "deactivated" not in one


@pytest.mark.parametrize("address", ["/accounts/login/code/", "/accounts/password/reset/"])
def test_asking_for_a_reset_tells_so_by_mail(client, gone, mail_server, page, address):
    client.post(address, {"email": "Bruno@example.com"})
    [mail] = mail_server
    assert mail.to == ["bruno@example.com"] and "whose account is deactivated" in mail.body
    assert "sign up" not in mail.body and "/accounts/signup/" not in mail.body


def test_signing_up_with_the_address_tells_so_by_mail(client, gone, mail_server, account):
    client.post("/accounts/signup/", account("bruna", email="bruno@example.com"))
    assert ["whose account is deactivated" in mail.body for mail in mail_server] == [True]


@pytest.mark.parametrize("moment", ["before the link", "before the form", "before the password"])
def test_a_reset_link_from_before_sets_no_password(client, bruno, mail_server, page, moment):
    bruno.emailaddress_set.create(email=bruno.email, verified=True, primary=True)
    client.post("/accounts/password/reset/", {"email": bruno.email})
    link = next(line for line in mail_server[0].body.split() if "/reset/key/" in line)
    path = "/" + link.split("/", 3)[3]
    if moment == "before the link":
        deactivate(bruno)
    form = client.get(path)
    if moment == "before the form":
        deactivate(bruno)
    if form.status_code == 302:
        path = form.headers["Location"]
        client.get(path)
    if moment == "before the password":
        deactivate(bruno)
    client.post(path, {"password1": "new horse battery", "password2": "new horse battery"})
    assert check_password(PASSWORD, User.objects.get(pk=bruno.pk).password)


def test_a_direct_room_says_so(ana, bruno, client_of, page):
    address = open_direct_room(ana, bruno).get_absolute_url()
    client = client_of(ana)
    assert not page(client.get(address)).select("#deactivated")
    deactivate(bruno)
    text = page(client.get(address)).select_one("#deactivated").text
    assert text == "bruno is deactivated and will not read this."
    reactivate(bruno)
    assert not page(client.get(address)).select("#deactivated")


def test_another_room_does_not(ana, bruno, lobby, client_of, page):
    deactivate(bruno)
    assert not page(client_of(ana).get(lobby.get_absolute_url())).select("#deactivated")
