"""allauth's pages, alerts and mails."""

from types import SimpleNamespace

from users.login import forms

from .. import cast
from ..drawing import Sample
from .forms import refused

WRONG = "The username and/or password you specified are not correct."
LINK = "https://chat.example.com/accounts/link/MTc1-d2f8a6c9b0e4/"


def samples():
    return [*entrances(), *resets(), *own_pages(), *layouts(), *mails()]


def entrance(name, state, **context):
    return Sample(f"account/{name}.html", state, {"redirect_field": "", "has_mail": True} | context)


def entrances():
    here = {"signup_url": "/accounts/signup/", "login_url": "/accounts/login/"}
    yield entrance("login", "empty", form=forms.LoginForm(), **here)
    yield entrance("login", "without mail", form=forms.LoginForm(), **here | {"has_mail": False})
    wrong = refused(forms.LoginForm({"login": "ana"}), form=WRONG)
    yield entrance("login", "refused", form=wrong, **here)
    yield entrance("signup", "empty", form=forms.SignupForm(), **here)
    taken = refused(forms.SignupForm({"username": "ana"}), username="A person has it.")
    yield entrance("signup", "refused", form=taken, **here)
    yield entrance("signup_closed", "closed")
    yield entrance("account_inactive", "deactivated")
    for has_mail in (True, False):
        state = "by mail" if has_mail else "without mail"
        yield entrance("verification_sent", state, has_mail=has_mail)
    yield entrance("log_in_again", "asking", is_connected=False, address="/")
    yield entrance("reauthenticate", "asking", form=forms.ReauthenticateForm(user=cast.ana))


def resets():
    for has_mail in (True, False):
        state = "by mail" if has_mail else "without mail"
        form = forms.ResetPasswordForm()
        yield entrance("password_reset", state, form=form, has_mail=has_mail)
        yield entrance("password_reset_done", state, has_mail=has_mail)
    form = forms.ResetPasswordKeyForm(user=cast.ana, temp_key="key")
    here = {"form": form, "action_url": "/accounts/password/reset/key/1/", "token_fail": False}
    yield entrance("password_reset_from_key", "choosing", **here)
    yield entrance("password_reset_from_key", "does not work", **here | {"token_fail": True})
    yield entrance("password_reset_from_key_done", "saved")


def own_pages():
    def page(template, state, **context):
        context = {"redirect_field": "", "has_mail": True} | context
        return Sample(template, state, context, reader=cast.ana)

    form = forms.ChangeEmailForm(user=cast.ana)
    waiting = SimpleNamespace(email="ana@example.org")
    addresses = {"current_emailaddress": None, "new_emailaddress": None}
    yield page("account/email_change.html", "as it is", form=form, **addresses)
    addresses = {"current_emailaddress": waiting, "new_emailaddress": waiting}
    yield page("account/email_change.html", "waiting", form=form, **addresses)
    change = forms.ChangePasswordForm(user=cast.ana)
    yield page("account/password_change.html", "empty", form=change)
    wrong = refused(forms.ChangePasswordForm(user=cast.ana, data={}), oldpassword="Not yours.")
    yield page("account/password_change.html", "refused", form=wrong)
    first = forms.SetPasswordForm(user=cast.ana)
    yield page("account/password_set.html", "empty", form=first)
    yield page("users/new_password.html", "empty", form=first)
    yield page("account/logout.html", "asking")


def layouts():
    """What is left of allauth's own pages, should one ever be shown: our frame and parts."""
    form = {"verify_form": forms.ReauthenticateForm(user=cast.ana), "email": cast.ana.email}
    code = form | {"cancel_url": "/", "user": cast.ana}
    yield Sample("account/confirm_login_code.html", "allauth's own", code)
    own = {"emailaddresses": [], "current_emailaddress": None, "can_add_email": False}
    yield Sample("account/email.html", "allauth's own", own, reader=cast.ana)
    for name in ("logged_in", "logged_out", "mail_failed"):
        yield Sample(f"account/messages/{name}.txt", "said", {}, "plain")


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


def mails():
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
