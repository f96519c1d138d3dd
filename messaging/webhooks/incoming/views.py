"""The address that programs post to, and the page of a room's webhooks."""

from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from core import throttling
from core.views import require, sent, status_of
from rooms.access import managed_room
from users.themes import Look

from . import actions
from .answers import answer
from .forms import WebhookForm
from .models import IncomingWebhook
from .posting import post

ALLOWED = "POST, OPTIONS"
EXAMPLE = """curl -H 'Content-Type: application/json' -d '{"text": "Hello"}'"""


@csrf_exempt
@login_not_required
@sensitive_variables()
def receive(request, token):
    """Answer a program. No cookie gets here: see tertulia.operations.webhooks."""
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": ALLOWED})
    if request.method in ("GET", "HEAD"):
        return takes_post(request)
    if request.method != "POST":
        response = answer("method_not_allowed")
        response["Allow"] = ALLOWED
        return response
    found = IncomingWebhook.objects.usable().for_token(token).select_related("room", "bot").first()
    return post(found, request) if found else answer("no_service")


def takes_post(request):
    """Return the page for a person who opens an address. It is the same for every address."""
    language = translation.get_language_from_request(request)
    with translation.override(language):
        page = render_to_string("messaging/webhooks/incoming/takes_post.html", {"look": Look()})
    headers = {"Allow": ALLOWED, "Content-Language": language}
    response = HttpResponse(page, status=405, headers=headers)
    response._has_been_logged = True
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def webhooks(request, slug):
    room, membership = managed_room(request, slug)
    form = WebhookForm(request.user, room, sent(request))
    if request.method == "POST":
        require(not room.is_archived)

    if form.is_valid() and throttling.allow(form, "room settings", request.user, field="name"):
        try:
            shows_names = form.cleaned_data["shows_names"]
            _webhook, token = actions.add_webhook(
                room, request.user, **form.bot_fields(), shows_names=shows_names
            )
            form = WebhookForm(request.user, room)
            return render_webhooks(request, room, membership, form, token)
        except IntegrityError:
            form.refuse_name()

    return render_webhooks(request, room, membership, form)


@sensitive_variables("token", "page")
def render_webhooks(request, room, membership, form=None, token=None):
    """Return the page; `token` is that of the address to show, which no other response shows."""
    form = form or WebhookForm(request.user, room)
    path = token and reverse("messaging:incoming_webhook", args=[token])
    page = {
        "room": room,
        "membership": membership,
        "form": form,
        "address": request.build_absolute_uri(path) if path else None,
        "example": EXAMPLE,
        "webhooks": room.incoming_webhooks.for_list(),
    }
    template = "messaging/webhooks/incoming/webhooks.html"
    return throttling.answer(form, render(request, template, page, status=status_of(form)))


@never_cache
@require_POST
@sensitive_variables("token")
@throttling.limited("room settings")
def renew(request, slug, pk):
    room, membership, webhook = webhook_of(request, slug, pk)
    require(not room.is_archived)

    token = actions.renew_address(webhook, by=request.user)

    return render_webhooks(request, room, membership, token=token)


@require_POST
def revoke(request, slug, pk):
    room, _membership, webhook = webhook_of(request, slug, pk)

    actions.remove_webhook(webhook, by=request.user)

    return redirect("messaging:webhooks", room.slug)


def webhook_of(request, slug, pk):
    """Return (room, the user's Membership, the webhook) if the user manages the room."""
    room, membership = managed_room(request, slug)
    webhook = get_object_or_404(room.incoming_webhooks.for_list(), pk=pk)
    webhook.room = room
    return room, membership, webhook
