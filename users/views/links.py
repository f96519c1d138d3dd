"""Sign-up, invitations and login links.

Opening a link changes nothing, because chat programs and virus scanners open links too. The user
must press a button.
"""

from allauth.account import views as allauth
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ..links import actions as link_actions
from ..links.pages import link_gone
from ..models import Invitation, LoginLink
from .profile import allow_new_password


class NewAccountMixin:
    """A mixin that shows the form again if somebody else took the name at the same time."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except IntegrityError:
            form.full_clean()  # adds the error that the name or address is taken
            if form.is_valid():
                raise
            return self.form_invalid(form)

    def closed(self):
        return render(self.request, self.template_name_signup_closed, status=403)


class SignupView(NewAccountMixin, allauth.SignupView):
    """allauth's sign-up, which answers an invalid form with 422."""

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class InvitedSignupView(SignupView):
    """Sign-up by an invitation's address, even if the workspace is by invitation only."""

    def setup(self, request, *args, token, **kwargs):
        super().setup(request, *args, **kwargs)
        usable = Invitation.objects.usable().select_related("created_by", "into__room")
        self.invitation = usable.for_token(token).first()
        self.token = token

    @method_decorator([login_not_required, never_cache])
    def dispatch(self, request, *args, **kwargs):
        if self.invitation is None:
            return self.closed()
        if request.user.is_authenticated:
            page = {
                "address": request.path,
                "invitation": self.invitation,
                "token": self.token,
            }
            return render(request, "users/invited_already_in.html", page)
        return super().dispatch(request, *args, **kwargs)

    def is_open(self):
        return self.invitation is not None

    def closed(self):
        return link_gone(self.request)

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.invitation = self.invitation
        return form

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except link_actions.LinkSpent:
            return self.closed()


signup = SignupView.as_view()
invited_signup = InvitedSignupView.as_view()


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login_link(request, token):
    links = LoginLink.objects.usable().for_token(token)
    link = (
        links.filter(user__is_active=True, user__is_bot=False)
        .select_related("user", "created_by")
        .first()
    )
    if link is None:
        return link_gone(request)

    if request.method == "POST":
        try:
            link_actions.use_login_link(link)
        except link_actions.LinkSpent:
            return link_gone(request)
        return enter(request, link.user)

    return render(request, "users/login_link.html", {"person": link.user})


def enter(request, user):
    """Log `user` in as after a correct password: a second factor, if they have one, is required.

    The e-mail address need not be verified, because login links are for users without e-mail.
    """
    if request.user.is_authenticated:
        get_adapter(request).logout(request)
    allow_new_password(request, user)
    login = Login(user, email_verification="none", redirect_url=reverse("users:new_password"))
    return perform_login(request, login)


def invitation_in(address):
    """Return the usable Invitation whose token is in the URL path `address`, or None."""
    try:
        match = resolve(address)
    except Resolver404:
        return None
    if match.view_name != "users:invited_signup":
        return None
    return Invitation.objects.usable().for_token(match.kwargs["token"]).first()


@login_not_required
def confirmation_link(request, key):
    """Refuse allauth's links for confirming an address. This product uses codes instead."""
    return link_gone(request)
