"""The mail that says that a webhook was turned off because it failed."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from users.languages import language_of
from users.models import User, Workspace

from .models import OutgoingWebhook, Reason

ABOUT = {Reason.FAILING, Reason.GONE}


def host_of(url: str) -> str:
    """Return the host of an address, without what may be a secret."""
    return urlsplit(url).hostname or ""


def send_disabled(webhook: OutgoingWebhook, reason: str) -> None:
    """Mail the owner of the bot, in the transaction that turns `webhook` off."""
    owner = User.objects.reachable_by_mail().filter(bots=webhook.bot_id).first()
    if reason not in ABOUT or not settings.EMAIL_URL or owner is None:
        return
    page = {
        "person": owner,
        "webhook": webhook,
        "host": host_of(webhook.url),
        "is_gone": reason == Reason.GONE,
        "workspace": Workspace.current(),
        "address": settings.SITE_URL + reverse("messaging:outgoing_webhook", args=[webhook.pk]),
    }
    with translation.override(language_of(owner)):
        subject = render_to_string("messaging/webhooks/outgoing/disabled_subject.txt", page)
        body = render_to_string("messaging/webhooks/outgoing/disabled.txt", page)
    EmailMessage(" ".join(subject.split()), body, to=[owner.email]).send()
