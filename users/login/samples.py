"""Log-in, sign-up, passwords and addresses, and the forms kept during a log-in."""

from types import SimpleNamespace

from django.http import QueryDict

from core.sample import Sample, refused

from . import forms
from .kept_forms import fields_of

WRONG = "The username and/or password you specified are not correct."


def samples(cast):
    return [*entrances(cast), *resets(cast), *own_pages(cast), *kept_forms(cast)]


def entrances(cast):
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


def entrance(name, state, **context):
    return Sample(f"account/{name}.html", state, {"redirect_field": "", "has_mail": True} | context)


def resets(cast):
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


def own_pages(cast):
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


def kept_forms(cast):
    text = "A long sentence that took a while to write. " * 4
    data = QueryDict(mutable=True)
    data.update({"display_name": "Ana María", "reason": text, "initial-language": "es"})
    typed = {"fields": fields_of(data), "action": "/profile/"}
    yield Sample("_kept_fields.html", "filled in", typed, "plain")
    yield Sample("kept_form.html", "after the login", typed, reader=cast.ana)
