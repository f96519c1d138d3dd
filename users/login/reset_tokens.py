"""The tokens of password reset links."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator


class PasswordResetTokens(PasswordResetTokenGenerator):
    """Django's tokens, which end with the address that they were sent to.

    Django's own come back to life when an address is changed and then changed back.
    """

    def _make_hash_value(self, user, timestamp):
        value = super()._make_hash_value(user, timestamp)
        return f"{value}|{user.email_changed_at}|{user.is_active}"
