"""allauth's forms, in this product's words (ACCOUNT_FORMS).

https://docs.allauth.org/en/latest/account/forms.html
"""

from allauth.account import forms as allauth
from django.conf import settings
from django.db import transaction
from django.forms import ValidationError
from django.utils.translation import gettext_lazy as _

from . import actions
from .models import User
from .notices import say


class WithoutPlaceholders:
    """allauth repeats every label as a placeholder; our fields have a label that stays."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class LoginForm(WithoutPlaceholders, allauth.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Username or e-mail address")
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}
        self.fields["password"].help_text = ""

    def user_credentials(self):
        """Look an address up once: a second look takes time, and tells known ones from unknown.

        allauth tries it as a username too, which here never holds an @.
        """
        credentials = super().user_credentials()
        if "email" in credentials:
            del credentials["username"]
        return credentials


class SignupForm(WithoutPlaceholders, allauth.SignupForm):
    invitation = None

    def save(self, request):
        """Make the account whole or not at all, with the use of the invitation that led here.

        Raises IntegrityError where a name or address was just taken, LinkSpent where the last use
        of the invitation was.
        """
        with transaction.atomic():
            if self.invitation is not None:
                actions.use_link(self.invitation)
            return super().save(request)


class ChangeEmailForm(WithoutPlaceholders, allauth.AddEmailForm):
    """A new address counts at once, unless it replaces one that a mail has verified."""

    def clean_email(self):
        email = super().clean_email()
        if User.objects.filter(email=email).exists():
            raise ValidationError(_("A person with that e-mail address is here already."))
        return email

    def save(self, request):
        addresses = self.user.emailaddress_set
        if settings.EMAIL_URL and addresses.filter(verified=True).exists():
            return super().save(request)
        address = actions.change_email(self.user, self.cleaned_data["email"])
        say(request, "email_changed")
        if settings.EMAIL_URL:
            address.send_confirmation(request)
        return address


class ChangePasswordForm(WithoutPlaceholders, allauth.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""


class SetPasswordForm(WithoutPlaceholders, allauth.SetPasswordForm):
    pass


class ResetPasswordForm(WithoutPlaceholders, allauth.ResetPasswordForm):
    def clean(self):
        if not settings.EMAIL_URL:
            raise ValidationError(_("No mail is sent from here: ask an administrator."))
        return super().clean()


class ResetPasswordKeyForm(WithoutPlaceholders, allauth.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(WithoutPlaceholders, allauth.ReauthenticateForm):
    pass
