"""The list of a user's sessions, and logging out of them."""

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core import flash
from core.user_agents import browser_of, system_of

from .. import actions
from ..login.recent_login import recent_login_required
from ..sessions.fingerprint import has_password_of
from ..sessions.store import sessions_of


@never_cache
@require_safe
def sessions(request):
    rows = [
        {
            "session": session,
            "browser": browser_of(session.browser),
            "system": system_of(session.browser),
            "is_this": session.pk == request.session.stored_key,
        }
        for session in sessions_of(request.user)
        # `manage.py changepassword` leaves sessions that are no longer valid.
        if has_password_of(session.get_decoded(), request.user)
    ]
    return render(request, "users/sessions.html", {"rows": rows})


@require_POST
@recent_login_required
def end(request):
    actions.end_session(request.user, request.POST.get("session", ""))

    flash.success(request, "session_ended")
    return redirect("users:sessions")


@require_POST
@recent_login_required
def end_others(request):
    actions.end_other_sessions(request.user, request.session.stored_key)

    flash.success(request, "other_sessions_ended")
    return redirect("users:sessions")
