"""Require a recent login for actions that could lead to an account takeover.

An unattended browser or a stolen session must not be enough to take over an account: neither the
session's own (address, password, second factor, sessions) nor, with an administrator's session,
another one. allauth asks for the password again and then completes the original request
(https://docs.allauth.org/en/latest/account/configuration.html, ACCOUNT_REAUTHENTICATION_TIMEOUT).
"""

import time
from datetime import datetime
from functools import wraps

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings

from ..sessions.store import LOGIN


def is_recent(request):
    """Return True if the user authenticated within ACCOUNT_REAUTHENTICATION_TIMEOUT seconds."""
    return time.time() - _authenticated_at(request) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _authenticated_at(request):
    """Return the time of the last authentication, in seconds since the epoch; 0 if unknown."""
    records = get_authentication_records(request, request.user)
    if records:
        return max(record["at"] for record in records)
    login = request.session.get(LOGIN)
    return datetime.fromisoformat(login["at"]).timestamp() if login else 0


def recent_login_required(view, methods=("POST",)):
    """Decorate `view` to require a recent login for requests with one of `methods`.

    Visitors pass through to `view`, which redirects them to the login.
    """

    @wraps(view)
    def asked(request, *args, **kwargs):
        if request.method in methods and request.user.is_authenticated and not is_recent(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return asked


def guard_admin(site):
    """Require a recent login for every POST to Django's admin `site`, except the logout."""
    admin_view = site.admin_view

    def guarded(view, cacheable=False):
        inner = admin_view(view, cacheable)
        is_logout = getattr(view, "__name__", "") == "logout"
        return inner if is_logout else recent_login_required(inner)

    site.admin_view = guarded
