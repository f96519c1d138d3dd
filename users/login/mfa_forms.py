"""allauth's forms for a second factor, adapted to this product (MFA_FORMS).

https://docs.allauth.org/en/latest/mfa/forms.html
"""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from django.forms import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import NameField

from . import totp_codes
from .forms import WithoutPlaceholders


class EachCodeOnce:
    """A form mixin that accepts each TOTP code once, and none older than the last one accepted.

    RFC 6238, 5.2: accept codes of neighbouring periods, because clocks differ and typing takes
    time, but no code twice. allauth remembers a used code for one period, but accepts it for three.
    """

    def clean_code(self):
        counter = totp_codes.counter_of(self.user, self.cleaned_data["code"])
        if counter is not None and totp_codes.is_used(self.user, counter):
            check_rate_limit(self.user)
            raise get_adapter().validation_error("incorrect_code")
        code = super().clean_code()
        is_totp = self.authenticator.type == Authenticator.Type.TOTP
        if is_totp and (counter is None or not totp_codes.use(self.user, counter)):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(EachCodeOnce, WithoutPlaceholders, codes.AuthenticateForm):
    pass


class ReauthenticateForm(EachCodeOnce, WithoutPlaceholders, codes.ReauthenticateForm):
    pass


class ActivateTOTPForm(WithoutPlaceholders, totp.ActivateTOTPForm):
    def clean_code(self):
        code = super().clean_code()
        totp_codes.note_activation(self.user, totp_codes.matching_counter(self.secret, code))
        return code


class WithCredential:
    """A form mixin that rejects malformed credentials, some of which crash allauth's parser."""

    def full_clean(self):
        try:
            super().full_clean()
        except (AttributeError, KeyError, TypeError, ValueError):
            self.cleaned_data = {}
            sentence = _("That passkey did not work. Please try again.")
            self.add_error(None, ValidationError(sentence, code="incorrect_code"))


class AddPasskeyForm(WithCredential, passkeys.AddWebAuthnForm):
    name = NameField(max_length=60, required=False, label=_("Name"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].label = _("Log in with this passkey alone")
        self.fields["passwordless"].help_text = _(
            "Without a password. It asks for your fingerprint, face or PIN."
        )


class EditPasskeyForm(passkeys.EditWebAuthnForm):
    name = NameField(max_length=60, label=_("Name"))


class AuthenticatePasskeyForm(WithCredential, passkeys.AuthenticateWebAuthnForm):
    pass


class LoginPasskeyForm(WithCredential, passkeys.LoginWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(WithCredential, passkeys.ReauthenticateWebAuthnForm):
    pass
