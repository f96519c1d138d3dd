"""Tokens of password reset links."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator


class PasswordResetTokens(PasswordResetTokenGenerator):
    """Tokens that become invalid when the e-mail address changes or the user is deactivated.

    Django's own tokens become valid again when an address is changed back.
    """

    def _make_hash_value(self, user, timestamp):
        value = super()._make_hash_value(user, timestamp)
        return f"{value}|{user.email_changed_at}|{user.is_active}"
