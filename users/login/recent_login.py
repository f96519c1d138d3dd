"""Acts that can lead to a takeover ask again who it is, if the last login was some time ago.

A browser that was left open, or a stolen session, must not be enough to take an account over:
neither one's own (its address, password, second factor, sessions) nor, by an administrator's
session, another's. allauth asks (https://docs.allauth.org/en/latest/account/configuration.html,
ACCOUNT_REAUTHENTICATION_TIMEOUT) and does afterwards what was asked for, with all that was typed.
"""

import time
from datetime import datetime
from functools import wraps

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings

from ..sessions.store import LOGIN


def is_recent(request):
    """Return True if whoever sends `request` showed who they are within the limit."""
    return time.time() - _authenticated_at(request) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _authenticated_at(request):
    """Return when that was, in seconds since the epoch."""
    records = get_authentication_records(request, request.user)
    if records:
        return max(record["at"] for record in records)
    login = request.session.get(LOGIN)
    return datetime.fromisoformat(login["at"]).timestamp() if login else 0


def recent_login_required(view, methods=("POST",)):
    """Return `view` as one that asks again before it is used by one of `methods`.

    Visitors are left to `view`, which sends them to the login.
    """

    @wraps(view)
    def asked(request, *args, **kwargs):
        if request.method in methods and request.user.is_authenticated and not is_recent(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return asked


def guard_admin(site):
    """Have Django's admin `site` ask again before anything is sent to it but a logout."""
    admin_view = site.admin_view

    def guarded(view, cacheable=False):
        inner = admin_view(view, cacheable)
        is_logout = getattr(view, "__name__", "") == "logout"
        return inner if is_logout else recent_login_required(inner)

    site.admin_view = guarded
