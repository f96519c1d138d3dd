"""The further ways in: second factors, passkeys, single sign-on, codes by mail; and sessions."""

from types import SimpleNamespace

from django import forms

from users.models import Session

from .. import cast
from ..drawing import Sample
from .forms import refused

sign_on = SimpleNamespace(name="Example ID", address="/accounts/oidc/example/login/")
provider = SimpleNamespace(name="Example ID", id="example")
NO_TOKEN = {"redirect_field": ""}


class CodeForm(forms.Form):
    """As allauth's forms for a code, which want a request and a secret to be made."""

    code = forms.CharField()
    secret = "JBSW Y3DP EHPK 3PXP"


class PasskeyForm(forms.Form):
    name = forms.CharField(required=False)
    passwordless = forms.BooleanField(required=False)
    credential = forms.CharField(widget=forms.HiddenInput)


def samples():
    return [*steps(), *factors(), *passkeys(), *sign_ons(), *sessions()]


def steps():
    wrong = refused(CodeForm({"code": "1"}), code="Not that one.")
    keys = {"request_options": {"publicKey": {"allowCredentials": ["a"]}}}
    ways = [SimpleNamespace(url="/accounts/reauthenticate/", description="Use your password")]
    alternatives = NO_TOKEN | {"reauthentication_alternatives": ways}
    for state, form in (("empty", CodeForm()), ("refused", wrong)):
        login = {"form": form, "webauthn_form": PasskeyForm(), "js_data": keys}
        yield Sample("mfa/authenticate.html", state, login)
        yield Sample("mfa/reauthenticate.html", state, alternatives | {"form": form})
    again = alternatives | {"form": PasskeyForm(), "js_data": {}}
    yield Sample("mfa/webauthn/reauthenticate.html", "asking", again)
    code = {"verify_form": CodeForm(), "email": cast.ana.email, "can_resend": True}
    code |= {"cancel_url": "/", **NO_TOKEN}
    yield Sample("account/confirm_email_verification_code.html", "asking", code)
    asking = {"form": CodeForm(), "login_url": "/accounts/login/", "has_mail": True, **NO_TOKEN}
    yield Sample("account/request_login_code.html", "by mail", asking)
    yield Sample("account/request_login_code.html", "without mail", asking | {"has_mail": False})


def factors():
    def page(name, state, **context):
        return Sample(f"mfa/{name}.html", state, context, reader=cast.ana)

    all_of_them = {"totp": True, "webauthn": keys_of_ana(), "recovery_codes": True}
    yield page("index", "all", authenticators=all_of_them, is_mfa_enabled=True)
    yield page("index", "none", authenticators={}, is_mfa_enabled=False)
    yield page("totp/deactivate_form", "asking", form=forms.Form())
    app = {"form": CodeForm(), "totp_svg_data_uri": "data:,", "totp_url": "otpauth://totp/Ana"}
    yield page("totp/activate_form", "asking", **app)
    form = forms.Form()
    yield page("recovery_codes/generate", "asking", form=form, unused_code_count=3)
    codes = ["4f2a9c1e", "7b3d0a55", "91ce44fa"]
    yield page("recovery_codes/index", "some", unused_codes=codes, total_count=10)
    yield page("recovery_codes/index", "none", unused_codes=[], total_count=10)


def keys_of_ana():
    return [
        Passkey("Ana's phone", pk=1, created_at=cast.NOON, last_used_at=cast.NOON),
        Passkey(cast.LONG_WORD[:60], pk=2, created_at=cast.NOON, last_used_at=None),
    ]


class Passkey(SimpleNamespace):
    def __init__(self, name, **facts):
        super().__init__(name=name, **facts)

    def __str__(self):
        return self.name


def passkeys():
    def page(name, state, **context):
        return Sample(f"mfa/webauthn/{name}.html", state, context, reader=cast.ana)

    first = keys_of_ana()[0]
    yield page("add_form", "asking", form=PasskeyForm(), js_data={})
    yield page("edit_form", "asking", form=PasskeyForm(), object=first)
    yield page("authenticator_confirm_delete", "asking", object=first)
    yield page("authenticator_list", "some", authenticators=keys_of_ana())
    yield page("authenticator_list", "none", authenticators=[])


def sign_ons():
    def page(name, state, reader=None, **context):
        return Sample(f"socialaccount/{name}.html", state, NO_TOKEN | context, reader=reader)

    yield page("authentication_error", "failed")
    yield page("login_cancelled", "turned back")
    yield page("leaving", "on the way", address="https://id.example.com/")
    yield page("login", "asking", provider=provider, process="login")
    new = {"login_url": "/accounts/login/", "account": provider}
    yield page("signup", "somebody new", form=CodeForm(), **new)
    connected, none = CodeForm(), CodeForm()
    connected.accounts, none.accounts = [provider], []
    yield page("connections", "connected", cast.ana, form=connected, sign_on=sign_on)
    yield page("connections", "not connected", cast.ana, form=none, sign_on=sign_on)
    yield page("connections", "there is none", cast.ana, form=none, sign_on=None)


def sessions():
    here = Session(session_key="a", address="192.0.2.7", began_at=cast.NOON, seen_at=cast.NOON)
    there = Session(session_key="b", began_at=cast.NOON, seen_at=cast.NOON)
    rows = [
        {"session": here, "browser": "Firefox", "system": "Linux", "is_this": True},
        {"session": there, "browser": "", "system": "", "is_this": False},
    ]
    for state, shown in (("two", rows), ("this one", rows[:1])):
        yield Sample("users/sessions.html", state, {"rows": shown}, reader=cast.ana)
