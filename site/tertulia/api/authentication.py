"""Access tokens of programs: only in the header `Authorization: Bearer` (RFC 6750, 2.1)."""

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest

from core import rate_limits, read_only
from core.threads import in_page
from users.tokens.queries import note_use, token_for
from users.tokens.tokens import bearer_of

from .problems import Problem, too_often

rate_limits.define("api", 600, seconds=60)

type View = Callable[..., Any]


def program(scope: str = "") -> Callable[[View], View]:
    """Return a decorator for views of the API, synchronous or not.

    The view finds the program's token in `request.token` and the token's user in `request.user`. It
    is called only if the token can be used and has `scope`, one of users.tokens.models.SCOPES; any
    token will do by default.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            authenticate(request, scope)
            return view(request, *args, **kwargs)

        @wraps(view)
        async def checked_async(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            await in_page(authenticate)(request, scope)
            return await view(request, *args, **kwargs)

        guarded: Any = checked_async if iscoroutinefunction(view) else checked
        guarded.scope = scope
        return guarded

    return decorate


def authenticate(request: HttpRequest, scope: str) -> None:
    """Set `request.token` and `request.user`, and count the request.

    Raise Problem: 401, the same for every reason, 403 without `scope`, 429 above the limit.
    """
    token = token_for(bearer_of(request.headers.get("Authorization", "")))
    if token is None:
        raise Problem(401)
    request.token, request.user = token, token.user  # type: ignore[attr-defined]
    wait = 0 if read_only.is_active() else rate_limits.take_often("api", token.user)
    if wait:
        raise too_often(wait)
    if scope:
        require_scope(request, scope)
    note_use(token, request.META.get("REMOTE_ADDR"))


def require_scope(request: HttpRequest, scope: str) -> None:
    """Raise Problem 403 if the token of the request does not have `scope`."""
    if not request.token.allows(scope):  # type: ignore[attr-defined]
        challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
        raise Problem(403, "insufficient_scope", headers={"WWW-Authenticate": challenge})
