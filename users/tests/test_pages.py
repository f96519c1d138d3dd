"""Every page of allauth and of this app has our layout and nothing that the CSP blocks."""

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.template.loader import render_to_string
from django.urls import reverse

FOR_VISITORS = [
    "account_login",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_request_login_code",
    "socialaccount_login_cancelled",
]
FOR_PEOPLE = [
    "account_email",
    "account_change_password",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_inactive",
    "users:profile",
    "users:sessions",
    "mfa_index",
    "mfa_list_webauthn",
    "socialaccount_connections",
    "users:people",
    "users:invitations",
    "users:workspace",
]


def assert_ours(document):
    """Assert our layout, nothing inline, and that every form has an action and a button."""
    assert document.select_one("main#main h1")
    assert document.select_one("link[rel=stylesheet]")["href"].startswith("/static/tertulia")
    assert not document.select(
        "[style], [onclick], script:not([src], [type='application/json']), main [placeholder]"
    )
    for form in document.select("form"):
        assert form["method"] in {"get", "post"} and form["action"].startswith("/")
        assert form.select("button") and not form.select("button:empty")
        assert form["method"] == "get" or form.select("[name=csrfmiddlewaretoken]")
    for field in document.select("main input:not([type=hidden]), main select"):
        assert document.select(f"label[for='{field['id']}']")


@pytest.mark.parametrize("name", FOR_VISITORS)
@pytest.mark.parametrize("has_mail", [True, False])
def test_every_page_for_visitors_is_ours(client, ana, page, name, has_mail, request):
    if has_mail:
        request.getfixturevalue("mail_server")
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert_ours(page(response))
    assert page(response).select_one(".entrance .card h1")


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_every_page_for_people_is_ours(client_of, ana, page, name, mail_server):
    response = client_of(ana).get(reverse(name))
    assert response.status_code == 200
    assert_ours(page(response))


def test_a_first_password_can_be_set(client_of, bruno, page):
    bruno.set_unusable_password()
    bruno.save()
    client = client_of(bruno)
    assert client.get("/accounts/password/change/").headers["Location"].endswith("/set/")
    assert_ours(page(client.get("/accounts/password/set/")))


def test_the_password_is_asked_once_more_where_allauth_wants_it(client_of, ana, page):
    response = client_of(ana).get("/accounts/reauthenticate/", follow=True)
    assert_ours(page(response))


@pytest.mark.parametrize("key", ["1-nonsense", "1-set-password"])
def test_a_reset_link_that_does_not_work_says_so(client, ana, page, key):
    response = client.get(f"/accounts/password/reset/key/{key}/")
    assert_ours(page(response))
    assert page(response).select_one("h1").text == "This link does not work"


@pytest.mark.parametrize("method", ["get", "head", "post"])
@pytest.mark.parametrize("mail", ["with mail", "without"])
def test_a_link_that_would_confirm_an_address_does_nothing(method, mail, client, ana, request):
    if mail == "with mail":
        request.getfixturevalue("mail_server")
    address = EmailAddress.objects.create(user=ana, email=ana.email)
    for key in ["nonsense", EmailConfirmationHMAC.create(address).key]:
        response = getattr(client, method)(f"/accounts/confirm-email/{key}/")
        assert response.status_code == 410
    assert not EmailAddress.objects.get().verified


def test_a_page_without_a_template_of_ours_has_our_layout_too(client, ana, rf, page):
    request = rf.get("/accounts/login/code/confirm/")
    request.user, request.workspace = ana, None
    from users.login.forms import ReauthenticateForm

    form = {"verify_form": ReauthenticateForm(user=ana), "email": ana.email, "cancel_url": "/"}
    text = render_to_string("account/confirm_login_code.html", form, request)
    from bs4 import BeautifulSoup

    document = BeautifulSoup(text, "html.parser")
    assert document.select_one(".entrance .card h1")
    assert document.select_one("form .field-label") and document.select_one("button.button")
    assert not document.select("[style]")


@pytest.mark.parametrize("name", ["400", "403", "404", "429", "500", "403_csrf"])
def test_error_pages_need_no_variable(name):
    from bs4 import BeautifulSoup

    document = BeautifulSoup(render_to_string(f"{name}.html"), "html.parser")
    assert document.select_one("main h1").text
    assert not document.select("[style], script")
