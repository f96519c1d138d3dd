"""allauth's URLs, with its views wrapped to answer like the rest of the product.

Browsers must not cache the pages, so that Back shows none after a logout; an invalid form gets 422.
The wrapper is applied here, once, because allauth has some thirty views.
"""

import logging
from functools import wraps

from allauth import urls as allauth
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from requests import RequestException

from users.login.recent_login import recent_login_required
from users.views import accounts, links, mail_codes

from .passkeys import require_own_origin

logger = logging.getLogger(__name__)

VERIFICATION_SENT = "account_email_verification_sent"


def answering(view):
    """Wrap allauth's `view` so that it answers like our own: uncached, and 422 for a bad form."""

    @never_cache
    @wraps(view)
    def answered(request, *args, **kwargs):
        try:
            response = view(request, *args, **kwargs)
        except RequestException as error:  # the provider of single sign-on does not answer
            logger.error("Single sign-on failed: %r", error, extra={"event": "oidc.failed"})
            return render(request, "socialaccount/authentication_error.html", status=502)
        if request.method == "POST" and response.status_code == 200 and _is_refused(response):
            response.status_code = 422
        if request.method == "POST" and _leads_away(response):
            page = {"address": response.headers["Location"]}
            return render(request, "socialaccount/leaving.html", page)
        return response

    return answered


def asking_provider(view):
    """Wrap allauth's `view` to answer 502 if the provider's response is malformed.

    That is the provider's error and not ours, so it must not be a 500.
    """

    @wraps(view)
    def asked(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except (AttributeError, KeyError, TypeError, ValueError):
            logger.exception(
                "Single sign-on failed: the provider's response is malformed",
                extra={"event": "oidc.malformed_response"},
            )
            return render(request, "socialaccount/authentication_error.html", status=502)

    return asked


def _leads_away(response):
    """Return True if a form redirects to another site, which the content security policy forbids.

    A page of ours may go there by itself, so it is shown instead.
    """
    address = response.headers.get("Location", "")
    return not url_has_allowed_host_and_scheme(address, allowed_hosts=None) if address else False


def _is_refused(response):
    """Return True if a page that is not rendered yet shows a submitted form with errors."""
    if not isinstance(response, TemplateResponse):
        return False
    page = response.context_data or {}
    forms = [page.get(name) for name in ("form", "webauthn_form", "change_form", "verify_form")]
    return any(form is not None and form.is_bound and form.errors for form in forms)


def _answering(patterns):
    return [
        URLResolver(entry.pattern, _answering(entry.url_patterns), entry.default_kwargs)
        if isinstance(entry, URLResolver)
        else URLPattern(entry.pattern, answering(_asking(entry)), entry.default_args, entry.name)
        for entry in patterns
    ]


def _asking(entry):
    """Return allauth's view, with the checks that allauth omits."""
    if entry.name in {"account_set_password", "socialaccount_connections"}:
        return recent_login_required(entry.callback)
    if entry.name in {"openid_connect_login", "openid_connect_callback"}:
        return asking_provider(entry.callback)
    return entry.callback


# Only these views verify passkeys. A process that has not answered a request yet does not need the
# library, which takes 3 MiB of memory.
require_own_origin()

urlpatterns = [
    path("signup/", links.signup, name="account_signup"),
    path("reauthenticate/login/", accounts.log_in_again, name="log_in_again"),
    path("email/", answering(accounts.email), name="account_email"),
    path("confirm-email/", answering(mail_codes.verification_sent), name=VERIFICATION_SENT),
    re_path(
        r"^confirm-email/(?P<key>[-:\w]+)/$",
        answering(links.confirmation_link),
        name="account_confirm_email",
    ),
    path(
        "login/code/confirm/",
        answering(mail_codes.confirm_login_code),
        name="account_confirm_login_code",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        answering(accounts.reset_password),
        name="account_reset_password_from_key",
    ),
    path("3rdparty/signup/", answering(accounts.sign_on_signup), name="socialaccount_signup"),
    *_answering(allauth.urlpatterns),
]
