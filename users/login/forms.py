"""allauth's forms, in this product's words (ACCOUNT_FORMS).

https://docs.allauth.org/en/latest/account/forms.html
"""

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.account.fields import EmailField
from allauth.socialaccount import forms as sign_on
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.forms import ValidationError
from django.utils.translation import gettext_lazy as _

from core import flash, text
from core.mailboxes import NormalizesEmail, fold_email, narrow

from .. import actions
from ..models import User


class WithoutPlaceholders:
    """allauth repeats every label as a placeholder; our fields have a label that stays."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class MailboxField(NormalizesEmail, EmailField):
    """allauth's field, with its label; what it returns is as addresses are stored."""


class LoginForm(WithoutPlaceholders, allauth.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Username or e-mail address")
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}
        self.fields["password"].help_text = ""

    def clean_login(self):
        """Return a username or an address as it is compared: all its spellings share one limit."""
        login = super().clean_login()
        return fold_email(login) if "@" in narrow(login) else text.fold(login)

    def user_credentials(self):
        """Look an address up once: a second look takes time, and tells known ones from unknown.

        allauth tries it as a username too, which here never holds an @.
        """
        credentials = super().user_credentials()
        if "email" in credentials:
            del credentials["username"]
        return credentials


class NewAccountForm(WithoutPlaceholders):
    """What making an account is, with a password or through the provider of single sign-on."""

    invitation = None

    def try_save(self, request):
        """Take as long for an address that is here already: hash a password all the same."""
        if self.account_already_exists:
            make_password(self.cleaned_data.get("password1"))
        return super().try_save(request)

    def save(self, request):
        """Make the account whole or not at all, with the use of the invitation that led here.

        Raises IntegrityError where a name or address was just taken, LinkSpent where the last use
        of the invitation was.
        """
        with transaction.atomic():
            if self.invitation is not None:
                actions.use_link(self.invitation)
            return super().save(request)


class SignupForm(NewAccountForm, allauth.SignupForm):
    email = MailboxField()


class SignOnSignupForm(NewAccountForm, sign_on.SignupForm):
    email = MailboxField()


class DisconnectForm(WithoutPlaceholders, sign_on.DisconnectForm):
    pass


class ChangeEmailForm(WithoutPlaceholders, allauth.AddEmailForm):
    """A new address counts once the code that was sent there is typed; at once without mail."""

    email = MailboxField()

    def clean_email(self):
        """Say that somebody has the address only where no code could tell whose it is."""
        email = super().clean_email()
        if not settings.EMAIL_URL and User.objects.filter(email=email).exists():
            raise ValidationError(_("A person with that e-mail address is here already."))
        return email

    def save(self, request):
        """Send a code there, or store it where no mail is sent; IntegrityError for a race lost."""
        if settings.EMAIL_URL:
            return super().save(request)
        address = actions.change_email(self.user, self.cleaned_data["email"])
        flash.success(request, "email_changed")
        return address


class ChangePasswordForm(WithoutPlaceholders, allauth.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""


class SetPasswordForm(WithoutPlaceholders, allauth.SetPasswordForm):
    pass


class OnlyWithMail:
    """Refuses before anything is looked up, so that nothing can be told from the answer."""

    def _clean_fields(self):
        if settings.EMAIL_URL:
            super()._clean_fields()

    def _clean_form(self):
        if not settings.EMAIL_URL:
            self.add_error(None, _("This site does not send email. Please ask an administrator."))
        else:
            super()._clean_form()


class ResetPasswordForm(OnlyWithMail, WithoutPlaceholders, allauth.ResetPasswordForm):
    email = MailboxField()

    def clean_email(self):
        """Send a link to nobody's former address, even if allauth's table still has it."""
        email = super().clean_email()
        self.users = [user for user in self.users if user.email == email]
        return email


class RequestLoginCodeForm(OnlyWithMail, WithoutPlaceholders, allauth.RequestLoginCodeForm):
    email = MailboxField()

    def clean_email(self):
        """Send a code to nobody's former address, even if allauth's table still has it."""
        email = super().clean_email()
        if self._user is not None and self._user.email != email:
            self._user = None
        return email


class ConfirmLoginCodeForm(WithoutPlaceholders, allauth.ConfirmLoginCodeForm):
    pass


class ConfirmEmailCodeForm(WithoutPlaceholders, allauth.ConfirmEmailVerificationCodeForm):
    pass


class ResetPasswordKeyForm(WithoutPlaceholders, allauth.ResetPasswordKeyForm):
    def clean(self):
        """Refuse a link that has lost its power since the page was opened."""
        if not allauth.default_token_generator.check_token(self.user, self.temp_key):
            raise get_adapter().validation_error("invalid_password_reset")
        return super().clean()


class ReauthenticateForm(WithoutPlaceholders, allauth.ReauthenticateForm):
    pass
