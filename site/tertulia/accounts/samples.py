"""Second factors, passkeys, single sign-on, and allauth's own pages and mails."""

from types import SimpleNamespace

from django import forms

from core.sample import Sample, refused
from users.login.forms import ReauthenticateForm

sign_on = SimpleNamespace(name="Example ID", address="/accounts/oidc/example/login/")
provider = SimpleNamespace(name="Example ID", id="example")
NO_TOKEN = {"redirect_field": ""}
LINK = "https://chat.example.com/accounts/link/MTc1-d2f8a6c9b0e4/"

MAILS = (
    *("email_confirmation", "password_reset_key", "unknown_account", "account_already_exists"),
    *("password_changed", "password_reset", "password_set"),
    *("email_changed", "email_confirm", "email_deleted"),
    *("login_code", "account_deactivated"),
)
FACTOR_MAILS = (
    *("totp_activated", "totp_deactivated", "recovery_codes_generated"),
    *("webauthn_added", "webauthn_removed"),
)


def samples(cast):
    return [
        *steps(cast),
        *factors(cast),
        *passkeys(cast),
        *sign_ons(cast),
        *layouts(cast),
        *mails(cast),
    ]


class CodeForm(forms.Form):
    """As allauth's forms for a code, which want a request and a secret to be made."""

    code = forms.CharField()
    secret = "JBSW Y3DP EHPK 3PXP"


class PasskeyForm(forms.Form):
    name = forms.CharField(required=False)
    passwordless = forms.BooleanField(required=False)
    credential = forms.CharField(widget=forms.HiddenInput)


def steps(cast):
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


def factors(cast):
    def page(name, state, **context):
        return Sample(f"mfa/{name}.html", state, context, reader=cast.ana)

    all_of_them = {"totp": True, "webauthn": keys_of_ana(cast), "recovery_codes": True}
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


def keys_of_ana(cast):
    return [
        Passkey("Ana's phone", pk=1, created_at=cast.NOON, last_used_at=cast.NOON),
        Passkey(cast.LONG_WORD[:60], pk=2, created_at=cast.NOON, last_used_at=None),
    ]


class Passkey(SimpleNamespace):
    def __init__(self, name, **facts):
        super().__init__(name=name, **facts)

    def __str__(self):
        return self.name


def passkeys(cast):
    def page(name, state, **context):
        return Sample(f"mfa/webauthn/{name}.html", state, context, reader=cast.ana)

    first = keys_of_ana(cast)[0]
    yield page("add_form", "asking", form=PasskeyForm(), js_data={})
    yield page("edit_form", "asking", form=PasskeyForm(), object=first)
    yield page("authenticator_confirm_delete", "asking", object=first)
    yield page("authenticator_list", "some", authenticators=keys_of_ana(cast))
    yield page("authenticator_list", "none", authenticators=[])


def sign_ons(cast):
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


def layouts(cast):
    """allauth's own pages in our layout; no address of the product shows them."""
    form = {"verify_form": ReauthenticateForm(user=cast.ana), "email": cast.ana.email}
    code = form | {"cancel_url": "/", "user": cast.ana}
    yield Sample("account/confirm_login_code.html", "allauth's own", code)
    own = {"emailaddresses": [], "current_emailaddress": None, "can_add_email": False}
    yield Sample("account/email.html", "allauth's own", own, reader=cast.ana)
    for name in ("logged_in", "logged_out", "mail_failed"):
        yield Sample(f"account/messages/{name}.txt", "said", {}, "plain")


def mails(cast):
    context = {
        "user": cast.ana,
        "username": cast.ana.username,
        "email": cast.ana.email,
        "activate_url": LINK,
        "password_reset_url": LINK,
        "signup_url": LINK,
        "wants_code": False,
        "provider": "Our house",
        "code": "",
        "current_site": SimpleNamespace(name="Casa", domain="chat.example.com"),
        "from_email": "ana@example.org",
        "to_email": cast.ana.email,
        "deleted_email": "ana@example.org",
        "ip": "192.0.2.7",
        "user_agent": "A browser",
        "timestamp": cast.NOON,
    }
    names = [f"account/email/{name}" for name in MAILS]
    names += [f"mfa/email/{name}" for name in FACTOR_MAILS]
    names += [f"socialaccount/email/account_{name}" for name in ("connected", "disconnected")]
    for name in names:
        yield Sample(f"{name}_subject.txt", "its subject", context, "code")
        yield Sample(f"{name}_message.txt", "the mail", context, "code")
    code = context | {"code": "7BKQ-WX"}
    for name in ("email_confirmation", "login_code"):
        yield Sample(f"account/email/{name}_message.txt", "by a code", code, "code")
    wanted = context | {"wants_code": True}
    yield Sample("account/email/unknown_account_subject.txt", "of a code", wanted, "code")
    yield Sample("account/email/unknown_account_message.txt", "of a code", wanted, "code")
