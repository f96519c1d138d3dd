"""How allauth fits this product.

https://docs.allauth.org/en/latest/account/adapter.html and its like for mfa and socialaccount
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
from users.actions import OutOfDate, change_password, confirm_email
from users.forms import UsernameField
from users.login import kept_forms, kept_text
from users.login.recent_login import is_recent
from users.models import User, Workspace
from users.sessions.encryption import seal, unseal
from users.sessions.fingerprint import begin_login
from users.sessions.store import note_login
from users.views.links import invitation_in

from ..config.email_url import cause_of
from .oidc_claims import SignOnProvider

logger = logging.getLogger(__name__)

# The mails that somebody waits for; the others only tell of what was done.
AWAITED = {
    "account/email/account_deactivated",
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/login_code",
    "account/email/password_reset_key",
    "account/email/unknown_account",
}
# Who is deactivated is told so instead, by mail: on a page, only the right password is answered so.
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
        user = super().save_user(request, user, form, commit)
        join_newcomer_rooms(user)
        return user

    def pre_login(self, request, user, **login):
        begin_login(request.session, user)
        return super().pre_login(request, user, **login)

    def login(self, request, user):
        super().login(request, user)
        kept_text.drop_others(request, user)
        kept_forms.drop_others(request, user)
        note_login(request)

    def get_client_ip(self, request):
        """Return the address that the server found, for limits and mails."""
        return request.META.get("REMOTE_ADDR", "")

    def reauthenticate(self, user, password):
        """Check the password of `user` once more; a hash renewed by that keeps them logged in."""
        is_right = super().reauthenticate(user, password)
        current = User.objects.get(pk=user.pk)
        if is_right and current.password != user.password:
            update_session_auth_hash(self.request, current)
        return is_right

    def set_password(self, user, password):
        """Change the password; whoever does it for themselves stays logged in here."""
        is_theirs = self.request.user.pk == user.pk
        change_password(user, password, self.request.session.stored_key if is_theirs else None)

    def pre_authenticate(self, request, **credentials):
        """Answer too many failed logins with 429 instead of a form that says so."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(respond_429(request)) from error

    def is_reauthentication_required(self, *, app, **kwargs):
        """Ask again if the last login was some time ago; for a second factor, even if it was not.

        allauth asks nobody who has neither a password nor a second factor: they log in again.
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
        """Everybody keeps exactly one address: it is changed, never removed."""
        return False

    def send_confirmation_mail(self, request, emailconfirmation, signup):
        """Remember which address the new one replaces: the code is void if that one changes."""
        emailconfirmation.state["instead_of"] = emailconfirmation.user.email
        super().send_confirmation_mail(request, emailconfirmation, signup)

    def confirm_email(self, request, email_address):
        """Confirm an address, or say why not: somebody else has it, or another took its place."""
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
        """Tell of a change to an account at its confirmed address, and at no other.

        Whoever names an `email` knows it to be confirmed.
        """
        confirmed = User.objects.with_confirmed_email().filter(pk=user.pk)
        email = email or confirmed.values_list("email", flat=True).first()
        if email:
            super().send_notification_mail(template_prefix, user, context, email)

    def format_email_subject(self, subject):
        return f"[{context.request.workspace}] {subject}"

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Count failed logins by account alone: allauth adds the Host, which the client chooses."""
        return credentials.get("email", credentials.get("username", "")).lower()

    def send_mail(self, template_prefix, email, context):
        """Send, but let no mail server's failure break what the mail is about.

        The site in it is that of SITE_URL, where allauth takes the Host of the request.
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
            logger.error("Mail %s was not sent: %s", template_prefix, cause_of(error))
            if template_prefix in AWAITED:
                self.request.mail_failed = True
                self.add_message(self.request, messages.ERROR, "account/messages/mail_failed.txt")

    def add_message(self, request, level, message_template=None, *arguments, **options):
        """Say what allauth says, but not that a mail was sent which was not."""
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
        """Name the site by its host as browsers write it: in lower case, without a port."""
        domain, _port = split_domain_port(context.request.get_host())
        return {"id": domain, "name": self._get_site_name()}

    def build_totp_svg(self, url):
        """Draw the QR code on a ground of its own: a camera reads none that is light on dark."""
        return qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode")

    def encrypt(self, text):
        return seal(text)

    def decrypt(self, encrypted_text):
        return unseal(encrypted_text)


class SignOnAdapter(DefaultSocialAccountAdapter):
    def get_provider(self, request, provider, client_id=None):
        """Return the one provider, with claims that have been looked at."""
        return SignOnProvider(request, app=super().get_provider(request, provider, client_id).app)

    def save_user(self, request, sociallogin, form=None):
        """Make an account with the address that was typed, and no other from the provider."""
        typed = form.cleaned_data["email"]
        sociallogin.email_addresses = [
            address for address in sociallogin.email_addresses if address.email == typed
        ]
        return super().save_user(request, sociallogin, form)

    def is_open_for_signup(self, request, sociallogin):
        """Let in whom the workspace's own sign-up would; the others are told, with 403."""
        is_invited = invitation_in(sociallogin.state.get("next") or "") is not None
        if not is_invited and not super().is_open_for_signup(request, sociallogin):
            raise ImmediateHttpResponse(render(request, "account/signup_closed.html", status=403))
        return True
