"""allauth's forms for a second factor, in this product's words (MFA_FORMS).

https://docs.allauth.org/en/latest/mfa/forms.html
"""

from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from django.forms import ValidationError
from django.utils.translation import gettext_lazy as _

from .account_forms import WithoutPlaceholders
from .names import NameField


class AuthenticateForm(WithoutPlaceholders, codes.AuthenticateForm):
    pass


class ReauthenticateForm(WithoutPlaceholders, codes.ReauthenticateForm):
    pass


class ActivateTOTPForm(WithoutPlaceholders, totp.ActivateTOTPForm):
    pass


class WithCredential:
    """Refuses what no authenticator would send; allauth's parser stumbles over some of it."""

    def full_clean(self):
        try:
            super().full_clean()
        except (AttributeError, KeyError, TypeError, ValueError):
            self.cleaned_data = {}
            sentence = _("This passkey was not understood. Please try again.")
            self.add_error(None, ValidationError(sentence, code="incorrect_code"))


class AddPasskeyForm(WithCredential, passkeys.AddWebAuthnForm):
    name = NameField(max_length=60, required=False, label=_("Name"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].label = _("Log in with this passkey alone")
        self.fields["passwordless"].help_text = _(
            "Without a password. It will ask for your finger, face or PIN."
        )


class EditPasskeyForm(passkeys.EditWebAuthnForm):
    name = NameField(max_length=60, label=_("Name"))


class AuthenticatePasskeyForm(WithCredential, passkeys.AuthenticateWebAuthnForm):
    pass


class LoginPasskeyForm(WithCredential, passkeys.LoginWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(WithCredential, passkeys.ReauthenticateWebAuthnForm):
    pass
