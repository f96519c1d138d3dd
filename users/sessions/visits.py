"""Who asked for something that takes a while, to be checked again before it ends."""

from ..models import User
from .store import alive


def visit_of(request):
    """Return (user id, stored session key, session auth hash) of who is logged in."""
    user = request.user
    return user.pk, request.session.stored_key, user.get_session_auth_hash()


def visitor_of(visit):
    """Return the User of `visit`, read again, or None.

    It is None if they are deactivated, their session has ended or their password has changed.
    """
    user_id, session_key, auth_hash = visit
    user = User.objects.filter(pk=user_id, is_active=True, is_bot=False).first()
    if user is None or user.get_session_auth_hash() != auth_hash:
        return None
    return user if alive([session_key]).exists() else None
