"""The pages of a bot's outgoing webhooks, for its owner and for administrators."""

from allauth.account.decorators import reauthentication_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import flash, rate_limits, throttling
from core.views import require, sent, status_of
from rooms.models import Room

from . import actions
from .forms import TurnOnForm, WebhookForm
from .queries import bots_of, last_attempts, rooms_to_choose, show, webhooks_of
from .signing import secret_of

rate_limits.define("webhook", count=60, seconds=3600)  # adding and changing, which look up hosts
rate_limits.define("webhook sending", count=30, seconds=600)  # by hand


@never_cache
@require_safe
def webhooks(request, pk):
    bot = get_object_or_404(bots_of(request.user), pk=pk)

    shown = show(list(bot.outgoing_webhooks.select_related("bot__owner")), request.user)

    context = {"bot": bot, "webhooks": shown, "is_alive": actions.is_alive(bot)}
    return render(request, "messaging/webhooks/outgoing/webhooks.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request, pk):
    bot = get_object_or_404(bots_of(request.user), pk=pk)
    require(actions.is_alive(bot))

    titles = rooms_to_choose(bot, request.user)
    initial = {"events": ["posted", "changed", "deleted"]}
    form = WebhookForm(sent(request), rooms=titles, initial=initial)
    if form.is_valid() and throttling.allow(form, "webhook", request.user, field="url"):
        chosen = form.cleaned_data | {
            "rooms": Room.objects.filter(pk__in=form.cleaned_data["rooms"])
        }
        try:
            webhook = actions.add_webhook(bot, request.user, **chosen)
        except actions.TooManyWebhooks:
            form.refuse_another(actions.MAX_WEBHOOKS)
        else:
            flash.success(request, "webhook_added")
            return redirect("messaging:outgoing_webhook", webhook.pk)

    context = {"bot": bot, "form": form}
    page = render(request, "messaging/webhooks/outgoing/add.html", context, status=status_of(form))
    return throttling.answer(form, page)


@never_cache
@require_safe
def webhook(request, pk):
    webhook = get_object_or_404(webhooks_of(request.user), pk=pk)

    return _page(request, webhook)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    webhook = get_object_or_404(webhooks_of(request.user), pk=pk)
    require(actions.is_alive(webhook.bot))

    titles = rooms_to_choose(webhook.bot, request.user)
    followed = set(webhook.cursors.values_list("room", flat=True))
    initial = {
        **{"url": webhook.url, "includes_bots": webhook.includes_bots},
        **{"events": webhook.events.split(), "rooms": sorted(followed & set(titles))},
    }
    is_required = followed <= set(titles)
    form = WebhookForm(sent(request), rooms=titles, initial=initial, is_required=is_required)
    if form.is_valid() and throttling.allow(form, "webhook", request.user, field="url"):
        rooms = Room.objects.filter(pk__in=form.cleaned_data["rooms"])
        offered = Room.objects.filter(pk__in=titles)
        chosen = form.cleaned_data | {"rooms": rooms, "offered": offered}
        actions.change_webhook(webhook, request.user, **chosen)
        flash.success(request, "webhook_saved")
        return redirect("messaging:outgoing_webhook", webhook.pk)

    context = {"bot": webhook.bot, "webhook": webhook, "form": form}
    page = render(request, "messaging/webhooks/outgoing/edit.html", context, status=status_of(form))
    return throttling.answer(form, page)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, pk):
    webhook = get_object_or_404(webhooks_of(request.user), pk=pk)

    if request.method == "POST":
        actions.remove_webhook(webhook, request.user)
        flash.success(request, "webhook_removed")
        return redirect("messaging:outgoing_webhooks", webhook.bot_id)

    context = {"bot": webhook.bot, "webhook": webhook}
    return render(request, "messaging/webhooks/outgoing/remove.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=False)
def secret(request, pk):
    """Show the secret; with a POST, make a new one."""
    webhook = get_object_or_404(webhooks_of(request.user), pk=pk)

    if request.method == "POST":
        actions.renew_secret(webhook, request.user)
        flash.success(request, "webhook_secret_renewed")
        return redirect("messaging:outgoing_webhook_secret", webhook.pk)

    context = {"bot": webhook.bot, "webhook": webhook, "secret": secret_of(webhook)}
    return render(request, "messaging/webhooks/outgoing/secret.html", context)


@require_POST
def off(request, pk):
    webhook = get_object_or_404(webhooks_of(request.user), pk=pk)

    actions.turn_off(webhook, request.user)

    flash.success(request, "webhook_off")
    return redirect("messaging:outgoing_webhook", webhook.pk)


@require_POST
@throttling.limited("webhook sending")
def on(request, pk):
    webhook = get_object_or_404(webhooks_of(request.user), pk=pk)
    require(actions.is_alive(webhook.bot))

    form = TurnOnForm(request.POST)
    if not form.is_valid():
        return _page(request, webhook, form)
    actions.turn_on(webhook, request.user, from_now=form.cleaned_data["start"] == "now")

    flash.success(request, "webhook_on")
    return redirect("messaging:outgoing_webhook", webhook.pk)


@require_POST
@throttling.limited("webhook sending")
def test(request, pk):
    webhook = get_object_or_404(webhooks_of(request.user), pk=pk)
    require(actions.is_alive(webhook.bot))

    actions.send_test(webhook)

    flash.success(request, "webhook_test_sent")
    return redirect("messaging:outgoing_webhook", webhook.pk)


@require_POST
@throttling.limited("webhook sending")
def again(request, pk, attempt):
    webhook = get_object_or_404(webhooks_of(request.user), pk=pk)
    attempt = get_object_or_404(webhook.log.exclude(room=None), pk=attempt)
    require(actions.is_alive(webhook.bot))

    actions.send_again(attempt)

    flash.success(request, "webhook_sent_again")
    return redirect("messaging:outgoing_webhook", webhook.pk)


def _page(request, webhook, form=None):
    """Return the page of a webhook; `form` is a refused TurnOnForm."""
    [webhook] = show([webhook], request.user)
    context = {
        "bot": webhook.bot,
        "webhook": webhook,
        "attempts": last_attempts(webhook, request.user),
        "can_catch_up": actions.can_catch_up(webhook),
        "is_alive": actions.is_alive(webhook.bot),
        "form": form or TurnOnForm(),
    }
    status = status_of(form) if form else 200
    template = "messaging/webhooks/outgoing/webhook.html"
    return render(request, template, context, status=status)
