"""What is answered instead of a page that would stand in the wrong place, or lose what was written.

htmx puts what it is answered into the page, and a frame shows only pages that may stand in it. So a
login page, an error page or a page for a form without its token becomes a sentence where htmx
asked, or a page that may stand in the frame; what somebody wrote comes back with it.
"""

from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.views import defaults

from core import throttling
from messaging.noscript.views import framed
from users.login import kept_forms, kept_text
from users.views.accounts import page_of_suspended

from .refusal_pages import is_from_a_form, placed

# Those that only take a form, and the compose frame, belong to the room's own page.
OF_THE_ROOM = {"messaging:post", "messaging:compose", "messaging:reading", "rooms:join"}
FRAMES = {"messaging:compose", "messaging:live"}
# What was written there waits in the composer or the edit form itself.
WITH_WORDS = OF_THE_ROOM | FRAMES | {"messaging:edit"}
LOGINS = {"admin:login"}  # nothing of a login is kept: the product has one page for it


class RefusedMiddleware:
    """Answers in place, and takes nothing from the page of another person."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        waiting = kept_form_for(request)
        if waiting:
            return render(request, "kept_form.html", waiting)
        return answer_in_place(request, self.get_response(request))

    def process_view(self, request, view, args, kwargs):
        """Take nothing from a page that was drawn for somebody else, who was logged in before."""
        if request.method == "POST" and is_of_another(request):
            return refused_for("person", render(request, "403.html", status=403))
        if request.method == "POST" and request.user.is_authenticated:
            kept_forms.drop_sent(request)
        return None


def kept_form_for(request):
    """Return the form that waits for whoever opens a page, for `kept_form.html`; or None."""
    if request.method != "GET" or request.htmx or not request.user.is_authenticated:
        return None
    return kept_forms.waiting_for(request)


def is_of_another(request):
    """Say whether a form stood on a page of somebody else, who was logged in before."""
    person = request.POST.get("person") or str(request.user.pk)
    return request.user.is_authenticated and person != str(request.user.pk)


def refused_for(reason, response):
    """Return `response`, a whole page, with the reason for it: "token" or "person"."""
    response.refused_for = reason
    return response


def answer_in_place(request, response):
    if response.streaming:
        return response
    if response.status_code == 405 and request.method in ("GET", "HEAD"):
        return shut(request, response)
    reason = reason_of(request, response)
    is_kept = request.method == "POST" and keep(request, response, reason)
    if reason is None:
        return led_on(request, response) if request.htmx else response
    if request.htmx:
        return as_fragment(request, response, reason)
    words, fields = words_of(request, reason), fields_of(request, reason)
    if is_framed(request, reason, words):
        return as_frame(request, response, reason, words)
    if (words or fields) and not is_kept:
        return as_page(request, response, reason, words, fields)
    is_sent = reason == "login" and request.method == "POST"
    return HttpResponseRedirect(login_address(request)) if is_sent else response


def led_on(request, response):
    """Lead htmx's whole page to where a redirect leads, and to what is a page of its own."""
    address = response.headers.get("Location")
    if address is None and is_whole_page(response):
        address = request.get_full_path()
    return HttpResponse(status=204, headers={"HX-Redirect": address}) if address else response


def is_whole_page(response):
    return response.content.lstrip()[:9].lower() == b"<!doctype"


def reason_of(request, response):
    """Return why there is no proper answer: "login", "token", "person" or a status; else None."""
    if response.status_code == 302:
        leads_to, _separator, query = response["Location"].partition("?")
        # A view that leads to the login by itself (after a logout, say) names no page to return to.
        asks_for_login = leads_to == resolve_url(settings.LOGIN_URL) and "next=" in query
        return "login" if asks_for_login else None
    if response.status_code < 400 or not is_whole_page(response):
        return None
    if hasattr(response, "refused_for"):
        return "person" if is_of_another(request) else response.refused_for
    holds_the_form = response.status_code == 422 or hasattr(response, "holds_the_form")
    if not request.htmx and (holds_the_form or "X-Frame-Options" in response):
        return None
    return response.status_code


def words_of(request, reason):
    """Return what was written in the form that was sent, or "" where that is not its reader's."""
    return request.POST.get("body", "") if request.method == "POST" and reason != "person" else ""


def fields_of(request, reason):
    """Return what may be given back of a form that was sent, but for a message's text."""
    is_readers = reason == "login" or (reason == "token" and request.user.is_authenticated)
    if request.method != "POST" or not is_readers or name_of(request) in WITH_WORDS | LOGINS:
        return []
    return kept_forms.fields_of(request.POST)


def is_framed(request, reason, words):
    """Say whether the answer stands in one of the frames of a room without scripts."""
    if name_of(request) not in FRAMES:
        return False
    return reason != "login" or words or request.headers.get("Sec-Fetch-Dest") == "iframe"


def name_of(request):
    return request.resolver_match.view_name if request.resolver_match else None


def login_address(request):
    """Return where to log in and come back from."""
    return redirect_to_login(way_back(request), resolve_url(settings.LOGIN_URL)).url


def way_back(request):
    """Return the address of the page to come back to."""
    if name_of(request) in OF_THE_ROOM | FRAMES:
        return reverse("messaging:room", args=[request.resolver_match.kwargs["slug"]])
    if request.htmx and request.method != "POST":
        return request.htmx.current_url_abs_path or request.path
    return request.get_full_path()


def keep(request, response, reason):
    """Keep what was typed if its author must log in first; return True if it waits for them."""
    if reason != "login":
        leads_to = response.headers.get("Location", "").partition("?")[0]
        is_asked = leads_to == reverse("log_in_again") and STATE_SESSION_KEY in request.session
        return is_asked and kept_forms.keep(request, page_of_suspended(request))
    if name_of(request) in LOGINS:
        return False
    if name_of(request) in WITH_WORDS:
        return kept_text.keep(request, way_back(request))
    return kept_forms.keep(request, way_back(request))


def page_of(request, response, reason, words="", fields=()):
    """Return what the three templates of this module are drawn from."""
    wait = response.headers.get("Retry-After")
    return {
        "reason": reason,
        "wait": throttling.too_often(int(wait)).messages[0] if wait else "",
        "login": login_address(request) if reason == "login" else "",
        "words": words,
        "fields": fields,
        "action": request.get_full_path(),
        "nonce": request.POST.get("nonce", ""),
        "person": request.POST.get("person", ""),
        "again": request.path if reason in ("token", 429) or response.status_code >= 500 else "",
    }


def redrawn(request, response, template, page):
    """Return `template` in place of a response, with what browsers and logs are to know of it."""
    status = 403 if page["reason"] == "login" else response.status_code
    answer = render(request, template, page, status=status)
    answer.cookies = response.cookies
    if "Retry-After" in response:
        answer["Retry-After"] = response["Retry-After"]
    answer._has_been_logged = True
    return answer


def as_fragment(request, response, reason):
    """Answer htmx with a sentence: in the form that was sent, or after what was asked for."""
    page = page_of(request, response, reason) | {"in_form": is_from_a_form(request)}
    return placed(request, redrawn(request, response, "_refused.html", page))


def server_error(request):
    """Answer where even a middleware failed (Django's handler500), so without session or user."""
    if request.headers.get("HX-Request") != "true":
        return defaults.server_error(request)
    html = render_to_string("_refused.html", {"reason": 500})
    return placed(request, HttpResponse(html, status=500))


def as_frame(request, response, reason, words):
    page = page_of(request, response, reason, words)
    draw = framed(lambda request: redrawn(request, response, "refused_frame.html", page))
    return draw(request)


def as_page(request, response, reason, words, fields):
    page = page_of(request, response, reason, words, fields)
    return redrawn(request, response, "refused.html", page)


def shut(request, response):
    """Lead a person from an address that only takes a form to the page that it belongs to."""
    place = place_of(request.path)
    if place != request.path and "text/html" in request.headers.get("Accept", ""):
        return HttpResponseRedirect(place)
    answer = render(request, "405.html", {"place": place}, status=405)
    answer["Allow"] = response["Allow"]
    answer._has_been_logged = True
    return answer


def place_of(path):
    """Return the nearest page above an address: a room's, or the list that a thing is in."""
    parts = path.split("/")
    place = "/".join(parts[:3] if parts[1] == "rooms" else parts[:2]) + "/"
    try:
        resolve(place)
    except Resolver404:
        return "/"
    return place
