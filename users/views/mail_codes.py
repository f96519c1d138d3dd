"""allauth's pages for e-mailed codes, for logging in and confirming an address, rate-limited.

allauth counts wrong codes in the session, where simultaneous requests overwrite each other's count.
Here each guess is first counted atomically in the shared cache.
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

COUNTED_SECONDS = 3600  # longer than any code is valid


class CountedCode:
    """A view mixin that limits guesses, and accepts a code only for the address it was sent to."""

    def post(self, request, *args, **kwargs):
        process = self._process
        if self._action == "verify":
            is_allowed = self._allow("guess", process.max_attempts)
        else:
            is_allowed = self._allow("resend", self.max_resends)
        if not is_allowed:
            return self.end("too_many_login_attempts")
        with transaction.atomic():
            if process.user and not self.is_current(lock_people(process.user)[process.user.pk]):
                return self.end("invalid_or_expired_key")
            return super().post(request, *args, **kwargs)

    def _allow(self, what, count):
        begun = f"{what} {self.request.session.session_key} {self._process.state['at']}"
        return rate_limits.allow_guess(hash_token(begun), count, COUNTED_SECONDS)

    def end(self, reason):
        """Invalidate the code, show the error `reason`, and redirect to where a new code starts."""
        adapter = get_adapter(self.request)
        self._process.abort()
        adapter.add_message(self.request, messages.ERROR, message=adapter.error_messages[reason])
        return redirect("account_email" if self.request.user.is_authenticated else "account_login")


class ConfirmLoginCodeView(CountedCode, allauth.ConfirmLoginCodeView):
    @property
    def max_resends(self):
        return app_settings.LOGIN_BY_CODE_MAX_RESEND_COUNT

    def is_current(self, user):
        """Return True if `user` is active and still has the address that the code was sent to."""
        state = self._process.state
        is_same = user.email == state.get("email", "").lower()
        return user.is_active and is_same and not user.has_new_email_since(state["at"])


class ConfirmEmailCodeView(CountedCode, allauth.ConfirmEmailVerificationCodeView):
    @property
    def max_resends(self):
        return app_settings.EMAIL_VERIFICATION_MAX_RESEND_COUNT

    def is_current(self, user):
        """Return True if `user` is active and still has the address that the code is about.

        For a change of address, this is the old address (`instead_of`).
        """
        state = self._process.state
        is_same = user.email == state.get("instead_of", user.email)
        return user.is_active and is_same and not user.has_new_email_since(state["at"])


confirm_login_code = ConfirmLoginCodeView.as_view()
confirm_email_code = ConfirmEmailCodeView.as_view()


@login_not_required
def verification_sent(request):
    """Show the form for the code or, if codes are off because no mail is sent, allauth's page."""
    if app_settings.EMAIL_VERIFICATION_BY_CODE_ENABLED:
        return confirm_email_code(request)
    return allauth.email_verification_sent(request)
