"""Renders a sample with the real template, without a logged-in user or a query."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from messaging.conversation.reading_mode import Reading
from users.languages import drawn_for
from users.themes import Look

from . import cast
from .contract import GIVEN
from .remembering import forgetful


def draw(sample, look=None, language="en", nonce=""):
    """Return the HTML of `sample` alone; exceptions of its template propagate."""
    if sample.template in GIVEN:
        context, request = sample.context, None
    else:
        context, request = context_of(sample, look), request_of(sample, nonce)
    chosen = translation.override(sample.language or language)
    with chosen, drawn_for(cast.workspace), forgetful():
        html = render_to_string(sample.template, context, request)
    return sample.after(html) if sample.after else html


def context_of(sample, look):
    """Return the context of `sample`, including the variables that every page has."""
    return {
        "user": sample.reader or AnonymousUser(),
        "look": look or Look(),
        "memberships": cast.memberships(sample.reader) if sample.reader else [],
        **sample.context,
    }


def draw_staged(sample, look, language="en", nonce=""):
    """Return `sample` as a whole document; a fragment is wrapped in its stage."""
    html = draw(sample, look, language, nonce)
    if sample.is_page:
        return html
    context = {"fragment": mark_safe(html), "stage": sample.stage, "look": look}
    with translation.override(sample.language or language):
        return render_to_string("design/stage.html", context, request_of(sample, nonce))


def request_of(sample, nonce):
    """Return a request with the attributes that templates read, and without a user."""
    request = HttpRequest()
    request.method, request.path = "GET", "/design/"
    request.GET = QueryDict()
    request.META = {"SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    request.workspace = cast.workspace
    request.reading = sample.reading or Reading()
    request.htmx = False
    request._csp_nonce = nonce
    return request
