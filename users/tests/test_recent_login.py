"""Actions that could lead to a takeover require a recent login."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.cache import cache

from users.models import LoginLink, User
from users.sessions.store import LOGIN

PASSWORD, OTHER = "correct horse", "staple battery"
ASKED = ("/accounts/reauthenticate/", "/accounts/2fa/reauthenticate/")
RECORDS = "account_authentication_methods"
MINUTES = 21

# Method, path ({bruno} is his primary key, {passkey} that of Ana's passkey), data.
ACTS = [
    ("POST", "/accounts/email/", {"action_add": "", "email": "thief@example.com"}),
    ("POST", "/accounts/3rdparty/", {"account": "1"}),
    ("GET", "/accounts/2fa/totp/deactivate/", {}),
    ("POST", "/accounts/2fa/totp/deactivate/", {}),
    ("GET", "/accounts/2fa/recovery-codes/", {}),
    ("GET", "/accounts/2fa/recovery-codes/download/", {}),
    ("GET", "/accounts/2fa/recovery-codes/generate/", {}),
    ("POST", "/accounts/2fa/recovery-codes/generate/", {}),
    ("GET", "/accounts/2fa/webauthn/add/", {}),
    ("POST", "/accounts/2fa/webauthn/add/", {"credential": "{}"}),
    ("POST", "/accounts/2fa/webauthn/keys/{passkey}/remove/", {}),
    ("POST", "/accounts/2fa/webauthn/keys/{passkey}/edit/", {"name": "mine"}),
    ("POST", "/profile/sessions/end/", {"session": "x"}),
    ("POST", "/profile/sessions/end-others/", {}),
    ("POST", "/people/{bruno}/login-link/", {}),
    ("POST", "/people/{bruno}/make-administrator/", {"reason": "x"}),
    ("POST", "/people/{bruno}/unmake-administrator/", {}),
    ("POST", "/people/{bruno}/deactivate/", {}),
    ("POST", "/people/{bruno}/reactivate/", {}),
    ("POST", "/people/{bruno}/reset-second-factor/", {}),
    ("POST", "/admin/users/user/{bruno}/change/", {"email": "thief@example.com"}),
    ("POST", "/admin/rooms/membership/add/", {"user": "1"}),
    ("POST", "/admin/rooms/room/", {"action": "archive"}),
]


@pytest.fixture(autouse=True)
def uncounted(db):
    cache.clear()


@pytest.fixture
def armed(ana):
    """Add second factors and a single sign-on account to Ana's account."""
    SocialAccount.objects.create(user=ana, provider="sso", uid="a-1")
    TOTP.activate(ana, "A" * 32)
    RecoveryCodes.activate(ana)
    passkey = {"name": "Key", "credential": {"clientExtensionResults": {}}}
    return Authenticator.objects.create(user=ana, type="webauthn", data=passkey)


def age(client, minutes=MINUTES):
    """Make the login of this client this many minutes old."""
    session = client.session
    for record in session.get(RECORDS, []):
        record["at"] -= minutes * 60
    login = session[LOGIN]
    began = datetime.fromisoformat(login["at"]) - timedelta(minutes=minutes)
    session[LOGIN] = login | {"at": began.isoformat()}
    session.save()
    return client


def is_asked(response):
    return urlsplit(response.headers.get("Location", "")).path in ASKED


def send(client, act, **keys):
    method, address, fields = act
    return getattr(client, method.lower())(address.format(**keys), fields)


@pytest.mark.parametrize("act", ACTS, ids=[f"{act[0]} {act[1]}" for act in ACTS])
def test_an_old_session_must_authenticate_again(act, ana, bruno, armed, client_of):
    client = age(client_of(ana))
    before = list(User.objects.order_by("pk").values())
    response = send(client, act, bruno=bruno.pk, passkey=armed.pk)
    assert is_asked(response)
    assert list(User.objects.order_by("pk").values()) == before
    assert Authenticator.objects.count() == 3 and not LoginLink.objects.exists()


def test_setting_up_a_second_factor_is_asked_for_too(ana, client_of):
    client = age(client_of(ana))
    assert is_asked(client.get("/accounts/2fa/totp/activate/"))
    assert is_asked(client.post("/accounts/2fa/totp/activate/", {"code": "1"}))


@pytest.mark.parametrize("minutes", [0, 14])
def test_a_fresh_login_need_not_authenticate_again(minutes, ana, bruno, client, log_in):
    log_in(client, "ana")
    response = age(client, minutes).post(f"/people/{bruno.pk}/make-administrator/")
    assert response.headers["Location"] == "/people/bruno/"


def test_an_expired_login_must_authenticate_again(ana, bruno, client, log_in):
    log_in(client, "ana")
    assert is_asked(age(client, 16).post(f"/people/{bruno.pk}/make-administrator/"))


def test_after_the_password_the_request_is_completed(ana, bruno, client_of, page):
    client = age(client_of(ana))
    asked = client.post(f"/people/{bruno.pk}/deactivate/", {"reason": "left the team"})
    form = page(client.get(asked.headers["Location"])).select_one("form")
    fields = {field["name"]: field.get("value", "") for field in form.select("[name]")}
    client.post(form["action"], fields | {"password": PASSWORD})
    bruno.refresh_from_db()
    assert not bruno.is_active
    assert client.get("/log/").content.count(b"left the team") == 1


def test_a_wrong_password_does_nothing(ana, bruno, client_of):
    client = age(client_of(ana))
    asked = client.post(f"/people/{bruno.pk}/deactivate/").headers["Location"]
    assert client.post(asked, {"password": "wrong"}).status_code == 422
    bruno.refresh_from_db()
    assert bruno.is_active and is_asked(client.post(f"/people/{bruno.pk}/deactivate/"))


def test_a_new_address_is_changed_once_it_was_asked(bruno, client_of):
    client = age(client_of(bruno))
    fields = {"action_add": "", "email": "new@example.com"}
    asked = client.post("/accounts/email/", fields).headers["Location"]
    next_page = parse_qs(urlsplit(asked).query)["next"][0]
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": next_page})
    assert EmailAddress.objects.get(user=bruno).email == "new@example.com"


def test_a_new_password_needs_the_old_one_at_any_age(bruno, client_of):
    client = age(client_of(bruno))
    fields = {"oldpassword": "wrong", "password1": OTHER, "password2": OTHER}
    assert client.post("/accounts/password/change/", fields).status_code == 422


def test_a_login_link_lets_choose_a_password_as_long_as_a_login_is_fresh(
    ana, bruno, client, monkeypatch
):
    from users.links.actions import issue_login_link
    from users.views import profile

    _link, token = issue_login_link(ana, bruno)
    client.post(f"/enter/{token}/")
    assert client.get("/profile/password/").status_code == 200
    assert profile.NEW_PASSWORD_LIFE.total_seconds() == settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


@pytest.fixture
def without_password(bruno):
    bruno.set_unusable_password()
    bruno.save(update_fields=["password"])
    return bruno


AGAIN = "/accounts/reauthenticate/login/"


@pytest.mark.parametrize(
    ("method", "address", "back"),
    [
        ("post", "/accounts/email/", "/profile/"),
        ("post", "/accounts/password/set/", "/profile/"),
        ("post", "/profile/sessions/end-others/", "/profile/"),
        ("get", "/accounts/2fa/totp/activate/", "/accounts/2fa/totp/activate/"),
    ],
)
def test_somebody_without_a_password_logs_in_again(
    method, address, back, without_password, client_of, page
):
    client = age(client_of(without_password))
    fields = {"action_add": "", "email": "a@example.com"} if method == "post" else {}
    referer = {"referer": "http://testserver/profile/"}
    asked = getattr(client, method)(address, fields, headers=referer).headers["Location"]
    assert urlsplit(asked).path == AGAIN
    form = page(client.get(asked)).select_one("#log-out")
    fields = {"next": form.select_one("[name=next]")["value"]}
    left = client.post(form["action"], fields, follow=True)
    assert left.redirect_chain[-1][0] == f"/accounts/login/?next={back}"


def test_a_password_is_set_without_being_asked_after_a_fresh_login(without_password, client_of):
    client = client_of(without_password)
    client.post("/accounts/password/set/", {"password1": OTHER, "password2": OTHER})
    without_password.refresh_from_db()
    assert without_password.check_password(OTHER)


def test_logging_out_is_never_asked_for(ana, client_of):
    for address in ("/accounts/logout/", "/admin/logout/"):
        client = age(client_of(ana))
        client.post(address)
        assert "_auth_user_id" not in client.session


def test_harmless_actions_need_no_fresh_login(ana, client_of):
    client = age(client_of(ana))
    assert client.post("/profile/", {"display_name": "Ana A."}).headers["Location"] == "/profile/"
    assert client.get("/profile/export/").status_code == 200
    assert client.get("/admin/users/user/").status_code == 200
