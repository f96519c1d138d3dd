"""One address, one view a method."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from .problems import Problem


def by_method(**views: Callable[..., Any]) -> Callable[..., Any]:
    """Return a view that calls the one of `views` that is named like the request's method.

    HEAD is answered like GET, OPTIONS with the methods (RFC 9110, 9.3.7), every other with 405. The
    result has `views` as an attribute, for those who compare addresses with the document.
    """
    allowed = [*views, *(["HEAD"] if "GET" in views else []), "OPTIONS"]
    allow = {"Allow": ", ".join(allowed)}

    @csrf_exempt
    def dispatch(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=allow)
        view = views.get(str(request.method))
        if view is None:
            raise Problem(405, headers=allow)
        return view(request, *args, **kwargs)

    dispatch.views = views  # type: ignore[attr-defined]
    return dispatch
