"""Subclasses of allauth's views, where this product behaves differently."""

import json
from urllib.parse import urlsplit

from allauth.account import views as allauth
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount import views as sign_on
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import IntegrityError, transaction
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ..links.actions import LinkSpent
from ..links.pages import link_gone
from ..locking import lock_people
from ..login import kept_forms
from .links import NewAccountMixin, invitation_in

PENDING = "socialaccount_sociallogin"  # allauth's session key for a pending single sign-on sign-up


class EmailView(allauth.EmailView):
    """Change the user's e-mail address. If somebody else just took it, show the form again.

    Each user has exactly one address, so allauth's actions "remove" and "primary" do nothing.
    """

    def dispatch(self, request, *args, **kwargs):
        """On GET, bypass allauth's dispatch, which would store a copy of the address."""
        if request.method == "GET":
            self._did_send_verification_email = False
            return self.get(request, *args, **kwargs)
        return super().dispatch(request, *args, **kwargs)

    def _get_email_address(self, request):
        address = super()._get_email_address(request)
        return address if address and address.email == request.user.email else None

    def _action_remove(self, request, *args, **kwargs):
        return None

    def _action_primary(self, request, *args, **kwargs):
        return None

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except IntegrityError:
            form.full_clean()  # adds the error that the address is taken
            if form.is_valid():
                raise
            return self.form_invalid(form)


class ResetPasswordView(allauth.PasswordResetFromKeyView):
    """Set a new password by an e-mailed link; check the link again, locked, before storing."""

    def post(self, request, *args, **kwargs):
        with transaction.atomic():
            self.reset_user = lock_people(self.reset_user)[self.reset_user.pk]
            return super().post(request, *args, **kwargs)


class SignOnSignupView(NewAccountMixin, sign_on.SignupView):
    """Sign-up at the first login by single sign-on.

    An invitation counts if the login was started from the invitation's page.
    """

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.invitation = invitation_in(self.sociallogin.state.get("next") or "")
        return form

    def form_valid(self, form):
        waiting = self.request.session[PENDING]
        try:
            response = super().form_valid(form)
        except LinkSpent:
            return link_gone(self.request)
        except IntegrityError:
            if not self._has_account():
                raise
            return redirect("account_login")
        if form.errors:  # allauth has removed the pending login, but the form is shown again
            self.request.session[PENDING] = waiting
        return response

    def _has_account(self):
        """Return True if the user signed up in another window meanwhile and can log in."""
        account = self.sociallogin.account
        accounts = SocialAccount.objects.filter(provider=account.provider, uid=account.uid)
        return accounts.exists()


email = EmailView.as_view()
reset_password = ResetPasswordView.as_view()
sign_on_signup = SignOnSignupView.as_view()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def log_in_again(request):
    """Ask a user who has neither a password nor a second factor to log in again.

    Afterwards they return to the page with the form. What they typed is kept (kept_forms.py).
    """
    if request.method == "POST":
        return _leave_and_come_back(request)
    accounts = SocialAccount.objects.filter(user=request.user)
    page = {"is_connected": accounts.exists(), "address": page_of_suspended(request)}
    return render(request, "account/log_in_again.html", page)


def _leave_and_come_back(request):
    """Log out, but keep the form that waits in the session for the same user."""
    back = get_next_redirect_url(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
    waiting = request.session.get(kept_forms.KEPT)
    get_adapter(request).logout(request)
    if waiting:
        request.session[kept_forms.KEPT] = waiting
    return redirect(back)


def page_of_suspended(request):
    """Return the URL of the page to come back to: the requested one, or that of the sent form."""
    waiting = (request.session.get(STATE_SESSION_KEY) or {}).get("request")
    if waiting is None:
        page = get_next_redirect_url(request) or ""
    else:
        page = urlsplit(json.loads(waiting)["META"].get("HTTP_REFERER", "")).path
    is_ours = url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)
