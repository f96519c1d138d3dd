"""allauth's forms, adapted to this product (ACCOUNT_FORMS).

https://docs.allauth.org/en/latest/account/forms.html
"""

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.account.fields import EmailField
from allauth.socialaccount import forms as sign_on
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.forms import BooleanField, ValidationError
from django.utils.translation import gettext_lazy as _

from core import flash, text
from core.mailboxes import NormalizesEmail, fold_email, narrow

from .. import actions
from ..clock.zones import DeviceZoneField
from ..forms import PASSWORD_HELP, DisplayNameField, refuse_display_name
from ..links import actions as link_actions
from ..models import Token, User
from ..tokens.actions import revoke_all_tokens


class WithoutPlaceholders:
    """A form mixin that removes allauth's placeholders, which only repeat the labels."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class ShortPasswordHelp(WithoutPlaceholders):
    """A form mixin that describes a new password in one line."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "password1" in self.fields:
            self.fields["password1"].help_text = PASSWORD_HELP


class MailboxField(NormalizesEmail, EmailField):
    """allauth's e-mail field, which returns the stored form of the address."""


class LoginForm(WithoutPlaceholders, allauth.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Username or e-mail address")
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}
        self.fields["password"].help_text = ""

    def clean_login(self):
        """Return a folded username or address, so that all its spellings share one rate limit."""
        login = super().clean_login()
        return fold_email(login) if "@" in narrow(login) else text.fold(login)

    def user_credentials(self):
        """Look up an address only once. The time of a second query would reveal unknown addresses.

        allauth also tries an address as a username, but our usernames never contain an @.
        """
        credentials = super().user_credentials()
        if "email" in credentials:
            del credentials["username"]
        return credentials


class NewAccountForm(ShortPasswordHelp):
    """A mixin for both sign-up forms, with a password and by single sign-on.

    The adapter stores `display_name` and `time_zone` with the new user.
    """

    invitation = None
    field_order = ["display_name", "username", "email", "password1", "password2"]

    def clean_display_name(self):
        refuse_display_name(self.cleaned_data["display_name"])
        return self.cleaned_data["display_name"]

    def try_save(self, request):
        """Hash a password even if the address has an account, to take the same time."""
        if self.account_already_exists:
            make_password(self.cleaned_data.get("password1"))
        return super().try_save(request)

    def save(self, request):
        """Create the account and count the use of the invitation in one transaction.

        Raise IntegrityError if a name or address was just taken, and LinkSpent if the invitation
        was used up.
        """
        with transaction.atomic():
            if self.invitation is not None:
                link_actions.use_link(self.invitation)
            return super().save(request)


class SignupForm(NewAccountForm, allauth.SignupForm):
    email = MailboxField()
    time_zone = DeviceZoneField(required=False)
    display_name = DisplayNameField()


class SignOnSignupForm(NewAccountForm, sign_on.SignupForm):
    email = MailboxField()
    time_zone = DeviceZoneField(required=False)
    display_name = DisplayNameField()


class DisconnectForm(WithoutPlaceholders, sign_on.DisconnectForm):
    pass


class ChangeEmailForm(WithoutPlaceholders, allauth.AddEmailForm):
    """Change the address after a code sent there is entered, or at once if no mail is sent."""

    email = MailboxField()

    def clean_email(self):
        """Reject a taken address only if no mail is sent.

        Otherwise the error would reveal accounts; the code decides whose the address is.
        """
        email = super().clean_email()
        if not settings.EMAIL_URL and User.objects.filter(email=email).exists():
            raise ValidationError(_("That e-mail address already has an account."))
        return email

    def save(self, request):
        """Send a code or, if no mail is sent, store the address at once.

        Raise IntegrityError if somebody else just took it.
        """
        if settings.EMAIL_URL:
            return super().save(request)
        address = actions.change_email(self.user, self.cleaned_data["email"])
        flash.success(request, "email_changed")
        return address


class AsksAboutTokens:
    """A form mixin that asks whether a new password revokes the access tokens, if there are any."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.user and not self.user._state.adding and self._has_tokens():
            self.fields["revoke_tokens"] = BooleanField(
                required=False, label=_("Also revoke my access tokens")
            )

    def _has_tokens(self):
        return Token.objects.usable().filter(user=self.user).exists()

    def save(self):
        with transaction.atomic():
            super().save()
            if self.cleaned_data.get("revoke_tokens"):
                revoke_all_tokens(self.user)


class ChangePasswordForm(AsksAboutTokens, ShortPasswordHelp, allauth.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""


class SetPasswordForm(AsksAboutTokens, ShortPasswordHelp, allauth.SetPasswordForm):
    pass


class OnlyWithMail:
    """A form mixin that, without mail, fails before any lookup, so that it reveals nothing."""

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
        """Send no link to a user's former address, even if allauth's table still has it."""
        email = super().clean_email()
        self.users = [user for user in self.users if user.email == email]
        return email


class RequestLoginCodeForm(OnlyWithMail, WithoutPlaceholders, allauth.RequestLoginCodeForm):
    email = MailboxField()

    def clean_email(self):
        """Send no code to a user's former address, even if allauth's table still has it."""
        email = super().clean_email()
        if self._user is not None and self._user.email != email:
            self._user = None
        return email


class ConfirmLoginCodeForm(WithoutPlaceholders, allauth.ConfirmLoginCodeForm):
    pass


class ConfirmEmailCodeForm(WithoutPlaceholders, allauth.ConfirmEmailVerificationCodeForm):
    pass


class ResetPasswordKeyForm(AsksAboutTokens, ShortPasswordHelp, allauth.ResetPasswordKeyForm):
    def clean(self):
        """Reject a link that has become invalid since the page was opened."""
        if not allauth.default_token_generator.check_token(self.user, self.temp_key):
            raise get_adapter().validation_error("invalid_password_reset")
        return super().clean()


class ReauthenticateForm(WithoutPlaceholders, allauth.ReauthenticateForm):
    pass
