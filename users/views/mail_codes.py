"""allauth's pages for codes that came by mail, for logging in and for confirming an address.

allauth counts wrong codes in the session, where requests at the same time overwrite each other's
count. Here each guess takes one of a few numbered places in the shared cache first.
"""

from allauth.account import app_settings
from allauth.account import views as allauth
from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_not_required
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect

from core import rate_limits

from ..locking import lock_people
from ..models import hash_token

COUNTED_SECONDS = 3600  # longer than any code lives


class CountedCode:
    """Checks a code at most so many times, and only for the address that it was sent to."""

    def post(self, request, *args, **kwargs):
        process = self._process
        if self._action == "verify":
            may_go_on = self._may_take("guess", process.max_attempts)
        else:
            may_go_on = self._may_take("resend", self.max_resends)
        if not may_go_on:
            return self.end("too_many_login_attempts")
        with transaction.atomic():
            if process.user and not self.is_current(lock_people(process.user)[process.user.pk]):
                return self.end("invalid_or_expired_key")
            return super().post(request, *args, **kwargs)

    def _may_take(self, what, count):
        begun = f"{what} {self.request.session.session_key} {self._process.state['at']}"
        return rate_limits.may_try(hash_token(begun), count, COUNTED_SECONDS)

    def end(self, reason):
        """Void the code and lead to where another can be asked for, saying why."""
        adapter = get_adapter(self.request)
        self._process.abort()
        adapter.add_message(self.request, messages.ERROR, message=adapter.error_messages[reason])
        return redirect("account_email" if self.request.user.is_authenticated else "account_login")


class ConfirmLoginCodeView(CountedCode, allauth.ConfirmLoginCodeView):
    @property
    def max_resends(self):
        return app_settings.LOGIN_BY_CODE_MAX_RESEND_COUNT

    def is_current(self, user):
        """Return True if the code went to the address that `user` has had ever since."""
        state = self._process.state
        is_theirs = user.email == state.get("email", "").lower()
        return user.is_active and is_theirs and not user.has_new_email_since(state["at"])


class ConfirmEmailCodeView(CountedCode, allauth.ConfirmEmailVerificationCodeView):
    @property
    def max_resends(self):
        return app_settings.EMAIL_VERIFICATION_MAX_RESEND_COUNT

    def is_current(self, user):
        """Return True if the code confirms, or replaces, the address that `user` still has."""
        state = self._process.state
        is_same = user.email == state.get("instead_of", user.email)
        return user.is_active and is_same and not user.has_new_email_since(state["at"])


confirm_login_code = ConfirmLoginCodeView.as_view()
confirm_email_code = ConfirmEmailCodeView.as_view()


@login_not_required
def verification_sent(request):
    """Ask for the code for an address; without mail there is none, and allauth says so."""
    if app_settings.EMAIL_VERIFICATION_BY_CODE_ENABLED:
        return confirm_email_code(request)
    return allauth.email_verification_sent(request)
