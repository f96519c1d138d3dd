"""Logging in with a username, written in any way that sign-up takes for the same name."""

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend

from core.text import fold, normalize_password

from ..models import User


class AuthenticationBackend(AllauthBackend):
    """allauth's, which compares usernames by the database's own idea of upper and lower case."""

    def authenticate(self, request, **credentials):
        username = credentials.get("username")
        if username:
            stored = User.objects.filter(username_key=fold(username)).values_list("username")
            credentials["username"] = next((name for (name,) in stored), username)
        return super().authenticate(request, **credentials)

    def _mitigate_timing_attack(self, password):
        """Take as long as for somebody known: see `User.check_password`."""
        super()._mitigate_timing_attack(password)
        if normalize_password(password) != password:
            super()._mitigate_timing_attack(password)
