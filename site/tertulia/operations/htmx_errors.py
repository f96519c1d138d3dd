"""Replaces login and error pages that would appear in the wrong place or lose the user's text.

htmx inserts a response into the page, and an iframe shows only pages that allow framing. So a login
page, an error page or a CSRF failure becomes a sentence for htmx, or a page that an iframe can
show. The text that the user wrote is returned with it.
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
from messaging.message.acts import back_in
from messaging.noscript.views import framed
from users.login import kept_forms, kept_text
from users.views.accounts import page_of_suspended

from .addresses import is_webhook
from .problems import is_for_programs, problem
from .refusal_pages import FRAMES, is_from_a_form, placed
from .webhooks import refusal as refused_webhook

# Addresses that only accept a form, and the compose iframe, belong to the room's page.
OF_THE_ROOM = {"messaging:post", "messaging:compose", "messaging:reading", "rooms:join"}
# Text sent to these is restored in the composer or the edit form itself.
WITH_WORDS = OF_THE_ROOM | FRAMES | {"messaging:edit"}
LOGINS = {"admin:login"}  # a login form is not kept: there is a page for it


class RefusedMiddleware:
    """Replaces misplaced error pages; rejects forms from the page of another user."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        waiting = kept_form_for(request)
        if waiting:
            return render(request, "kept_form.html", waiting)
        return answer_in_place(request, self.get_response(request))

    def process_view(self, request, view, args, kwargs):
        """Reject a form from a page rendered for a user who was logged in before."""
        if request.method == "POST" and is_of_another(request):
            return refused_for("person", render(request, "403.html", status=403))
        if request.method == "POST" and request.user.is_authenticated:
            kept_forms.drop_sent(request)
        return None


def kept_form_for(request):
    """Return the kept form to show on this page as context of `kept_form.html`, or None."""
    if request.method != "GET" or request.htmx or not request.user.is_authenticated:
        return None
    return kept_forms.waiting_for(request)


def is_of_another(request):
    """Return True if the form comes from a page of a user who was logged in before."""
    person = request.POST.get("person") or str(request.user.pk)
    return request.user.is_authenticated and person != str(request.user.pk)


def refused_for(reason, response):
    """Return `response`, a whole page, marked with its reason: "token" or "person"."""
    response.refused_for = reason
    return response


def answer_in_place(request, response):
    if response.streaming:
        return response
    if response.status_code == 405 and request.method in ("GET", "HEAD"):
        return shut(request, response)
    reason = reason_of(request, response)
    is_kept = request.method == "POST" and keep(request, response, reason)
    if is_act_in_frame(request) and (reason is not None or response.status_code == 422):
        return as_frame(request, response, reason or 422, "")
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
    """Make htmx load the target of a redirect, or a response that is a whole page."""
    address = response.headers.get("Location")
    if address is None and is_whole_page(response):
        address = request.get_full_path()
    return HttpResponse(status=204, headers={"HX-Redirect": address}) if address else response


def is_whole_page(response):
    return response.content.lstrip()[:9].lower() == b"<!doctype"


def reason_of(request, response):
    """Return why the request failed ("login", "token", "person" or a status), or None."""
    if response.status_code == 302:
        leads_to, _separator, query = response["Location"].partition("?")
        # A view that redirects to the login itself (after a logout, say) sets no `next`.
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
    """Return the message text in the form, or "" if another user wrote it."""
    return request.POST.get("body", "") if request.method == "POST" and reason != "person" else ""


def fields_of(request, reason):
    """Return the form's fields that may be shown again, except a message's text."""
    is_readers = reason == "login" or (reason == "token" and request.user.is_authenticated)
    if request.method != "POST" or not is_readers or name_of(request) in WITH_WORDS | LOGINS:
        return []
    return kept_forms.fields_of(request.POST)


def is_framed(request, reason, words):
    """Return True if the response is shown in an iframe of a room without scripts."""
    if name_of(request) not in FRAMES:
        return False
    return reason != "login" or words or request.headers.get("Sec-Fetch-Dest") == "iframe"


def is_act_in_frame(request):
    """Return True for an act on a message in the live page without scripts, which is an iframe."""
    is_in_frame = request.headers.get("Sec-Fetch-Dest") == "iframe"
    return request.method == "POST" and is_in_frame and name_of(request) not in FRAMES


def name_of(request):
    return request.resolver_match.view_name if request.resolver_match else None


def login_address(request):
    """Return the address of the login page, with the page to return to."""
    return redirect_to_login(way_back(request), resolve_url(settings.LOGIN_URL)).url


def way_back(request):
    """Return the address of the page to return to."""
    if name_of(request) in OF_THE_ROOM | FRAMES:
        return reverse("messaging:room", args=[request.resolver_match.kwargs["slug"]])
    if request.htmx and request.method != "POST":
        return request.htmx.current_url_abs_path or request.path
    return request.get_full_path()


def keep(request, response, reason):
    """Keep the sent text if its author must log in first; return True if it was kept."""
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
    """Return the context of the three templates of this module."""
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
    """Return `template` in place of `response`, with its status, cookies and Retry-After."""
    status = 403 if page["reason"] == "login" else response.status_code
    answer = render(request, template, page, status=status)
    answer.cookies = response.cookies
    if "Retry-After" in response:
        answer["Retry-After"] = response["Retry-After"]
    answer._has_been_logged = True
    return answer


def as_fragment(request, response, reason):
    """Return a sentence for htmx, to insert in the form or at the end of the target."""
    page = page_of(request, response, reason) | {"in_form": is_from_a_form(request)}
    return placed(request, redrawn(request, response, "_refused.html", page))


def server_error(request):
    """Django's handler500: even middleware may have failed, so use no session or user."""
    if is_webhook(request.path_info):
        return to_be_logged(refused_webhook(500))
    if is_for_programs(request.path_info):
        return to_be_logged(problem(request, 500))
    if request.headers.get("HX-Request") != "true":
        return defaults.server_error(request)
    html = render_to_string("_refused.html", {"reason": 500})
    return placed(request, HttpResponse(html, status=500))


def to_be_logged(response):
    """Return `response` so that Django logs it: a failure needs a log line, a refusal does not."""
    response._has_been_logged = False
    return response


def as_frame(request, response, reason, words):
    page = page_of(request, response, reason, words) | {
        "back": back_in(request.POST),
        "sentences": getattr(response, "sentences", ()),
    }
    draw = framed(lambda request: redrawn(request, response, "refused_frame.html", page))
    return draw(request)


def as_page(request, response, reason, words, fields):
    page = page_of(request, response, reason, words, fields)
    return redrawn(request, response, "refused.html", page)


def shut(request, response):
    """Redirect a browser to the page of an address that only accepts a form; else return 405."""
    place = place_of(request.path)
    if place != request.path and "text/html" in request.headers.get("Accept", ""):
        return HttpResponseRedirect(place)
    answer = render(request, "405.html", {"place": place}, status=405)
    answer["Allow"] = response["Allow"]
    answer._has_been_logged = True
    return answer


def place_of(path):
    """Return the nearest page above an address: a room, or the list of an object."""
    parts = path.split("/")
    place = "/".join(parts[:3] if parts[1] == "rooms" else parts[:2]) + "/"
    try:
        resolve(place)
    except Resolver404:
        return "/"
    return place
