"""Log in with any spelling of a username that counts as the same name."""

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend

from core.text import fold, normalize_password

from ..models import User


class AuthenticationBackend(AllauthBackend):
    """allauth's backend, but usernames are folded instead of compared with the database's case."""

    def authenticate(self, request, **credentials):
        username = credentials.get("username")
        if username:
            stored = User.objects.filter(username_key=fold(username)).values_list("username")
            credentials["username"] = next((name for (name,) in stored), username)
        return super().authenticate(request, **credentials)

    def user_can_authenticate(self, user):
        """Return False for bots too, whatever their password; their sessions are not valid."""
        return super().user_can_authenticate(user) and user.can_log_in

    def _mitigate_timing_attack(self, password):
        """Hash as often as `User.check_password` does, to take as long as for an existing user."""
        super()._mitigate_timing_attack(password)
        if normalize_password(password) != password:
            super()._mitigate_timing_attack(password)
