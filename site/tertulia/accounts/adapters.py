"""allauth's adapters: accounts, second factors and single sign-on.

https://docs.allauth.org/en/latest/account/adapter.html and the same page for mfa and socialaccount
"""

import logging
from smtplib import SMTPException
from types import SimpleNamespace
from urllib.parse import urlsplit

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http.request import split_domain_port
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from core.mailboxes import normalize_email
from rooms.actions import join_newcomer_rooms
from rooms.invitations.actions import join_invited_room
from rooms.sidebar.landing import landing_page
from users.actions import OutOfDate, change_password, confirm_email
from users.forms import UsernameField
from users.login import kept_forms, kept_text
from users.login.recent_login import is_recent
from users.models import User, Workspace
from users.sessions.encryption import decrypt_or_random, encrypt
from users.sessions.fingerprint import begin_login
from users.sessions.store import note_login
from users.views.links import invitation_in

from ..config.email_url import cause_of
from .oidc_claims import SignOnProvider

logger = logging.getLogger(__name__)

# Mails that a user is waiting for: if one fails, the page shows an error. The others report a
# change that has happened.
AWAITED = {
    "account/email/account_deactivated",
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/login_code",
    "account/email/password_reset_key",
    "account/email/unknown_account",
}
# A deactivated user gets "account_deactivated" instead of these. A page says it only after the
# right password, so that nobody can find out who has an account.
NOT_TO_DEACTIVATED = {"account/email/account_already_exists", "account/email/unknown_account"}


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return request.workspace.signup == Workspace.Signup.OPEN

    def clean_username(self, username, shallow=False):
        return UsernameField().clean(username)

    def clean_email(self, email):
        return normalize_email(email)

    @transaction.atomic
    def save_user(self, request, user, form, commit=True):
        user.display_name = form.cleaned_data["display_name"]
        user.time_zone = form.cleaned_data["time_zone"]
        user = super().save_user(request, user, form, commit)
        join_newcomer_rooms(user)
        join_invited_room(user, form.invitation)
        return user

    def pre_login(self, request, user, **login):
        if user.is_bot:
            return self.respond_user_inactive(request, user)
        begin_login(request.session, user)
        return super().pre_login(request, user, **login)

    def login(self, request, user):
        super().login(request, user)
        kept_text.drop_others(request, user)
        kept_forms.drop_others(request, user)
        note_login(request)

    def get_login_redirect_url(self, request):
        """Return the page after a login that does not say where it leads: the last room."""
        return landing_page(request.user)

    def get_signup_redirect_url(self, request):
        return landing_page(request.user)

    def get_client_ip(self, request):
        """Return the client's address as the server found it."""
        return request.META.get("REMOTE_ADDR", "")

    def reauthenticate(self, user, password):
        """Check the password of `user` again, and keep them logged in if that upgrades the hash."""
        is_right = super().reauthenticate(user, password)
        current = User.objects.get(pk=user.pk)
        if is_right and current.password != user.password:
            update_session_auth_hash(self.request, current)
        return is_right

    def set_password(self, user, password):
        """Change the password, and keep this session if users change their own."""
        is_theirs = self.request.user.pk == user.pk
        change_password(user, password, self.request.session.stored_key if is_theirs else None)

    def pre_authenticate(self, request, **credentials):
        """Answer too many failed logins with 429 instead of a form error."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(respond_429(request)) from error

    def is_reauthentication_required(self, *, app, **kwargs):
        """Return True for a change to a second factor; raise if the last login is not recent.

        allauth's own method skips users who have neither a password nor a second factor. Here it
        raises ReauthenticationRequired, and they log in again.
        """
        if not is_recent(context.request):
            raise ReauthenticationRequired
        return app == "allauth.mfa"

    def get_reauthentication_methods(self, user):
        log_in_again = {
            "id": "log_in_again",
            "description": _("Log in again"),
            "url": reverse("log_in_again"),
        }
        return super().get_reauthentication_methods(user) or [log_in_again]

    def can_delete_email(self, email_address):
        """Return False: every user has exactly one address, and can change it but not remove it."""
        return False

    def send_confirmation_mail(self, request, emailconfirmation, signup):
        """Store which address the new one replaces: if that one changes, the code is void."""
        emailconfirmation.state["instead_of"] = emailconfirmation.user.email
        super().send_confirmation_mail(request, emailconfirmation, signup)

    def confirm_email(self, request, email_address):
        """Confirm an address and return True.

        If another user has it, or the user has chosen a different one since, add an error message
        and return False.
        """
        user = email_address.user
        old = user.email
        was_confirmed = User.objects.with_confirmed_email().filter(pk=user.pk).exists()
        try:
            confirm_email(user, email_address.email, instead_of=old)
        except (IntegrityError, OutOfDate):
            template = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, template, {"email": email_address.email})
            return False
        if old != email_address.email:
            page = {"from_email": old, "to_email": email_address.email}
            for email in [old, email_address.email] if was_confirmed else [email_address.email]:
                self.send_notification_mail("account/email/email_changed", user, page, email)
        template = "account/messages/email_confirmed.txt"
        self.add_message(request, messages.SUCCESS, template, {"email": email_address.email})
        return True

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """Report a change of the account to its confirmed address only.

        A caller that passes `email` must know that it is confirmed.
        """
        confirmed = User.objects.with_confirmed_email().filter(pk=user.pk)
        email = email or confirmed.values_list("email", flat=True).first()
        if email:
            super().send_notification_mail(template_prefix, user, context, email)

    def format_email_subject(self, subject):
        return f"[{context.request.workspace}] {subject}"

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Return a key of the account only: allauth adds the Host, which the client chooses."""
        return credentials.get("email", credentials.get("username", "")).lower()

    def send_mail(self, template_prefix, email, context):
        """Send a mail; log a mail server's failure, so that the action itself still succeeds.

        The site's address in it comes from SITE_URL; allauth would use the request's Host.
        """
        page = {
            "current_site": SimpleNamespace(domain=urlsplit(settings.SITE_URL).netloc),
            "wants_code": self.request.resolver_match.view_name == "account_request_login_code",
            **context,
        }
        if template_prefix in NOT_TO_DEACTIVATED and _is_deactivated(email):
            template_prefix = "account/email/account_deactivated"
        try:
            super().send_mail(template_prefix, email, page)
        except (OSError, SMTPException) as error:
            logger.error(
                "Could not send mail %s: %s",
                *(template_prefix, cause_of(error)),
                extra={"event": "mail.failed", "fields": {"mail": template_prefix}},
            )
            if template_prefix in AWAITED:
                self.request.mail_failed = True
                self.add_message(self.request, messages.ERROR, "account/messages/mail_failed.txt")

    def add_message(self, request, level, message_template=None, *arguments, **options):
        """Add allauth's message, except "mail sent" if sending failed."""
        has_failed = getattr(request, "mail_failed", False)
        if not (has_failed and message_template == "account/messages/email_confirmation_sent.txt"):
            super().add_message(request, level, message_template, *arguments, **options)


def _is_deactivated(email):
    return User.objects.filter(email=email, is_active=False).exists()


class SecondFactorAdapter(DefaultMFAAdapter):
    def get_totp_label(self, user):
        return user.username

    def _get_site_name(self):
        return str(context.request.workspace)

    def get_public_key_credential_rp_entity(self):
        """Return the site's host as browsers write it, in lower case and without a port."""
        domain, _port = split_domain_port(context.request.get_host())
        return {"id": domain, "name": self._get_site_name()}

    def build_totp_svg(self, url):
        """Return the QR code with a light background: cameras cannot read light on dark."""
        return qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode")

    def encrypt(self, text):
        return encrypt(text)

    def decrypt(self, encrypted_text):
        return decrypt_or_random(encrypted_text)


class SignOnAdapter(DefaultSocialAccountAdapter):
    def get_provider(self, request, provider, client_id=None):
        """Return the configured provider, in a class that validates its claims."""
        return SignOnProvider(request, app=super().get_provider(request, provider, client_id).app)

    def get_signup_form_initial_data(self, sociallogin):
        initial = super().get_signup_form_initial_data(sociallogin)
        return initial | {"display_name": sociallogin.account.extra_data.get("name") or ""}

    def save_user(self, request, sociallogin, form=None):
        """Create the account with the address from the form only, not the provider's others."""
        typed = form.cleaned_data["email"]
        sociallogin.email_addresses = [
            address for address in sociallogin.email_addresses if address.email == typed
        ]
        return super().save_user(request, sociallogin, form)

    def is_open_for_signup(self, request, sociallogin):
        """Return True if the workspace's own sign-up is open or the user has an invitation.

        Otherwise raise ImmediateHttpResponse with a page of status 403.
        """
        is_invited = invitation_in(sociallogin.state.get("next") or "") is not None
        if not is_invited and not super().is_open_for_signup(request, sociallogin):
            raise ImmediateHttpResponse(render(request, "account/signup_closed.html", status=403))
        return True
